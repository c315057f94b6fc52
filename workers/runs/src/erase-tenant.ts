// One step of a tenant's end. Rows go after what they point to, so that a step which is repeated finds what is left.

import { and, eq, inArray, type Column } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { apiKey, credential, dataset, model, run, tenant, twin } from "@eigentwin/index";
import { feedOf } from "@eigentwin/events";
import { vaultOf } from "@eigentwin/system";
import { twinOf } from "@eigentwin/twins";
import type { Env } from "../env.ts";
import { runOf, stagingFolder, stagingProgress } from "./contract.ts";

/** Objects and bodies in one step: each is a call to another place, and an alarm has an end. */
const AT_ONCE = 50;

/** From here on nothing is written for it: `insertForTenant` writes no row, and objects without a row erase themselves. */
export async function noteDeleting(env: Env, id: string): Promise<void> {
  await drizzle(env.INDEX).update(tenant).set({ state: "deleting" }).where(eq(tenant.id, id));
}

/** `waiting`: a run does not let go of its attempt yet. */
export async function eraseNext(env: Env, id: string): Promise<"more" | "waiting" | "all-gone"> {
  await noteDeleting(env, id);
  const index = drizzle(env.INDEX);
  // Runs first: they read and write everything else.
  const runs = await index.select({ id: run.id }).from(run).where(eq(run.tenant, id)).limit(AT_ONCE);
  const erased = await Promise.all(
    runs.map(async (row) => ((await runOf(env.RUNS, id, row.id).erase()) ? [row.id] : [])),
  );
  await dropRows(env, run, [run.tenant, run.id], id, erased.flat());
  if (runs.length > 0) return erased.every(({ length }) => length > 0) ? "more" : "waiting";

  const twins = await index.select({ id: twin.id }).from(twin).where(eq(twin.tenant, id)).limit(AT_ONCE);
  const twinIds = twins.map((row) => row.id);
  await Promise.all(twinIds.map((twinId) => twinOf(env.TWINS, id, twinId).erase()));
  await dropRows(env, twin, [twin.tenant, twin.id], id, twinIds);
  if (twins.length > 0) return "more";

  for (const table of [dataset, model]) {
    const rows = await index
      .select({ id: table.id, bodyKey: table.bodyKey })
      .from(table)
      .where(eq(table.tenant, id))
      .limit(AT_ONCE);
    if (rows.length === 0) continue;
    await env.BODIES.delete(rows.map(({ bodyKey }) => bodyKey));
    await dropRows(
      env,
      table,
      [table.tenant, table.id],
      id,
      rows.map((row) => row.id),
    );
    return "more";
  }

  const { objects: staged } = await env.BODIES.list({ prefix: stagingFolder(id), limit: AT_ONCE });
  await env.BODIES.delete([stagingProgress(id), ...staged.map(({ key }) => key)]);
  if (staged.length > 0) return "more";

  await feedOf(env.FEEDS, id).erase();
  await vaultOf(env.VAULTS, id).destroy();
  // Sessions and tickets go with their keys.
  await index.batch([
    index.delete(credential).where(eq(credential.tenant, id)),
    index.delete(apiKey).where(eq(apiKey.tenant, id)),
    index.delete(tenant).where(eq(tenant.id, id)),
  ]);
  return "all-gone";
}

async function dropRows(
  env: Env,
  table: SQLiteTable,
  [tenantOf, idOf]: readonly [Column, Column],
  id: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length > 0)
    await drizzle(env.INDEX)
      .delete(table)
      .where(and(eq(tenantOf, id), inArray(idOf, [...ids])));
}
