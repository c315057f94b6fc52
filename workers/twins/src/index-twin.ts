// The twin's row in the D1 index.

import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { twin as twinIndex } from "@eigentwin/index";
import type { TwinRecord } from "./twin-record.ts";

/** Two writes may overtake each other on the way: an older state never replaces a newer one. */
export async function indexTwin(index: D1Database, twin: TwinRecord): Promise<void> {
  const { tenant, id, type, revision, synthetic, createdAt, updatedAt } = twin;
  await drizzle(index)
    .insert(twinIndex)
    .values({ tenant, id, type, revision, synthetic, createdAt, updatedAt })
    .onConflictDoUpdate({
      target: [twinIndex.tenant, twinIndex.id],
      set: { type, revision, updatedAt },
      setWhere: sql`excluded."updatedAt" >= ${twinIndex.updatedAt}`,
    });
}
