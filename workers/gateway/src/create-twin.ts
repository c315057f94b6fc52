// Makes a twin: its type is one that the caller sees, its state keeps the rules of that type, and its links lead to twins.

import { addedTargets, checkState, digest, type Outcome, type WritableState } from "@eigentwin/core";
import type { TwinDraft, TwinView } from "@eigentwin/twins";
import { sees, withoutMajor, type Caller } from "./caller.ts";
import { ownType, twinTypeNamed } from "./catalogue.ts";
import { remember } from "./known.ts";
import { twinAt } from "./services.ts";
import { checkTargets, rulesOf, type Writer } from "./write-state.ts";

export interface NewTwin extends WritableState, Omit<TwinDraft, "tenant" | "type"> {
  type: string;
}

/** Refuses what is wrong with the twin itself. */
export async function checkNewTwin({ env, caller, types }: Writer, twin: NewTwin) {
  const { type, properties, desired, links } = twin;
  const declared =
    types.find((one) => one.id === type && sees(caller, one.id)) ?? (await twinTypeNamed(env, caller, type));
  checkState(null, { properties, desired, links }, rulesOf(declared));
  await checkTargets(env, caller, declared.links, addedTargets({}, links));
  return declared;
}

/** The outcome tells what stands in its way. */
export async function createTwin(writer: Writer, twin: NewTwin): Promise<Outcome<TwinView>> {
  const declared = await checkNewTwin(writer, twin);
  const { env, caller } = writer;
  const { id, type } = twin;
  const { tenant } = caller;
  const made = await twinAt(env, tenant, id).create({
    ...twin,
    tenant,
    type: ownType(declared),
  });
  if (made.ok) remember("twin", caller, id, type);
  return made;
}

/** Under an idempotency key the same one each time; who sees only other types does not meet it. */
export const newTwinId = async ({ tenant }: Caller, type: string, key: string | undefined): Promise<string> =>
  key === undefined
    ? `twin_${crypto.randomUUID()}`
    : `twin_0${(await digest(["twin", tenant, withoutMajor(type), key])).slice(7, 39)}`;
