// The twin's row in the D1 index.

import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { tenant as tenantIndex, twin as twinIndex } from "@eigentwin/index";
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
export async function indexTwin(d1: D1Database, twin: TwinRecord): Promise<"indexed" | "tenant-gone"> {
  const { tenant, id, type, revision, synthetic, createdAt, updatedAt } = twin;
  const index = drizzle(d1);
  const { meta } = await insertForTenant(index, twinIndex, {
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
  if (meta.changes > 0) return "indexed";
  // Nothing was written: something newer stands there, or there is no tenant to write it for.
  const [row] = await index.select().from(tenantIndex).where(eq(tenantIndex.id, tenant));
  return row && row.state !== "deleting" ? "indexed" : "tenant-gone";
}
