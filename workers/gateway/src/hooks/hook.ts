// Inbound hooks as they are kept: one row of the index each.

import { and, asc, eq, ne } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { refuse } from "@eigentwin/core";
import { hook, tenant, type HookSecret, type TenantState } from "@eigentwin/index";
import type { Env } from "../../env.ts";
import type { Caller } from "../caller.ts";
import type { HookRules } from "../routes/hook-schemas.ts";

export interface Hook {
  tenant: string;
  id: string;
  createdAt: string;
  title: string;
  rules: HookRules;
  twinTypes: readonly string[];
  secrets: readonly HookSecret[];
}

/** Rows are written from checked requests and checked archives alone. */
const hookIn = (row: typeof hook.$inferSelect): Hook => ({ ...row, rules: row.rules as unknown as HookRules });

/** Those that write no more twin types than the caller sees. */
export const seesHook = ({ twinTypes }: Caller, { twinTypes: its }: Pick<Hook, "twinTypes">): boolean =>
  twinTypes.length === 0 || (its.length > 0 && its.every((type) => twinTypes.includes(type)));

export async function hooksOf(env: Env, caller: Caller): Promise<Hook[]> {
  const rows = await drizzle(env.INDEX).select().from(hook).where(eq(hook.tenant, caller.tenant)).orderBy(asc(hook.id));
  return rows.map(hookIn).filter((one) => seesHook(caller, one));
}

export async function knownHook(env: Env, caller: Caller, id: string): Promise<Hook> {
  const [row] = await drizzle(env.INDEX)
    .select()
    .from(hook)
    .where(and(eq(hook.tenant, caller.tenant), eq(hook.id, id)));
  const found = row && hookIn(row);
  return found && seesHook(caller, found) ? found : refuse("hook.not-found", "there is no such hook");
}

/** For whoever sends to it: with how its tenant stands, and since when that is there. */
export async function hookOfAnybody(
  env: Env,
  tenantId: string,
  id: string,
): Promise<{ hook: Hook; state: TenantState; since: string } | undefined> {
  const [row] = await drizzle(env.INDEX)
    .select({ hook, state: tenant.state, since: tenant.createdAt })
    .from(hook)
    .innerJoin(tenant, eq(tenant.id, hook.tenant))
    .where(and(eq(hook.tenant, tenantId), eq(hook.id, id), ne(tenant.state, "deleting")));
  return row && { ...row, hook: hookIn(row.hook) };
}

/** As who a hook writes: its tenant, the twin types of the key that made it, and its own name in the history. */
export const writerOf = ({ tenant: its, id, title, twinTypes }: Hook, tenantSince: string): Caller => ({
  tenant: its,
  tenantSince,
  keyHash: "",
  keyId: `hook:${id}`,
  keyName: title,
  scopes: ["twins:write"],
  twinTypes,
  purposes: [],
  expiresAt: null,
});
