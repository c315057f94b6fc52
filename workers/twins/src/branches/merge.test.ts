// Merges of a branch and its twin against a merge member by member, which knows no patches.

import fc from "fast-check";
import { expect, test } from "vitest";
import { applyPatch } from "@eigentwin/core";
import { CONFLICT, same, threeWay } from "../../testing/model.ts";
import { mergeOf } from "./merge.ts";

const name = fc.constantFrom("a", "b", "a/b", "__proto__");
const leaf = fc.constantFrom<unknown>(0, 1, null, "x", [], [1]);
const value = fc.oneof(
  leaf,
  fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf, { maxKeys: 2 })), { maxKeys: 2 }),
);
const state = fc.record({
  type: fc.constant("x@1"),
  properties: fc.dictionary(name, value, { maxKeys: 2 }),
  desired: fc.dictionary(name, leaf, { maxKeys: 1 }),
  links: fc.dictionary(fc.constantFrom("feeds", "likes"), fc.constantFrom(["t1"], ["t2"], ["t1", "t2"]), {
    maxKeys: 2,
  }),
});

test("what both have changed is merged, and a conflict is told where they disagree, and only there", () => {
  const seen = { merged: 0, conflicts: 0 };
  fc.assert(
    fc.property(state, state, state, fc.constantFrom("all", "properties", "desired"), (base, one, other, moved) => {
      // Of three unrelated states nearly all disagree.
      const twin = moved === "all" ? other : { ...base, [moved]: other[moved as "desired"] };
      const { missing, conflicts } = mergeOf(base, one, twin);
      const merged = threeWay(base, one, twin);
      expect(conflicts.length > 0).toBe(merged === CONFLICT);
      seen[merged === CONFLICT ? "conflicts" : "merged"] += 1;
      if (merged !== CONFLICT) expect(same(applyPatch(twin, missing), merged)).toBe(true);
    }),
    { numRuns: 3_000, seed: 20_261_122 },
  );
  // Or one of both was never put to the test.
  expect(Math.min(seen.merged, seen.conflicts)).toBeGreaterThan(300);
});

test("a twin that is of another major by now is in conflict", () => {
  const base = { type: "x@1", properties: {}, desired: {}, links: {} };
  expect(mergeOf(base, base, { ...base, type: "x@2" }).conflicts).toEqual(["/type"]);
});
