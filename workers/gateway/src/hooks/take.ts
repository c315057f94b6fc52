// Makes the changes that a message is mapped to, by the same ways as every other write, or tries them and writes nothing.

import { EMPTY_STATE, fail, mergePatch, Refusal, refuse, unwrap, type Failure } from "@eigentwin/core";
import type { AppendReceipt, TwinOrBranch } from "@eigentwin/twins";
import { sees } from "../caller.ts";
import { checkNewTwin, createTwin, type NewTwin } from "../create-twin.ts";
import { typedTwin } from "../known.ts";
import { twinOrBranchAt } from "../services.ts";
import { writeState, type Writer } from "../write-state.ts";
import type { Effect } from "./mapping.ts";

export interface Taking {
  writer: Writer;
  /** Of a twin that is not there; undefined where it is refused. */
  create: string | undefined;
  reason: string | null;
  isTrial: boolean;
}

export interface Taken {
  /** JSON pointer into the message. */
  at: string;
  outcome: "taken" | "skipped" | "refused";
  twin?: string;
  created?: boolean;
  /** Of the twin, where the properties were written to; the same as before where nothing changed. */
  revision?: number;
  points?: AppendReceipt;
  /** Points that were not taken, by their place in the mapping, or all of the item. */
  failures?: Failure[];
  /** Beside those that are told. */
  moreFailures?: number;
}

type Change = Extract<Effect, { kind: "change" }>;
type Indexed = { change: Change; taken: Taken };

/** So many twins are written at once. */
const WRITERS = 4;

/** A result for each item, in order. Items of one twin are written one after another, their points together. */
export async function takeEffects(taking: Taking, effects: readonly Effect[]): Promise<Taken[]> {
  const all = effects.map((effect) => ({ effect, taken: beginning(effect) }));
  const changes = all.flatMap(({ effect, taken }) => (effect.kind === "change" ? [{ change: effect, taken }] : []));
  const byTwin = [...Map.groupBy(changes, ({ change }) => change.twin).values()].values();
  await eachBy(WRITERS, byTwin, (items) => takeOfTwin(taking, items));
  return all.map(({ taken }) => taken);
}

/** After a fault nothing more is begun, and it is thrown only when nothing is on its way any more. */
export async function eachBy<T>(workers: number, all: Iterator<T>, work: (one: T) => Promise<void>): Promise<void> {
  let isFaulty = false;
  const worker = async () => {
    for (let next = all.next(); !next.done && !isFaulty; next = all.next())
      await work(next.value).catch((error: unknown) => {
        isFaulty = true;
        throw error;
      });
  };
  const ended = await Promise.allSettled(Array.from({ length: workers }, worker));
  const fault = ended.find(({ status }) => status === "rejected");
  if (fault?.status === "rejected") throw fault.reason;
}

function beginning(effect: Effect): Taken {
  if (effect.kind === "skipped") return { at: effect.at, outcome: "skipped" };
  if (effect.kind === "refused") return { at: effect.at, outcome: "refused", failures: [effect.failure] };
  return { at: effect.at, outcome: "taken", twin: effect.twin };
}

async function takeOfTwin(taking: Taking, items: readonly Indexed[]): Promise<void> {
  for (const item of items) await catching(item.taken, () => takeState(taking, item));
  const left = items.filter(({ taken, change }) => taken.outcome === "taken" && change.points.length > 0);
  if (left.length > 0) await appendAll(taking, left);
}

/** A refusal is the item's result; anything else is a fault of ours and ends the message, which may come again. */
async function catching(taken: Taken, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    taken.outcome = "refused";
    taken.failures = [error.failure];
  }
}

async function takeState(taking: Taking, { change, taken }: Indexed): Promise<void> {
  const { writer, isTrial, reason } = taking;
  const found = (await there(taking, change.twin)) ?? (await made(taking, { change, taken }));
  if (!found || change.properties === null || taken.created) return;
  const receipt = await writeState(writer, found, {
    path: ["properties"],
    change: { kind: "merge", patch: change.properties },
    condition: {},
    author: { by: writer.caller.keyId, reason },
    isTrial,
  });
  taken.revision = receipt.revision;
}

/** Undefined where there is none and one would be made. */
async function there({ writer, create }: Taking, id: string): Promise<Found | undefined> {
  try {
    const found = await typedTwin(writer.env, writer.caller, id);
    unwrap(await found.twin.subject());
    return found;
  } catch (error) {
    if (create !== undefined && error instanceof Refusal && error.failure.code === "twin.not-found") return undefined;
    throw error;
  }
}

interface Found {
  type: string;
  twin: TwinOrBranch;
}

/** With the properties in it. Undefined on trial: then it is not there for what follows. */
async function made({ writer, create = "", reason, isTrial }: Taking, { change, taken }: Indexed) {
  const { env, caller } = writer;
  const twin: NewTwin = {
    ...EMPTY_STATE,
    id: change.twin,
    type: create,
    properties: mergePatch({}, change.properties ?? {}) as Record<string, unknown>,
    synthetic: false,
    by: caller.keyId,
    reason,
  };
  if (isTrial) {
    await checkNewTwin(writer, twin);
    taken.created = true;
    return undefined;
  }
  const outcome = await createTwin(writer, twin);
  const found = { type: create, twin: twinOrBranchAt(env, caller.tenant, change.twin) };
  if (outcome.ok) {
    taken.created = true;
    return found;
  }
  if (outcome.failure.code !== "twin.exists") throw new Refusal(outcome.failure);
  // Made at this moment by another message, and not in the index yet; or one that this hook does not see.
  const { type } = unwrap(await found.twin.subject());
  return sees(caller, type) ? { ...found, type } : refuse("twin.exists", outcome.failure.message);
}

async function appendAll(taking: Taking, items: readonly Indexed[]): Promise<void> {
  const [first] = items;
  if (!first) return;
  const { env, caller } = taking.writer;
  // On trial a twin that would be made is not there to try its points.
  if (taking.isTrial && items.some(({ taken }) => taken.created)) return;
  const points = items.flatMap(({ change }) => change.points);
  const twin = twinOrBranchAt(env, caller.tenant, first.change.twin);
  const appended = await twin.append(points, {
    isPartial: true,
    isEach: true,
    by: caller.keyId,
    isTrial: taking.isTrial,
  });
  if (!appended.ok) {
    for (const { taken } of items) Object.assign(taken, { outcome: "refused", failures: [appended.failure] });
    return;
  }
  const { results = [], refused = [] } = appended.value;
  let from = 0;
  for (const { change, taken } of items) {
    const to = from + change.points.length;
    const own = refused.filter(({ index }) => index >= from && index < to);
    noteOf(
      taken,
      results.slice(from, to),
      own.map(({ index, failure }) => placed(failure, index, index - from)),
    );
    from = to;
  }
}

/** Where in the batch it was is nothing to the sender; which point of the item it is, is. */
const placed = ({ at, ...failure }: Failure, index: number, own: number): Failure => ({
  ...failure,
  ...(at !== undefined && { at: at.replace(`/points/${index}`, `/points/${own}`) }),
});

function noteOf(taken: Taken, results: readonly string[], failures: Failure[]): void {
  const count = (of: string) => results.filter((outcome) => outcome === of).length;
  taken.points = { accepted: count("accepted"), unchanged: count("unchanged"), corrected: count("corrected") };
  if (failures.length === 0) return;
  taken.failures = failures;
  if (failures.length === results.length && taken.revision === undefined && !taken.created) taken.outcome = "refused";
}

/** A message is answered as taken where anything of it was, or nothing of it was for this hook. */
export function isRefused(taken: readonly Taken[]): boolean {
  return taken.some(({ outcome }) => outcome === "refused") && !taken.some(({ outcome }) => outcome === "taken");
}

export const nothingTaken = (taken: readonly Taken[]) => {
  const first = taken.find(({ outcome }) => outcome === "refused");
  const failure = first?.failures?.[0];
  return fail("hook.nothing-taken", `nothing of this could be written: ${failure?.message ?? "no item fits"}`, {
    at: failure?.code === "hook.not-mapped" ? (failure.at ?? "") : (first?.at ?? ""),
    hint: `The first of ${taken.length} was refused as ${failure?.code ?? "unknown"}. Mend the hook's mapping or the message, and send it again.`,
  });
};
