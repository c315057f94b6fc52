// The steps of a twin's erasure outside of its own object. Each can be repeated, and finds what is left.

import { and, eq, inArray, isNotNull, isNull, or, sql as text, type Column } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { dataset, erasure, hook, model, run, tenant as tenantTable } from "@eigentwin/index";
import { insertForTenant } from "@eigentwin/index/insert";
import { digestTable, openBody, readColumns, writeTable } from "@eigentwin/tables";
import { feedOf, hookOf } from "@eigentwin/events";
import { branchId, streamFolder } from "@eigentwin/twins";
import type { Env } from "../env.ts";
import { deleteBodies, erasable } from "./bodies.ts";
import { newDatasetKey } from "./body-key.ts";
import { runOf, type ErasureRequest } from "./contract.ts";

const AT_ONCE = 20;
/** The one event that tells of an erasure, and stays. */
const TOLD = "twin.erased";

/** What goes is noted before it goes, so that the receipt counts it once, however often a step is repeated. */
const noteErased = (sql: SqlStorage, what: string, name: string): void =>
  void sql.exec("INSERT OR IGNORE INTO erased VALUES (?, ?)", what, name);

export const erasedOf = (sql: SqlStorage, what: string): string[] =>
  sql
    .exec<{ name: string }>("SELECT name FROM erased WHERE what = ? ORDER BY name", what)
    .toArray()
    .map(({ name }) => name);

export async function isListed(env: Env, { tenant, id }: ErasureRequest): Promise<boolean> {
  const isIt = and(eq(erasure.tenant, tenant), eq(erasure.id, id));
  return (await drizzle(env.INDEX).select({ id: erasure.id }).from(erasure).where(isIt)).length > 0;
}

/** False where the tenant is gone: nothing is left to be listed for. */
export async function listErasure(env: Env, request: ErasureRequest): Promise<boolean> {
  const { tenant, id, twin, twinType, requestedAt, by: requestedBy } = request;
  const index = drizzle(env.INDEX);
  const row = { tenant, id, twin, twinType, requestedAt, requestedBy };
  await insertForTenant(index, erasure, row).onConflictDoNothing();
  const found = await index
    .select({ state: tenantTable.state })
    .from(erasure)
    .innerJoin(tenantTable, eq(tenantTable.id, erasure.tenant))
    .where(and(eq(erasure.tenant, tenant), eq(erasure.id, id)));
  return found.some(({ state }) => state !== "deleting");
}

/** About the twin, or about a branch of it. */
const isAbout = (subject: Column, twin: string) => or(eq(subject, twin), startsWith(subject, branchId(twin, "")));

const startsWith = (column: Column, start: string) => text`substr(${column}, 1, ${start.length}) = ${start}`;

/** With the models that they saved. `waiting`: one does not let go of its attempt yet. */
export async function eraseRuns(
  env: Env,
  sql: SqlStorage,
  { tenant, twin }: ErasureRequest,
): Promise<"more" | "waiting" | "all"> {
  const index = drizzle(env.INDEX);
  const runs = await index
    .select({ id: run.id })
    .from(run)
    .where(and(eq(run.tenant, tenant), isAbout(run.subject, twin), isNotNull(run.twinType)))
    .limit(AT_ONCE);
  if (runs.length === 0) return "all";
  const gone: string[] = [];
  for (const { id } of runs) {
    const saved = await index
      .select({ id: model.id })
      .from(model)
      .where(and(eq(model.tenant, tenant), eq(model.run, id)));
    noteErased(sql, "run", id);
    for (const { id: of } of saved) noteErased(sql, "model", of);
    // The bodies of its models go with the run.
    if (!(await runOf(env.RUNS, tenant, id).erase())) continue;
    await index.delete(model).where(and(eq(model.tenant, tenant), eq(model.run, id)));
    gone.push(id);
  }
  if (gone.length > 0) await index.delete(run).where(and(eq(run.tenant, tenant), inArray(run.id, gone)));
  return gone.length === runs.length ? "more" : "waiting";
}

/** What was told of it, and what hooks were answered that wrote it. */
export async function eraseEvents(env: Env, { tenant, twin }: ErasureRequest): Promise<void> {
  await feedOf(env.FEEDS, tenant).forget(twin, TOLD);
  const hooks = await drizzle(env.INDEX).select({ id: hook.id }).from(hook).where(eq(hook.tenant, tenant));
  for (const { id } of hooks) await hookOf(env.HOOKS, tenant, id).forget(twin);
}

/** The twin takes its own with it; this is what an upkeep left that was killed. */
export async function eraseStreams(env: Env, { tenant, twin }: ErasureRequest): Promise<void> {
  for (;;) {
    const { objects } = await env.BODIES.list({ prefix: streamFolder(tenant, twin) });
    if (objects.length === 0) return;
    await env.BODIES.delete(objects.map(({ key }) => key));
  }
}

/** Of the datasets that the request names: the rows of this individual, and a mark on every model that was trained on one. */
export async function eraseDatasetRows(env: Env, sql: SqlStorage, request: ErasureRequest): Promise<void> {
  for (const { id, individual } of request.datasets) {
    const [row] = await drizzle(env.INDEX)
      .select()
      .from(dataset)
      .where(and(eq(dataset.tenant, request.tenant), eq(dataset.id, id)));
    if (row) await eraseRows(env, sql, request, row, individual);
  }
}

async function eraseRows(
  env: Env,
  sql: SqlStorage,
  { tenant, requestedAt }: ErasureRequest,
  { id, columns, bodyKey }: typeof dataset.$inferSelect,
  individual: number,
): Promise<void> {
  const index = drizzle(env.INDEX);
  const isIt = and(eq(dataset.tenant, tenant), eq(dataset.id, id), eq(dataset.bodyKey, bodyKey));
  const names = columns.map(({ name }) => name);
  const held = await readColumns(await openBody(env.BODIES, bodyKey), names);
  const who = held[columns.find(({ role }) => role === "individual")?.name ?? ""] ?? new Float64Array();
  const isOther = (_value: number, at: number) => who[at] !== individual;
  const values = names.map((name) => (held[name] ?? new Float64Array()).filter(isOther));
  const rows = values[0]?.length ?? 0;
  if (rows === who.length) return;
  noteErased(sql, "dataset", id);
  const trained = await index
    .select({ id: model.id })
    .from(model)
    .innerJoin(run, and(eq(run.tenant, model.tenant), eq(run.id, model.run)))
    .where(and(eq(model.tenant, tenant), eq(run.subject, id), isNull(run.twinType)));
  for (const { id: of } of trained) {
    noteErased(sql, "marked-model", of);
    await index
      .update(model)
      .set({ erasedFromAt: requestedAt })
      .where(and(eq(model.tenant, tenant), eq(model.id, of)));
  }
  if (rows === 0) await index.delete(dataset).where(isIt);
  else {
    const rewritten = newDatasetKey(tenant);
    await env.BODIES.put(rewritten, writeTable(names, values));
    const digest = await digestTable(names, values);
    const { meta } = await index.update(dataset).set({ rows, digest, bodyKey: rewritten }).where(isIt);
    if (meta.changes === 0) return env.BODIES.delete(rewritten);
  }
  await deleteBodies(env, await erasable(env, [bodyKey], { tenant, isUnmarkedOwn: true }));
}
