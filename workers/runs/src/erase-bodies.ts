// What a run has put into storage outside its own object: its evidence and losses, and the models that it saved, listed or
// not.

import type { Env } from "../env.ts";
import { keptModels } from "./kept-models.ts";
import { bodyFolder, type RunRecord } from "./run-record.ts";

export async function eraseBodies(env: Env, { request, conclusion }: RunRecord, sql: SqlStorage): Promise<void> {
  const keys = keptModels(sql).map(({ bodyKey }) => bodyKey);
  if (conclusion) keys.push(conclusion.evidence.key);
  if (conclusion?.kind === "succeeded" && conclusion.comparison) keys.push(conclusion.comparison.key);
  // Also what was stored for an end that a crash has kept from being written down.
  for (const kind of ["evidence", "comparisons"] as const) {
    const { objects } = await env.BODIES.list({ prefix: bodyFolder(kind, request) });
    keys.push(...objects.map(({ key }) => key));
  }
  if (keys.length > 0) await env.BODIES.delete([...new Set(keys)]);
}
