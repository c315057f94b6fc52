// How a tenant stood within the last 5 seconds: endpoints of a busy one ask many times a second.

import type { TenantState } from "@eigentwin/index";
import { tenantState } from "@eigentwin/index/tenant-state";
import type { Env } from "../env.ts";

const BELIEVED_MS = 5_000;
const MOST_BELIEVED = 10_000;
const believed = new Map<string, { state: TenantState; untilMs: number }>();

/** Undefined where it is gone. */
export async function recentTenantState(env: Env, id: string): Promise<TenantState | undefined> {
  const askedMs = Date.now();
  const known = believed.get(id);
  if (known && askedMs < known.untilMs) return known.state;
  const state = await tenantState(env.INDEX, id);
  if (believed.size >= MOST_BELIEVED) believed.clear();
  if (state === undefined) believed.delete(id);
  else believed.set(id, { state, untilMs: askedMs + BELIEVED_MS });
  return state;
}
