// How a tenant stands, as the index has it.

import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { tenant, type TenantState } from "@eigentwin/index";
import type { Env } from "../env.ts";

/** Undefined where it is gone. */
export async function tenantState(env: Env, id: string): Promise<TenantState | undefined> {
  const [row] = await drizzle(env.INDEX).select({ state: tenant.state }).from(tenant).where(eq(tenant.id, id));
  return row?.state;
}
