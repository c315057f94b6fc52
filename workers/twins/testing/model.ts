// What a twin and its branches are, in the plainest way: every state in a list, points in maps, branches as copies. It knows no
// storage, no patches between states, and no overlay.

import type { Change } from "../src/contract.ts";
import type { Command, Match, Write } from "./commands.ts";

export type State = Record<"properties" | "desired", Record<string, unknown>> & { links: Record<string, string[]> };

/** What the model says to a command: a code, or the state that it leads to. */
export type Verdict = { refused: string } | { state: State };

export const same = (a: unknown, b: unknown): boolean => sorted(a) === sorted(b);
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** Writes into a copy, the way one would by hand. */
const copyOf = (state: State): State => JSON.parse(JSON.stringify(state)) as State;
const own = (object: unknown, key: string): unknown =>
  typeof object === "object" && object !== null ? Object.getOwnPropertyDescriptor(object, key)?.value : undefined;
const set = (object: object, key: string, put: unknown) =>
  void Object.defineProperty(object, key, { value: put, enumerable: true, configurable: true, writable: true });

const isPlain = (candidate: unknown): candidate is Record<string, unknown> =>
  typeof candidate === "object" && candidate !== null && !Array.isArray(candidate);

function merged(onto: unknown, patch: unknown): unknown {
  if (!isPlain(patch)) return patch;
  const made: Record<string, unknown> = {};
  if (isPlain(onto)) for (const key of Object.keys(onto)) set(made, key, own(onto, key));
  for (const key of Object.keys(patch)) {
    if (own(patch, key) === null) Reflect.deleteProperty(made, key);
    else set(made, key, merged(own(made, key), own(patch, key)));
  }
  return made;
}

const isArray = Array.isArray;

export function judge(state: State, { path, change, match: matching, isNew }: Write): Verdict {
  const next = copyOf(state);
  const [part = "", first = "", ...rest] = path;
  const isTarget = part === "links";
  let parent: unknown = next;
  for (const key of path.slice(0, -1)) parent = own(parent, key);
  const key = path.at(-1) ?? "";
  const targets = next.links[first] ?? [];
  const stood =
    path.length === 0
      ? state
      : isTarget
        ? targets.includes(rest[0] ?? "")
          ? rest[0]
          : undefined
        : memberIn(parent, key);
  if (stood === undefined && change.kind !== "put") return { refused: "twin.part-not-found" };
  if (stood === undefined && matching !== "none") return { refused: "twin.revision-mismatch" };
  if (matching === "old") return { refused: "twin.revision-mismatch" };
  if (isNew && stood !== undefined) return { refused: "twin.revision-mismatch" };

  let made: State = next;
  if (isTarget) {
    const others = targets.filter((one) => one !== rest[0]);
    if (change.kind === "delete") made.links[first] = others;
    else if (stood === undefined) made.links[first] = [...targets, rest[0] ?? ""];
    if (made.links[first]?.length === 0) delete made.links[first];
  } else if (path.length === 0) {
    const whole = change.kind === "merge" ? (merged(next, change.patch) as State) : patched(next, change);
    if ("refused" in whole) return whole as Verdict;
    made = whole;
  } else if (!isPlain(parent)) {
    return { refused: "twin.part-not-found" };
  } else if (change.kind === "delete") Reflect.deleteProperty(parent, key);
  else set(parent, key, change.kind === "put" ? change.value : merged(stood, (change as { patch: unknown }).patch));

  if (same(state, made)) return { state };
  const loses = stood !== undefined && (change.kind === "put" || change.kind === "delete");
  if (loses && matching === "none") return { refused: "twin.if-match-required" };
  for (const name of ["properties", "desired"] as const) {
    if (!isPlain(made[name])) return { refused: "request.invalid" };
    if (same(state[name], made[name])) continue;
    const n = own(made[name], "n");
    if (own(made[name], "wrong") !== undefined || (n !== undefined && typeof n !== "number"))
      return { refused: "request.invalid" };
  }
  if (made.links["likes"]) return { refused: "link.unknown" };
  return { state: made };
}

const memberIn = (parent: unknown, key: string): unknown => (isArray(parent) ? undefined : own(parent, key));

function patched(state: State, change: Change): State | { refused: string } {
  for (const step of (change as { patch: { op: string; path: string; value?: unknown }[] }).patch) {
    const [, part = "", key = ""] = step.path.split("/");
    const parent = own(state, part) as object;
    const stood = own(parent, key);
    if (step.op === "test") {
      if (stood === undefined || !same(stood, step.value)) return { refused: "patch.test-failed" };
    } else if (step.op !== "add" && stood === undefined) return { refused: "patch.invalid" };
    else if (step.op === "remove") Reflect.deleteProperty(parent, key);
    else set(parent, key, step.value);
  }
  return state;
}

/** By day, the newest value. */
type Points = Map<number, number>;

/** A twin, or a branch of one. */
export interface Line {
  /** From its first revision on; a branch has the states of its twin before its own. */
  states: State[];
  points: Points;
  sequence: number;
}

interface ModelBranch extends Line {
  base: number;
  /** What was written to it, beside what it has of its twin. */
  own: Points;
}

/** What is refused has changed nothing. */
export type Expected = { refused: string } | { done: true };
const DONE: Expected = { done: true };

export interface Model {
  twin: Line;
  branches: Map<string, ModelBranch>;
  obey(command: Command): Expected;
}

export const lineOf = ({ twin, branches }: Model, on: string): Line | undefined =>
  on === "" ? twin : branches.get(on);

export function openModel(): Model {
  /** Points as they were when the next revision was made, by revision. */
  let left: Points[] = [];
  const model: Model = { twin: emptyLine(), branches: new Map(), obey };

  function obey(command: Command): Expected {
    const line = lineOf(model, command.on);
    if (command.do === "branch") return makeBranch(command.on, command.back);
    if (!line) return { refused: "branch.not-found" };
    if (command.do === "points") return append(line, command.on, command.points);
    if (command.do === "write") return write(line, command);
    const refused = refusedMatch(command.match);
    if (refused !== undefined) return { refused };
    if (command.do === "promote") return promote(command.on);
    if (command.on !== "") model.branches.delete(command.on);
    else {
      model.twin = emptyLine();
      model.branches.clear();
      left = [];
    }
    return DONE;
  }

  function write(line: Line, command: Write): Expected {
    const state = presentOf(line);
    const verdict = judge(state, command);
    if ("refused" in verdict) return verdict;
    if (!same(verdict.state, state)) become(line, verdict.state);
    return DONE;
  }

  function become(line: Line, state: State): void {
    if (line === model.twin) left.push(new Map(line.points));
    line.states.push(state);
    line.sequence += 1;
  }

  function append(line: Line, on: string, points: readonly [number, number][]): Expected {
    let changed = false;
    for (const [day, value] of points) {
      if (line.points.get(day) === value) continue;
      line.points.set(day, value);
      model.branches.get(on)?.own.set(day, value);
      changed = true;
    }
    if (changed) line.sequence += 1;
    return DONE;
  }

  function makeBranch(name: string, back: number): Expected {
    const { states, points } = model.twin;
    const base = states.length - back;
    if (base < 1) return { refused: "twin.revision-not-found" };
    if (model.branches.has(name)) return { refused: "branch.exists" };
    const then = back === 0 ? points : (left[base - 1] ?? points);
    const line = { states: states.slice(0, base), points: new Map(then), sequence: 1 };
    model.branches.set(name, { ...line, base, own: new Map() });
    return DONE;
  }

  function promote(name: string): Expected {
    const { twin } = model;
    const branch = model.branches.get(name);
    const base = branch?.states[branch.base - 1];
    if (!branch || !base) return { refused: "branch.not-found" };
    const merged = threeWay(base, presentOf(branch), presentOf(twin));
    if (merged === CONFLICT) return { refused: "branch.conflict" };
    model.branches.delete(name);
    if (!same(merged, presentOf(twin))) become(twin, merged as State);
    return append(twin, "", [...branch.own]);
  }

  return model;
}

const emptyLine = (): Line => ({
  states: [{ properties: {}, desired: {}, links: {} }],
  points: new Map(),
  sequence: 1,
});

export const presentOf = ({ states }: Line): State => states.at(-1) as State;

/** Where something would be lost. */
const refusedMatch = (match: Match): string | undefined =>
  match === "old" ? "twin.revision-mismatch" : match === "none" ? "twin.if-match-required" : undefined;

export const CONFLICT = Symbol("conflict");

/** What one side has changed; where both have, the same change, or member by member. */
export function threeWay(base: unknown, one: unknown, other: unknown): unknown {
  if (same(one, other) || same(base, other)) return one;
  if (same(base, one)) return other;
  if (!isPlain(base) || !isPlain(one) || !isPlain(other)) return CONFLICT;
  const merged: Record<string, unknown> = {};
  for (const key of new Set([base, one, other].flatMap((side) => Object.keys(side)))) {
    const member = threeWay(own(base, key), own(one, key), own(other, key));
    if (member === CONFLICT) return CONFLICT;
    if (member !== undefined) set(merged, key, member);
  }
  return merged;
}
