// What a run has put into storage outside its own object: its evidence and losses, and the models that it saved, listed or
// not.

import type { Env } from "../env.ts";
import { keptModels } from "./kept-models.ts";
import { bodyFolder, type Kept, type RunRecord } from "./run-record.ts";

const OWN_KINDS = ["evidence", "comparisons"] as const;

export function bodyKeysOf({ conclusion }: RunRecord, sql: SqlStorage): string[] {
  const keys = keptModels(sql).map(({ bodyKey }) => bodyKey);
  return [...keys, ...bodiesOf(conclusion).map(({ key }) => key)];
}

/** False where a run that was restored names what another has written: it would be read as its own. */
export const hasOwnBodies = ({ request, conclusion }: RunRecord): boolean =>
  bodiesOf(conclusion).every(({ key, digest }) => {
    const name = digest.slice("sha256:".length);
    const own = OWN_KINDS.map((kind) => `${bodyFolder(kind, request)}${name}`);
    // Before runs had folders of their own, evidence was named by its digest alone.
    return [...own, `evidence/${name}`].includes(key);
  });

function bodiesOf(conclusion: RunRecord["conclusion"]): Kept[] {
  if (!conclusion) return [];
  const losses = conclusion.kind === "succeeded" ? conclusion.comparison : undefined;
  return [conclusion.evidence, ...(losses ? [losses] : [])];
}

export async function eraseBodies(env: Env, run: RunRecord, sql: SqlStorage): Promise<void> {
  const keys = bodyKeysOf(run, sql);
  // Also what was stored for an end that a crash has kept from being written down.
  for (const kind of OWN_KINDS) {
    const { objects } = await env.BODIES.list({ prefix: bodyFolder(kind, run.request) });
    keys.push(...objects.map(({ key }) => key));
  }
  if (keys.length > 0) await env.BODIES.delete([...new Set(keys)]);
}
