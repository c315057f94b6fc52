// How a tenant stands, as the index has it.

import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { tenant, type TenantState } from "@eigentwin/index";
import type { Env } from "../env.ts";

const BELIEVED_MS = 5_000;
const MOST_BELIEVED = 10_000;
const believed = new Map<string, { state: TenantState; untilMs: number }>();

/** Undefined where it is gone. */
export async function tenantState(env: Env, id: string): Promise<TenantState | undefined> {
  const [row] = await drizzle(env.INDEX).select({ state: tenant.state }).from(tenant).where(eq(tenant.id, id));
  return row?.state;
}

/** As it was within the last 5 seconds: endpoints of a busy tenant ask many times a second. */
export async function recentTenantState(env: Env, id: string): Promise<TenantState | undefined> {
  const askedMs = Date.now();
  const known = believed.get(id);
  if (known && askedMs < known.untilMs) return known.state;
  const state = await tenantState(env, id);
  if (believed.size >= MOST_BELIEVED) believed.clear();
  if (state === undefined) believed.delete(id);
  else believed.set(id, { state, untilMs: askedMs + BELIEVED_MS });
  return state;
}
