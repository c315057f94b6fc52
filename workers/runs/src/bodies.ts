// What a run has put into storage outside its own object: its evidence and losses, and the models that it saved, listed or
// not.

import type { Env } from "../env.ts";
import { isInFolderOf, mayBeOf } from "./body-key.ts";
import { keptModels } from "./kept-models.ts";
import { bodyFolder, type Kept, type RunRecord } from "./run-record.ts";

const OWN_KINDS = ["evidence", "comparisons"] as const;
/** So many keys storage deletes at once. */
const MOST_DELETED = 1000;

export function bodyKeysOf({ conclusion }: RunRecord, sql: SqlStorage): string[] {
  const keys = keptModels(sql).map(({ bodyKey }) => bodyKey);
  return [...keys, ...bodiesOf(conclusion).map(({ key }) => key)];
}

/** False where a run that was restored names what another has written: it would be read, exported and erased as its own. */
export function hasOwnBodies({ request, conclusion }: RunRecord, sql: SqlStorage): boolean {
  const { tenant } = request;
  const isOwnModel = (key: string) => key.startsWith("models/") && mayBeOf(tenant, key);
  if (!keptModels(sql).every(({ bodyKey }) => isOwnModel(bodyKey))) return false;
  return bodiesOf(conclusion).every(({ key, digest }) => {
    const name = digest.slice("sha256:".length);
    const own = OWN_KINDS.map((kind) => `${bodyFolder(kind, request)}${name}`);
    // Before runs had folders of their own, evidence was named by its digest alone.
    return mayBeOf(tenant, key) && [...own, `evidence/${name}`].includes(key);
  });
}

function bodiesOf(conclusion: RunRecord["conclusion"]): Kept[] {
  if (!conclusion) return [];
  const losses = conclusion.kind === "succeeded" ? conclusion.comparison : undefined;
  return [conclusion.evidence, ...(losses ? [losses] : [])];
}

export async function eraseBodies(env: Env, run: RunRecord, sql: SqlStorage): Promise<void> {
  const { tenant } = run.request;
  const keys = await erasable(env, bodyKeysOf(run, sql), { tenant, isUnmarkedOwn: !run.isRestored });
  // Also what was stored for an end that a crash has kept from being written down.
  for (const kind of OWN_KINDS) {
    const { objects } = await env.BODIES.list({ prefix: bodyFolder(kind, run.request) });
    keys.push(...objects.map(({ key }) => key));
  }
  await deleteBodies(env, keys);
}

/**
 * Of these keys those whose bodies are the tenant's. One outside of its folder says so by its mark if it was restored; an
 * unmarked one was written here, before there were folders, by whom the platform itself has let name it.
 */
export async function erasable(
  env: Env,
  keys: readonly string[],
  { tenant, isUnmarkedOwn }: { tenant: string; isUnmarkedOwn: boolean },
): Promise<string[]> {
  const found: string[] = [];
  for (const key of new Set(keys)) {
    if (isInFolderOf(tenant, key)) found.push(key);
    else if (mayBeOf(tenant, key)) {
      const mark = (await env.BODIES.head(key))?.customMetadata?.["tenant"];
      if (mark === tenant || (mark === undefined && isUnmarkedOwn)) found.push(key);
    }
  }
  return found;
}

export async function deleteBodies({ BODIES }: Pick<Env, "BODIES">, keys: readonly string[]): Promise<void> {
  const all = [...new Set(keys)];
  for (let from = 0; from < all.length; from += MOST_DELETED) await BODIES.delete(all.slice(from, from + MOST_DELETED));
}
