// One step of a tenant's end. Rows go after what they point to, so that a step which is repeated finds what is left.

import { and, eq, exists, inArray, type Column } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import {
  apiKey,
  credential,
  dataset,
  erasure,
  hook,
  link,
  model,
  run,
  tenant,
  twin,
  twinValue,
} from "@eigentwin/index";
import { feedOf, hookOf } from "@eigentwin/events";
import { vaultOf } from "@eigentwin/system";
import { streamFolder, twinOf } from "@eigentwin/twins";
import type { Env } from "../env.ts";
import { deleteBodies, erasable } from "./bodies.ts";
import { runOf, stagingFolder, stagingProgress } from "./contract.ts";

/** Objects and bodies in one step: each is a call to another place, and an alarm has an end. */
const AT_ONCE = 50;

/** A later tenant may have the id of an earlier one, and is another. */
interface Tenant {
  id: string;
  since: string;
}

const isIt = ({ id, since }: Tenant) => and(eq(tenant.id, id), eq(tenant.createdAt, since));

/** From here on nothing is written for it: `insertForTenant` writes no row, and objects without a row erase themselves. */
export async function noteDeleting(env: Env, which: Tenant): Promise<void> {
  await drizzle(env.INDEX).update(tenant).set({ state: "deleting" }).where(isIt(which));
}

/** When the tenant that is going under this id began; undefined where none is. */
export async function deletingSince(env: Env, id: string): Promise<string | undefined> {
  const [row] = await drizzle(env.INDEX)
    .select({ since: tenant.createdAt })
    .from(tenant)
    .where(and(eq(tenant.id, id), eq(tenant.state, "deleting")));
  return row?.since;
}

/** `waiting`: a run does not let go of its attempt yet. */
export async function eraseNext(env: Env, which: Tenant): Promise<"more" | "waiting" | "all-gone"> {
  await noteDeleting(env, which);
  const index = drizzle(env.INDEX);
  const { id } = which;
  const itself = index.select({ id: tenant.id }).from(tenant).where(isIt(which));
  // Everything below is found by the id alone, which nobody else has while this row is there.
  if ((await itself).length === 0) return "all-gone";
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
  await dropRows(env, link, [link.tenant, link.source], id, twinIds);
  await dropRows(env, twinValue, [twinValue.tenant, twinValue.twin], id, twinIds);
  await dropRows(env, twin, [twin.tenant, twin.id], id, twinIds);
  if (twins.length > 0) return "more";

  // Of twins that were erased something is left in their objects: that they were.
  const graves = await index
    .select({ id: erasure.id, twin: erasure.twin })
    .from(erasure)
    .where(eq(erasure.tenant, id))
    .limit(AT_ONCE);
  await Promise.all(graves.map(({ twin: of }) => twinOf(env.TWINS, id, of).erase()));
  const graveIds = graves.map((row) => row.id);
  await dropRows(env, erasure, [erasure.tenant, erasure.id], id, graveIds);
  if (graves.length > 0) return "more";

  const hooks = await index.select({ id: hook.id }).from(hook).where(eq(hook.tenant, id)).limit(AT_ONCE);
  const hookIds = hooks.map((row) => row.id);
  // The row first: a hook without one takes nothing more, and forgets by itself what was on its way.
  await dropRows(env, hook, [hook.tenant, hook.id], id, hookIds);
  await Promise.all(hookIds.map((hookId) => hookOf(env.HOOKS, id, hookId).erase()));
  if (hooks.length > 0) return "more";

  for (const table of [dataset, model]) {
    const rows = await index
      .select({ id: table.id, bodyKey: table.bodyKey })
      .from(table)
      .where(eq(table.tenant, id))
      .limit(AT_ONCE);
    if (rows.length === 0) continue;
    const keys = rows.map(({ bodyKey }) => bodyKey);
    await deleteBodies(env, await erasable(env, keys, { tenant: id, isUnmarkedOwn: true }));
    await dropRows(
      env,
      table,
      [table.tenant, table.id],
      id,
      rows.map((row) => row.id),
    );
    return "more";
  }

  // Twins take their own with them; this is what one left that ended in between.
  const { objects: left } = await env.BODIES.list({ prefix: streamFolder(id), limit: AT_ONCE });
  if (left.length > 0) {
    await env.BODIES.delete(left.map(({ key }) => key));
    return "more";
  }

  const { objects: staged } = await env.BODIES.list({ prefix: stagingFolder(id), limit: AT_ONCE });
  await env.BODIES.delete([stagingProgress(id), ...staged.map(({ key }) => key)]);
  if (staged.length > 0) return "more";

  await feedOf(env.FEEDS, id).erase();
  await vaultOf(env.VAULTS, id).destroy();
  // Sessions and tickets go with their keys.
  await index.batch([
    index.delete(link).where(and(eq(link.tenant, id), exists(itself))),
    index.delete(twinValue).where(and(eq(twinValue.tenant, id), exists(itself))),
    index.delete(credential).where(and(eq(credential.tenant, id), exists(itself))),
    index.delete(apiKey).where(and(eq(apiKey.tenant, id), exists(itself))),
    index.delete(tenant).where(isIt(which)),
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
