// Commands to a twin and its branches, at random: few names, paths and values, so that they meet each other.

import fc from "fast-check";
import type { Change } from "../src/contract.ts";

export type Match = "none" | "any" | "present" | "old";

/** `on` is the name of a branch, or nothing for the twin itself. */
export type Command =
  | { do: "write"; on: string; path: string[]; change: Change; match: Match; isNew: boolean }
  | { do: "points"; on: string; points: [day: number, value: number][] }
  /** From the revision so many before the present one. */
  | { do: "branch"; on: string; back: number }
  | { do: "promote"; on: string; match: Match }
  /** Drops a branch. */
  | { do: "delete"; on: string; match: Match };
export type Write = Command & { do: "write" };

const line = fc.constantFrom("", "", "x", "x", "y");
const branch = fc.constantFrom("x", "x", "y");

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
    on: line,
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
    // What a branch and its twin both change.
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("write" as const),
        on: line,
        path: fc.constant<string[]>([]),
        change: fc
          .tuple(fc.constantFrom("a", "b"), leaf)
          .map(([key, member]): Change => ({ kind: "merge", patch: { properties: { [key]: member } } })),
        match: fc.constant("none" as const),
        isNew: fc.constant(false),
      }),
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
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("points" as const),
        on: line,
        points: fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: -1, max: 1 })), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("branch" as const),
        on: branch,
        back: fc.constantFrom(0, 0, 1, 2),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("promote" as const), on: branch, match }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), on: line, match }) },
  ),
  { minLength: 1, maxLength: 60, size: "max" },
);
