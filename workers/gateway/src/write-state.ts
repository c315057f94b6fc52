// Writes to the state of a twin. The twin applies a write in one step; what it must be told for that is looked up here: the
// rules of its type, and which targets of links are there for the caller.

import { and, eq, inArray } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { baseOf, pointer, refuse, unwrap, type Manifest, type Outcome, type StateRules } from "@eigentwin/core";
import { twin as twinIndex } from "@eigentwin/index";
import type { StateWrite, TwinOrBranch, WriteAnswer, WriteReceipt } from "@eigentwin/twins";
import type { Env } from "../env.ts";
import { sees, type Caller } from "./caller.ts";
import { believedTypes, twinTypeNamed } from "./catalogue.ts";

type DeclaredType = Manifest["twinTypes"][number];
type Target = [name: string, target: string];

/** So often a twin may be upgraded, or be given other links, while one write is on its way. */
const MOST_TRIES = 5;
/** Of the 100 parameters that a statement of D1 takes. */
const IDS_AT_ONCE = 90;

export const rulesOf = ({ id, properties, links }: DeclaredType): StateRules => ({ type: id, properties, links });

/** The declared types are read once for all the writes of a request. */
export interface Writer {
  env: Env;
  caller: Caller;
  types: readonly DeclaredType[];
}

export const writerFor = async (env: Env, caller: Caller): Promise<Writer> => ({
  env,
  caller,
  types: await believedTypes(env),
});

/** `type` is what the twin was last known to be. */
export async function writeState(
  writer: Writer,
  { twin, type }: { twin: TwinOrBranch; type: string },
  write: Omit<StateWrite, "rules" | "targets">,
): Promise<WriteReceipt> {
  return writing(writer, type, (known) => twin.write({ ...write, ...known }));
}

/** Asks until it is told all that it must be told, or is refused. */
export async function writing(
  { env, caller, types }: Writer,
  type: string,
  ask: (known: Pick<StateWrite, "rules" | "targets">) => Promise<Outcome<WriteAnswer>>,
): Promise<WriteReceipt> {
  let present = type;
  let targets: Target[] = [];
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const declared = types.find(({ id }) => id === present) ?? (await twinTypeNamed(env, caller, present));
    const answer = unwrap(await ask({ rules: rulesOf(declared), targets }));
    if (answer.kind === "written") return answer.receipt;
    if (answer.kind === "other-type") present = answer.type;
    else {
      await checkTargets(env, caller, declared.links, answer.targets);
      targets = answer.targets;
    }
  }
  throw new Error(`a twin of ${present} changed each time that it was about to be written`);
}

/** A target may be of any major of the type that the link leads to: it may be upgraded while it is linked. */
export async function checkTargets(
  env: Env,
  caller: Caller,
  links: StateRules["links"],
  targets: readonly Target[],
): Promise<void> {
  const ids = [...new Set(targets.map(([, target]) => target))];
  const types = new Map<string, string>();
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE)
    for (const { id, type } of await drizzle(env.INDEX)
      .select({ id: twinIndex.id, type: twinIndex.type })
      .from(twinIndex)
      .where(and(eq(twinIndex.tenant, caller.tenant), inArray(twinIndex.id, ids.slice(from, from + IDS_AT_ONCE)))))
      if (sees(caller, type)) types.set(id, type);
  for (const [name, target] of targets) {
    const type = types.get(target);
    const at = pointer(["links", name]);
    if (type === undefined)
      return refuse("link.target-not-found", `there is no twin ${target.slice(0, 200)} to link to`, { at });
    const to = links[name]?.to ?? "";
    if (baseOf(type) !== baseOf(to))
      refuse("link.wrong-type", `the link "${name}" leads to ${to}, and ${target} is a ${type}`, { at });
  }
}
