// A tenant by its id, as administrators see it. Administration is none that anybody could name.

import { and, eq, ne } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { refuse } from "@eigentwin/core";
import { tenant } from "@eigentwin/index";
import type { Env } from "../env.ts";
import { ADMINISTRATION } from "./routes/tenant-schemas.ts";

export const tenantFacts = { id: tenant.id, name: tenant.name, createdAt: tenant.createdAt, state: tenant.state };

export const isNamed = (id: string) => and(eq(tenant.id, id), ne(tenant.id, ADMINISTRATION));

export async function tenantNamed(env: Env, id: string) {
  const [row] = await drizzle(env.INDEX).select(tenantFacts).from(tenant).where(isNamed(id));
  return row ?? refuse("tenant.not-found", `there is no tenant ${id}`);
}
