// The writable state of a twin: what stands at a path of it, and what a write makes of it.

import {
  addedTargets,
  applyPatch,
  checkJson,
  checkState,
  isSameJson,
  mergePatch,
  pointer,
  readState,
  refuse,
  valueAt,
  without,
  withAdded,
  withReplaced,
  type WritableState,
} from "@eigentwin/core";
import { checkCondition, needMatch } from "./condition.ts";
import type { Change, StateWrite, WriteAnswer } from "./contract.ts";
import { keepChange } from "./history.ts";
import { updateState, type TwinRecord } from "./twin-record.ts";

type Path = readonly string[];

const MOST_OPERATIONS = 1_000;
const DEEPEST_PATH = 64;

export const writableOf = ({ properties, desired, links }: WritableState): WritableState => ({
  properties,
  desired,
  links,
});

/** `["links", name, target]`: a target is addressed by its id. */
const isTarget = (path: Path): boolean => path[0] === "links" && path.length === 3;

const targetsOf = (state: WritableState, name = ""): readonly string[] =>
  Object.hasOwn(state.links, name) ? (state.links[name] ?? []) : [];

/** Undefined where nothing stands there. */
export function partAt(state: WritableState, path: Path): unknown {
  const [part, name, target = ""] = path;
  if (isTarget(path)) return targetsOf(state, name).includes(target) ? target : undefined;
  return part === "links" && path.length > 3 ? undefined : valueAt(state, path);
}

export const noPart = (path: Path): never =>
  refuse("twin.part-not-found", `nothing stands at ${pointer(path)}`, { hint: "GET the twin to see what it has." });

/** What a write is applied to. */
export type WrittenTo = WritableState & Pick<TwinRecord, "type" | "revision" | "synthetic">;
export type Written = Exclude<WriteAnswer, { kind: "written" }> | { kind: "written"; isNew: boolean };

/**
 * Call inside a transaction. Conditions first, then the change, then the rules; `store` gets the next state. What changes
 * nothing is not stored, and where the answer is not `written` nothing was.
 */
export function writeState(twin: WrittenTo, write: StateWrite, store: (state: WritableState) => void): Written {
  const { path, change, condition, rules, targets } = write;
  if (write.as) mustBe(twin, write.as);
  if (rules.type !== twin.type) return { kind: "other-type", type: twin.type };
  const before = writableOf(twin);
  const stood = partAt(before, path);
  if (stood === undefined && change.kind !== "put") noPart(path);
  checkCondition(condition, stood === undefined ? undefined : twin.revision);
  const after = readState(changed(before, path, stood, change));
  if (isSameJson(before, after)) return { kind: "written", isNew: false };
  if (stood !== undefined && (change.kind === "put" || change.kind === "delete") && !isTargetAdded(write))
    needMatch(condition);
  checkState(before, after, rules);
  const known = new Set(targets.map((target) => target.join("\n")));
  const unknown = addedTargets(before.links, after.links).filter((target) => !known.has(target.join("\n")));
  if (unknown.length > 0) return { kind: "unknown-targets", targets: unknown };
  store(after);
  return { kind: "written", isNew: stood === undefined };
}

/** What a twin is does not change with its state. */
function mustBe({ type, synthetic }: WrittenTo, as: NonNullable<StateWrite["as"]>): void {
  if (type !== as.type)
    refuse("request.invalid", `this twin is a ${type}`, {
      at: "/type",
      hint: "The type of a twin changes by upgrades alone: POST /v1/twins/{id}/upgrade.",
    });
  if (synthetic !== as.synthetic)
    refuse("request.invalid", `this twin is ${synthetic ? "" : "not "}synthetic, and stays so`, { at: "/synthetic" });
}

/** Call inside a transaction: the next revision, with its entry in the history. */
export function storeState(
  sql: SqlStorage,
  before: TwinRecord,
  state: WritableState,
  entry: Pick<Parameters<typeof keepChange>[1], "kind" | "author" | "now">,
): void {
  updateState(sql, state);
  keepChange(sql, { before, after: { ...before, ...state, revision: before.revision + 1 }, ...entry });
}

const isTargetAdded = ({ path, change }: StateWrite): boolean => isTarget(path) && change.kind === "put";

function changed(state: WritableState, path: Path, stood: unknown, change: Change): unknown {
  if (path.length > DEEPEST_PATH)
    refuse("request.invalid", `a path has at most ${DEEPEST_PATH} names`, { at: "param pointer" });
  if (isTarget(path)) return withTarget(state, path, change.kind === "delete");
  if (change.kind === "delete") return path.length === 1 ? withReplaced(state, path, {}) : without(state, path);
  const value = changedPart(stood, change);
  const made = stood === undefined ? withAdded(state, path, value) : withReplaced(state, path, value);
  return made === undefined ? noPart(path.slice(0, -1)) : made;
}

function changedPart(stood: unknown, change: Exclude<Change, { kind: "delete" }>): unknown {
  if (change.kind === "put") return change.value;
  checkJson(change.patch, "");
  if (change.kind === "merge") return mergePatch(stood, change.patch);
  if (Array.isArray(change.patch) && change.patch.length > MOST_OPERATIONS)
    refuse("request.too-large", `a patch has at most ${MOST_OPERATIONS} operations`, { hint: "Send it in parts." });
  return applyPatch(stood, change.patch);
}

function withTarget(state: WritableState, [, name = "", target = ""]: Path, isGone: boolean): unknown {
  const others = targetsOf(state, name).filter((other) => other !== target);
  if (!isGone && others.length < targetsOf(state, name).length) return state;
  return { ...state, links: { ...state.links, [name]: isGone ? others : [...others, target] } };
}
