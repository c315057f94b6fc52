// How a tenant stands, as the index has it.

import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { tenant, type TenantState } from "./schema.ts";

/** Undefined where it is gone. */
export async function tenantState(d1: D1Database, id: string): Promise<TenantState | undefined> {
  const [row] = await drizzle(d1).select({ state: tenant.state }).from(tenant).where(eq(tenant.id, id));
  return row?.state;
}

/** Of the tenant whose object has this name; a tenant's id has no slash. */
export const isRestoring = async (d1: D1Database, name = ""): Promise<boolean> =>
  (await tenantState(d1, name.split("/")[0] ?? "")) === "restoring";
