// How a tenant stands, as the index says it.

import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { tenant, type TenantState } from "@eigentwin/index";
import type { Env } from "../env.ts";

/** Undefined where there is no such tenant. */
export async function tenantState(env: Env, id: string): Promise<TenantState | undefined> {
  const [row] = await drizzle(env.INDEX).select({ state: tenant.state }).from(tenant).where(eq(tenant.id, id));
  return row?.state;
}

/** Of the tenant whose object has this name; a tenant's id has no slash. */
export const isRestoring = async (env: Env, name = ""): Promise<boolean> =>
  (await tenantState(env, name.split("/")[0] ?? "")) === "restoring";
