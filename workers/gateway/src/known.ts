// Which twins and runs there are for a caller. An object comes into being by being called, so an id is looked up before it
// is: asking for ids that are not there must leave nothing behind.

import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { refuse } from "@eigentwin/core";
import { run, twin } from "@eigentwin/index";
import { partsOf } from "@eigentwin/twins";
import type { Env } from "../env.ts";
import { sees, type Caller } from "./caller.ts";
import { runAt, twinAt, twinOrBranchAt } from "./services.ts";

type Kind = "twin" | "run";
const TABLES = { twin: { table: twin, type: twin.type }, run: { table: run, type: run.twinType } } as const;

/**
 * Ids that this isolate has seen, with the twin type of each. Nothing is ever remembered wrongly: of a type only
 * the major changes, what is gone says so itself, and a tenant that comes after another of its id is another one.
 */
const remembered = new Map<string, string | null>();
const MOST_REMEMBERED = 100_000;

const nameOf = (kind: Kind, { tenant, tenantSince }: Caller, id: string): string =>
  `${kind}/${tenant}/${tenantSince}/${id}`;

export function remember(kind: Kind, caller: Caller, id: string, type: string | null): void {
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(nameOf(kind, caller, id), type);
}

/** What the caller does not see is looked up each time, as what is not there: one must not be quicker than the other. */
async function lookUp(env: Env, kind: Kind, caller: Caller, id: string): Promise<string | null> {
  const known = remembered.get(nameOf(kind, caller, id));
  if (known !== undefined && sees(caller, known)) return known;
  const { table, type } = TABLES[kind];
  const [row] = await drizzle(env.INDEX)
    .select({ type })
    .from(table)
    .where(and(eq(table.tenant, caller.tenant), eq(table.id, id)));
  if (!row || !sees(caller, row.type)) return refuse(`${kind}.not-found`, `there is no such ${kind}`);
  remember(kind, caller, id, row.type);
  return row.type;
}

export async function knownTwin(env: Env, caller: Caller, id: string) {
  await lookUp(env, "twin", caller, id);
  return twinAt(env, caller.tenant, id);
}

/** A branch is there for whoever sees its twin; whether it is there at all says the twin. */
export async function knownTwinOrBranch(env: Env, caller: Caller, id: string) {
  return (await typedTwin(env, caller, id)).twin;
}

/** With the twin's type as it was when it was last looked up: an older major, where it was upgraded since. */
export async function typedTwin(env: Env, caller: Caller, id: string) {
  const type = (await lookUp(env, "twin", caller, partsOf(id).twin)) ?? "";
  return { type, twin: twinOrBranchAt(env, caller.tenant, id) };
}

/** With the type of the twin that it is about; null where it is about none. */
export async function typedRun(env: Env, caller: Caller, id: string) {
  const type = await lookUp(env, "run", caller, id);
  return { type, run: runAt(env, caller.tenant, id) };
}

export async function knownRun(env: Env, caller: Caller, id: string) {
  await lookUp(env, "run", caller, id);
  return runAt(env, caller.tenant, id);
}
