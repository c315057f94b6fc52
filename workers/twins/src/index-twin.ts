// The twin's rows in the D1 index: its own, and those of its links.

import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { link, tenant as tenantIndex, twin as twinIndex } from "@eigentwin/index";
import { insertForTenant } from "@eigentwin/index/insert";
import type { TwinRecord } from "./twin-record.ts";

export async function isRestoring(d1: D1Database, tenant: string): Promise<boolean> {
  const [row] = await drizzle(d1)
    .select({ state: tenantIndex.state })
    .from(tenantIndex)
    .where(eq(tenantIndex.id, tenant));
  return row?.state === "restoring";
}

/** Two writes may overtake each other on the way: an older state never replaces a newer one. */
export async function indexTwin(
  d1: D1Database,
  twin: TwinRecord,
  withLinks: boolean,
): Promise<"indexed" | "tenant-gone"> {
  const { tenant, id, type, revision, synthetic, createdAt, updatedAt } = twin;
  const index = drizzle(d1);
  const row = insertForTenant(index, twinIndex, {
    tenant,
    id,
    type,
    revision,
    synthetic,
    createdAt,
    updatedAt,
  }).onConflictDoUpdate({
    target: [twinIndex.tenant, twinIndex.id],
    set: { type, revision, updatedAt },
    setWhere: sql`excluded."updatedAt" >= ${twinIndex.updatedAt}`,
  });
  const [{ meta }] = withLinks ? await index.batch([row, ...linkRows(index, twin)]) : [await row];
  if (meta.changes > 0) return "indexed";
  // Nothing was written: something newer stands there, or there is no tenant to write it for.
  const [found] = await index.select().from(tenantIndex).where(eq(tenantIndex.id, tenant));
  return found && found.state !== "deleting" ? "indexed" : "tenant-gone";
}

/** In one transaction with the twin's row: they are written only where that row is of this revision. */
function linkRows(index: ReturnType<typeof drizzle>, { tenant, id, revision, links }: TwinRecord) {
  const isMine = sql`${twinIndex.tenant} = ${tenant} AND ${twinIndex.id} = ${id} AND ${twinIndex.revision} = ${revision}`;
  const pairs = Object.entries(links).flatMap(([name, targets]) => targets.map((target) => [name, target]));
  return [
    index
      .delete(link)
      .where(
        sql`${link.tenant} = ${tenant} AND ${link.source} = ${id} AND EXISTS (SELECT 1 FROM ${twinIndex} WHERE ${isMine})`,
      ),
    index.insert(link).select(
      sql`SELECT ${tenant}, ${id}, pair.value ->> 0, pair.value ->> 1
            FROM ${twinIndex}, json_each(${JSON.stringify(pairs)}) AS pair WHERE ${isMine}`,
    ),
  ] as const;
}
