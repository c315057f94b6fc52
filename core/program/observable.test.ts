import fc from "fast-check";
import { expect, test } from "vitest";
import { checkObservable, mergeWords, pauli, pauliOn, sharesBasis } from "./observable.ts";

const word = fc
  .array(fc.constantFrom("I", "X", "Y", "Z"), { minLength: 4, maxLength: 4 })
  .map((letters) => letters.join(""));

test("a letter on one qubit stands at its place", () => {
  expect(pauliOn("Y", 1, 3)).toEqual(pauli("IYI"));
});

test("sharing a basis is mutual, and the merged word serves both", () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(sharesBasis(a, b)).toBe(sharesBasis(b, a));
      fc.pre(sharesBasis(a, b));
      const merged = mergeWords(a, b);
      for (const [q, letter] of Array.from(merged).entries()) {
        expect([a[q], b[q]]).toContain(letter);
        for (const own of [a[q], b[q]]) if (own !== "I") expect(letter).toBe(own);
      }
    }),
    { seed: 1 },
  );
});

test("commuting is not enough: XX and ZZ need two bases", () => {
  expect(sharesBasis("XX", "ZZ")).toBe(false);
  expect(sharesBasis("XI", "IZ")).toBe(true);
});

test.each([
  ["a word of another length", pauli("ZZ")],
  ["another letter", pauli("ZAZ")],
  ["small letters", pauli("zzz")],
  ["a coefficient that is no number", pauli("ZZZ", NaN)],
])("refuses %s", (_what, sum) => {
  expect(() => checkObservable([...pauli("XYZ", -0.5), ...sum], 3)).toThrow(/^program\.invalid/);
});

test("accepts the empty sum and the identity", () => {
  checkObservable([], 3);
  checkObservable(pauli("III", 2), 3);
});
