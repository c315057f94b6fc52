// Which twins and runs there are. An object comes into being by being called, so an id is looked up before it is:
// asking for ids that are not there must leave nothing behind.

import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { refuse } from "@eigentwin/core";
import { run, twin } from "@eigentwin/index";
import type { Env } from "../env.ts";
import { runOf, twinOf } from "./services.ts";

/** Ids that this isolate has seen. Nothing is ever forgotten wrongly: what is gone says so itself. */
const seen = new Set<string>();
const MOST_SEEN = 100_000;

export function remember(kind: "twin" | "run", tenant: string, id: string): void {
  if (seen.size >= MOST_SEEN) seen.clear();
  seen.add(`${kind}/${tenant}/${id}`);
}

export async function knownTwin(env: Env, tenant: string, id: string) {
  if (!seen.has(`twin/${tenant}/${id}`)) {
    const [row] = await drizzle(env.INDEX)
      .select({ id: twin.id })
      .from(twin)
      .where(and(eq(twin.tenant, tenant), eq(twin.id, id)));
    if (!row) refuse("twin.not-found", "there is no such twin");
    remember("twin", tenant, id);
  }
  return twinOf(env, tenant, id);
}

export async function knownRun(env: Env, tenant: string, id: string) {
  if (!seen.has(`run/${tenant}/${id}`)) {
    const [row] = await drizzle(env.INDEX)
      .select({ id: run.id })
      .from(run)
      .where(and(eq(run.tenant, tenant), eq(run.id, id)));
    if (!row) refuse("run.not-found", "there is no such run");
    remember("run", tenant, id);
  }
  return runOf(env, tenant, id);
}
