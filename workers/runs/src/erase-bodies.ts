// What a run has put into storage outside its own object: its evidence, the losses that it rests on, and the models that it saved, listed or not.

import type { Env } from "../env.ts";
import { keptModels } from "./kept-models.ts";
import type { RunRecord } from "./run-record.ts";

export function bodyKeysOf({ conclusion }: RunRecord, sql: SqlStorage): string[] {
  const keys = keptModels(sql).map(({ bodyKey }) => bodyKey);
  if (conclusion) keys.push(conclusion.evidence.key);
  if (conclusion?.kind === "succeeded" && conclusion.comparison) keys.push(conclusion.comparison.key);
  return keys;
}

export async function eraseBodies(env: Env, run: RunRecord, sql: SqlStorage): Promise<void> {
  const keys = bodyKeysOf(run, sql);
  if (keys.length > 0) await env.BODIES.delete(keys);
}
