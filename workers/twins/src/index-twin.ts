// The twin's rows in the D1 index: its own, those of its links, and the values that it is found by. D1 is an index, not the
// truth: when it cannot be reached the work stays due.

import { and, eq, notExists, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { link, twin as twinIndex, twinValue } from "@eigentwin/index";
import { insertForTenant } from "@eigentwin/index/insert";
import { tenantState } from "@eigentwin/index/tenant-state";
import { indexedAs } from "@eigentwin/core";
import { exists, plan, settle } from "@eigentwin/objects";
import { FOLLOW_EVERY_MS } from "./twin-events.ts";
import { indexedKinds } from "./indexed-kinds.ts";
import { headOf, presentTwin, type TwinRecord } from "./twin-record.ts";
import { valuesOf } from "./twin-values.ts";

/** The due works "index" and "links". `isAnew`: what the type declares may have changed a moment ago. */
export async function followTwin(
  d1: D1Database,
  storage: DurableObjectStorage,
  isAnew: boolean,
): Promise<"followed" | "tenant-gone"> {
  const before = presentTwin(storage);
  if (!before) return "followed";
  const kinds = await indexedKinds(d1, before.type, isAnew);
  const twin = presentTwin(storage);
  if (!twin) return "followed";
  const withLinks = isDue(storage, "links");
  const written = { as: indexedAs(kinds), values: valuesOf(storage.sql, twin, kinds) };
  if ((await indexTwin(d1, twin, written, withLinks)) === "tenant-gone") return "tenant-gone";
  const after = exists(storage) ? headOf(storage.sql) : undefined;
  if (!after) return "followed";
  // What changed while D1 was being written is still to follow.
  if (after.sequence !== twin.sequence) plan(storage, "index", Date.now() + FOLLOW_EVERY_MS);
  else for (const work of ["index", "links"]) settle(storage, work);
  return "followed";
}

export const isDue = (storage: DurableObjectStorage, work: string): boolean =>
  storage.sql.exec("SELECT 1 FROM due WHERE work = ?", work).toArray().length > 0;

interface Written {
  /** What was declared `indexed` when the values were taken. */
  as: string;
  values: Readonly<Record<string, number | string>>;
}

/** Two writes may overtake each other on the way: an older state never replaces a newer one. */
async function indexTwin(
  d1: D1Database,
  twin: TwinRecord,
  written: Written,
  withLinks: boolean,
): Promise<"indexed" | "tenant-gone"> {
  const { tenant, id, type, revision, sequence, synthetic, createdAt, updatedAt } = twin;
  const index = drizzle(d1);
  const state = { type, revision, sequence, indexedAs: written.as, updatedAt };
  const row = insertForTenant(index, twinIndex, { tenant, id, synthetic, createdAt, ...state }).onConflictDoUpdate({
    target: [twinIndex.tenant, twinIndex.id],
    set: state,
    setWhere: sql`(excluded."updatedAt", excluded."sequence") >= (${twinIndex.updatedAt}, ${twinIndex.sequence})`,
  });
  const [{ meta }] = await index.batch([
    row,
    ...valueRows(index, twin, written),
    ...(withLinks ? linkRows(index, twin) : []),
  ]);
  if (meta.changes > 0) return "indexed";
  // Nothing was written: something newer stands there, or there is no tenant to write it for.
  const found = await tenantState(d1, tenant);
  return found && found !== "deleting" ? "indexed" : "tenant-gone";
}

/** In one transaction with the twin's row: they are written only where that row is of this moment. */
const isMine = ({ tenant, id, updatedAt, sequence }: TwinRecord) =>
  and(
    eq(twinIndex.tenant, tenant),
    eq(twinIndex.id, id),
    eq(twinIndex.updatedAt, updatedAt),
    eq(twinIndex.sequence, sequence),
  );

/** What has not changed is not written: rows that are written are what an index costs. */
function valueRows(index: ReturnType<typeof drizzle>, twin: TwinRecord, { values }: Written) {
  const { tenant, id } = twin;
  const given = sql`json_each(${JSON.stringify(values)}) AS given`;
  return [
    index
      .delete(twinValue)
      .where(
        and(
          eq(twinValue.tenant, tenant),
          eq(twinValue.twin, id),
          notExists(sql`(SELECT 1 FROM ${given} WHERE given.key = ${twinValue.field})`),
          sql`EXISTS (SELECT 1 FROM ${twinIndex} WHERE ${isMine(twin)})`,
        ),
      ),
    index
      .insert(twinValue)
      .select(sql`SELECT ${tenant}, ${id}, given.key, given.value FROM ${twinIndex}, ${given} WHERE ${isMine(twin)}`)
      .onConflictDoUpdate({
        target: [twinValue.tenant, twinValue.twin, twinValue.field],
        set: { value: sql`excluded.value` },
        setWhere: sql`excluded.value IS NOT ${twinValue.value}`,
      }),
  ] as const;
}

function linkRows(index: ReturnType<typeof drizzle>, twin: TwinRecord) {
  const { tenant, id, links } = twin;
  const pairs = Object.entries(links).flatMap(([name, targets]) => targets.map((target) => [name, target]));
  return [
    index
      .delete(link)
      .where(
        sql`${link.tenant} = ${tenant} AND ${link.source} = ${id} AND EXISTS (SELECT 1 FROM ${twinIndex} WHERE ${isMine(twin)})`,
      ),
    index.insert(link).select(
      sql`SELECT ${tenant}, ${id}, pair.value ->> 0, pair.value ->> 1
            FROM ${twinIndex}, json_each(${JSON.stringify(pairs)}) AS pair WHERE ${isMine(twin)}`,
    ),
  ] as const;
}
