// Which twins and runs there are. An object comes into being by being called, so an id is looked up before it is:
// asking for ids that are not there must leave nothing behind.

import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { refuse } from "@eigentwin/core";
import { run, twin } from "@eigentwin/index";
import type { Env } from "../env.ts";
import { runOf, twinAt } from "./services.ts";

type Kind = "twin" | "run";
const TABLES = { twin, run } as const;

/** Ids that this isolate has seen. Nothing is ever forgotten wrongly: what is gone says so itself. */
const seen = new Set<string>();
const MOST_SEEN = 100_000;

export function remember(kind: Kind, tenant: string, id: string): void {
  if (seen.size >= MOST_SEEN) seen.clear();
  seen.add(`${kind}/${tenant}/${id}`);
}

async function lookUp(env: Env, kind: Kind, tenant: string, id: string): Promise<void> {
  if (seen.has(`${kind}/${tenant}/${id}`)) return;
  const table = TABLES[kind];
  const [row] = await drizzle(env.INDEX)
    .select({ id: table.id })
    .from(table)
    .where(and(eq(table.tenant, tenant), eq(table.id, id)));
  if (!row) refuse(`${kind}.not-found`, `there is no such ${kind}`);
  remember(kind, tenant, id);
}

export async function knownTwin(env: Env, tenant: string, id: string) {
  await lookUp(env, "twin", tenant, id);
  return twinAt(env, tenant, id);
}

export async function knownRun(env: Env, tenant: string, id: string) {
  await lookUp(env, "run", tenant, id);
  return runOf(env, tenant, id);
}
