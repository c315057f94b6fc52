// The end of a twin: it is gone for everybody at once, then from the index and from the twins that link to it.

import { and, eq, inArray, or } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { link, twin as twinIndex, twinValue } from "@eigentwin/index";
import { linksIn, type WritableState } from "@eigentwin/core";
import { planRetry } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import { auditNote } from "./audit-note.ts";
import { twinOf } from "./contract.ts";
import { noteTwinEvent } from "./twin-events.ts";

interface RetiredTwin {
  tenant: string;
  id: string;
}

const AT_ONCE = 50;

/** One transaction: from here on it is not there for anybody. Nothing is due for it any more but its end. */
export function retireTwin(
  storage: DurableObjectStorage,
  { event, by, erasure = null }: { event: string; by: string | null; erasure?: string | null },
): void {
  storage.transactionSync(() => {
    noteTwinEvent(storage, event, { audit: auditNote(storage.sql, { by, path: "" }) });
    storage.sql.exec("UPDATE twin SET retired_at = ?, erasure = ?", new Date().toISOString(), erasure);
    storage.sql.exec("DELETE FROM due");
    planRetry(storage, "retire");
  });
}

export const isRetired = (sql: SqlStorage): boolean =>
  sql.exec("SELECT 1 FROM twin WHERE retired_at IS NOT NULL").toArray().length > 0;

/** The erasure that a retired twin goes by; null where it was only deleted. */
export const erasureOf = (sql: SqlStorage): string | null =>
  sql.exec<{ erasure: string | null }>("SELECT erasure FROM twin").toArray()[0]?.erasure ?? null;

export function withoutTarget(state: WritableState, target: string): WritableState {
  const others = Object.entries(state.links).map(([name, targets]) => [name, targets.filter((one) => one !== target)]);
  return { ...state, links: linksIn(Object.fromEntries(others)) };
}

/** What links to it, by the index: a link that is written at this very moment may be left, and leads nowhere. */
export async function unlinkSources({ INDEX, TWINS }: Env, { tenant, id }: RetiredTwin): Promise<void> {
  const index = drizzle(INDEX);
  const isHere = and(eq(link.tenant, tenant), eq(link.target, id));
  for (;;) {
    const rows = await index.selectDistinct({ source: link.source }).from(link).where(isHere).limit(AT_ONCE);
    if (rows.length === 0) return;
    const sources = rows.map(({ source }) => source);
    const author = { by: null, reason: `twin ${id} was deleted` };
    for (const source of sources) if (source !== id) await twinOf(TWINS, tenant, source).unlink(id, author);
    await index.delete(link).where(and(isHere, inArray(link.source, sources)));
  }
}

export async function forgetTwin(d1: D1Database, { tenant, id }: RetiredTwin): Promise<void> {
  const index = drizzle(d1);
  await index.batch([
    index.delete(link).where(and(eq(link.tenant, tenant), or(eq(link.source, id), eq(link.target, id)))),
    index.delete(twinValue).where(and(eq(twinValue.tenant, tenant), eq(twinValue.twin, id))),
    index.delete(twinIndex).where(and(eq(twinIndex.tenant, tenant), eq(twinIndex.id, id))),
  ]);
}
