// Random writes to twins against a model that keeps every state in a list: what a twin refuses, changes and remembers is what
// the model says. The model knows no storage, and reads conditions and paths in the plainest way.

import fc from "fast-check";
import { Refusal, type StateRules } from "@eigentwin/core";
import { testStorage } from "@eigentwin/objects/testing";
import type { Change, Condition } from "../src/contract.ts";
import { diffBetween, readHistory, stateAt } from "../src/history.ts";
import { retireTwin } from "../src/retire.ts";
import { storeState, writableOf, writeState } from "../src/state.ts";
import { TWIN_STEPS } from "../src/steps.ts";
import { insertTwin, noteChange, readTwin } from "../src/twin-record.ts";

export type State = Record<"properties" | "desired", Record<string, unknown>> & { links: Record<string, string[]> };

/** `wrong` has no place in the properties, and `n` is a number. */
const RULES: StateRules = {
  type: "x.tank@1",
  properties: { type: "object", properties: { n: { type: "number" }, wrong: false } },
  links: { feeds: { to: "x.tank@1", title: "Feeds" } },
};

export type Command =
  | { do: "write"; path: string[]; change: Change; match: "none" | "any" | "present" | "old"; isNew: boolean }
  | { do: "points" }
  | { do: "delete"; match: "none" | "any" | "present" | "old" };

const name = fc.constantFrom("n", "a", "b", "a", "b", "wrong", "__proto__");
const leaf = fc.constantFrom<unknown>(0, 1, "x", null, true, [], [1, "y"], {});
const value = fc.oneof(leaf, fc.dictionary(name, leaf, { maxKeys: 2 }));
const target = fc.constantFrom("t1", "t2", "t3");
const valuePath = fc.tuple(
  fc.constantFrom("properties", "properties", "desired"),
  name,
  fc.array(name, { maxLength: 1 }),
);
const linkPath = fc.tuple(fc.constant("links"), fc.constantFrom("feeds", "likes"), target);
const match = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("none" as const, "any" as const, "present" as const) },
  { weight: 1, arbitrary: fc.constant("old" as const) },
);

const write = (path: fc.Arbitrary<string[]>, change: fc.Arbitrary<Change>): fc.Arbitrary<Command> =>
  fc.record({
    do: fc.constant("write" as const),
    path,
    change,
    match,
    isNew: fc.integer({ min: 0, max: 7 }).map((one) => one === 0),
  });
const operation = fc.oneof(
  fc.record({
    op: fc.constantFrom("add", "replace", "test"),
    path: valuePath.map(([part, first]) => `/${part}/${first}`),
    value,
  }),
  fc.record({ op: fc.constant("remove"), path: valuePath.map(([part, first]) => `/${part}/${first}`) }),
);

export const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: write(
        valuePath.map(([part, first, rest]) => [part, first, ...rest]),
        fc.oneof(
          value.map((put): Change => ({ kind: "put", value: put })),
          value.map((patch): Change => ({ kind: "merge", patch })),
          fc.constant<Change>({ kind: "delete" }),
        ),
      ),
    },
    {
      weight: 3,
      arbitrary: write(
        linkPath.map((path) => [...path]),
        fc.constantFrom<Change>({ kind: "put", value: "" }, { kind: "delete" }),
      ),
    },
    {
      weight: 2,
      arbitrary: write(
        fc.constant([]),
        fc
          .dictionary(fc.constantFrom("properties", "desired"), fc.dictionary(name, value))
          .map((patch): Change => ({ kind: "merge", patch })),
      ),
    },
    {
      weight: 2,
      arbitrary: write(
        fc.constant([]),
        fc.array(operation, { maxLength: 4 }).map((patch): Change => ({ kind: "patch", patch })),
      ),
    },
    { weight: 1, arbitrary: fc.constant<Command>({ do: "points" }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("delete" as const),
        match: fc.constantFrom("none" as const, "old" as const, "any" as const),
      }),
    },
  ),
  { minLength: 1, maxLength: 60, size: "max" },
);

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

export function judge(state: State, { path, change, match: matching, isNew }: Command & { do: "write" }): Verdict {
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

/** Throws at the first difference. Revisions and sequences are counted beside. */
export function checkSequence(sequence: readonly Command[]): void {
  let twin = openTwin();
  for (const command of sequence) twin = twin.obey(command);
  twin.compareHistory();
}

interface OpenTwin {
  /** The twin after the command; another one where it was deleted. */
  obey(command: Command): OpenTwin;
  compareHistory(): void;
}

function openTwin(): OpenTwin {
  const { storage } = testStorage();
  const { sql } = storage;
  for (const step of TWIN_STEPS) sql.exec(step);
  const states: State[] = [{ properties: {}, desired: {}, links: {} }];
  let events = 1;
  let clockMs = 1_700_000_000_000;
  const now = () => new Date((clockMs += 1000)).toISOString();
  const times = [now()];
  const type = { id: RULES.type, streams: {} };
  const author = { by: "key_1", reason: null };
  insertTwin(
    sql,
    { tenant: "own", id: "tank", type, ...(states[0] as State), synthetic: false, ...author },
    times[0] ?? "",
  );
  const present = () => readTwin(sql) ?? differ("the twin is gone");
  const matchOf = (match: (Command & { do: "write" })["match"]): Condition =>
    match === "none" ? {} : { match: match === "any" ? "any" : [states.length - (match === "old" ? 1 : 0)] };

  function told(work: () => unknown): string | undefined {
    try {
      storage.transactionSync(work);
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error.failure.code;
      throw error;
    }
  }

  const self: OpenTwin = {
    obey(command) {
      const state = states.at(-1) as State;
      if (command.do === "points") {
        noteChange(sql, now());
        events += 1;
      } else if (command.do === "delete") {
        if (command.match !== "any" && command.match !== "present") return self;
        retireTwin(storage, { event: "twin.deleted", by: null });
        if (readTwin(sql) !== undefined) differ("a retired twin is there");
        self.compareHistory();
        return openTwin();
      } else {
        const verdict = judge(state, command);
        const at = now();
        const condition = { ...matchOf(command.match), ...(command.isNew && { noneMatch: "any" as const }) };
        const { path, change } = command;
        const targets = ["t1", "t2", "t3"].map((one): [string, string] => ["feeds", one]);
        const code = told(() => {
          const twin = present();
          const answer = writeState(twin, { path, change, condition, author, rules: RULES, targets }, (next) =>
            storeState(sql, twin, next, { kind: "changed", author, now: at }),
          );
          if (answer.kind !== "written") differ(answer.kind);
          if (present().revision !== states.length) noteChange(sql, at);
        });
        if (code !== ("refused" in verdict ? verdict.refused : undefined))
          differ(`${JSON.stringify(command)} on ${JSON.stringify(state)}: ${code} for ${JSON.stringify(verdict)}`);
        if ("state" in verdict && !same(verdict.state, state)) {
          states.push(verdict.state);
          times.push(at);
          events += 1;
        }
      }
      const twin = present();
      if (!same(writableOf(twin), states.at(-1))) differ(`${JSON.stringify(command)} made ${JSON.stringify(twin)}`);
      if (twin.revision !== states.length || twin.sequence !== events) differ("revision or sequence is miscounted");
      return self;
    },
    compareHistory() {
      const { changes } = readHistory(sql, { before: null, limit: Number.MAX_SAFE_INTEGER });
      if (changes.length !== states.length) differ(`${changes.length} entries of ${states.length}`);
      states.forEach((state, index) => {
        const { at, ...past } = stateAt(sql, { revision: index + 1 });
        if (at !== times[index] || !same(writableOf(past), state)) differ(`revision ${index + 1} is another`);
        if (stateAt(sql, { at }).revision !== index + 1) differ(`at ${at} it was another revision`);
      });
      if (diffBetween(sql, 1, states.length).length === 0 && !same(states[0], states.at(-1))) differ("no difference");
    },
  };
  return self;
}

function differ(how: string): never {
  throw new Error(`not as the model: ${how}`);
}

/** How many commands that were. Throws with the seed and the shortest sequence that differs. */
export function checkSequences({ sequences, seed }: { sequences: number; seed: number }): number {
  let obeyed = 0;
  const check = (sequence: Command[]) => {
    obeyed += sequence.length;
    checkSequence(sequence);
  };
  fc.assert(fc.property(commands, check), { numRuns: sequences, seed });
  return obeyed;
}
