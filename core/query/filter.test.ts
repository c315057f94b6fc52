// The text of a filter: what is printed is read as the same filter, faults are told by their place, and limits hold.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Refusal } from "../failure.ts";
import { FILTER_LIMITS, OPERATORS, type Filter } from "./filter.ts";
import { KEYWORDS, parseFilter, parsePath, parsePaths } from "./parse.ts";
import { printFilter, printPath } from "./print.ts";

const bare = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/).filter((word) => !KEYWORDS.includes(word));
const name = fc.oneof(bare, fc.constantFrom("in", "and", "not", "starts"), fc.string({ unit: "binary", maxLength: 8 }));
const path = fc.tuple(bare, fc.array(name, { maxLength: 2 })).map(([first, more]) => [first, ...more]);
const value = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
);
const offset = fc.constant(0);
const term: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ kind: fc.constant("compare"), path, operator: fc.constantFrom(...OPERATORS), value, offset }),
  fc.record({ kind: fc.constant("in"), path, values: fc.array(value, { minLength: 1, maxLength: 4 }), offset }),
  fc.record({ kind: fc.constant("has"), path, offset }),
  fc.record({
    kind: fc.constant("linked"),
    direction: fc.constantFrom("from", "to"),
    twin: fc.string({ maxLength: 8 }),
    by: fc.array(name, { maxLength: 3 }),
    within: fc.integer({ min: 1, max: FILTER_LIMITS.within }),
    offset,
  }),
) as fc.Arbitrary<Filter>;
const filter = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    term,
    fc.record({ kind: fc.constant("not"), of: tie("filter") }) as fc.Arbitrary<Filter>,
    fc.record({
      kind: fc.constantFrom("and", "or"),
      of: fc.array(tie("filter"), { minLength: 2, maxLength: 3 }),
    }) as fc.Arbitrary<Filter>,
  ),
})).filter;

/** Without the places, which the text decides. */
const shape = (of: Filter): unknown =>
  JSON.parse(JSON.stringify(of, (key, inner: unknown) => (key === "offset" ? undefined : inner)));

const termsOf = (of: Filter): Filter[] =>
  of.kind === "and" || of.kind === "or" ? of.of.flatMap(termsOf) : of.kind === "not" ? termsOf(of.of) : [of];
const isWithin = (of: Filter): boolean => {
  const terms = termsOf(of);
  const linked = terms.filter(({ kind }) => kind === "linked").length;
  return (
    terms.length <= FILTER_LIMITS.terms &&
    linked <= FILTER_LIMITS.linked &&
    printFilter(of).length <= FILTER_LIMITS.length
  );
};

test("what is printed is read as the same filter", () => {
  fc.assert(
    fc.property(filter.filter(isWithin), (given) => {
      const text = printFilter(given);
      expect(shape(parseFilter(text))).toEqual(shape(given));
      expect(printFilter(parseFilter(text))).toBe(text);
    }),
    { seed: 5, numRuns: 2_000 },
  );
});

test("a path is read as it is printed", () => {
  fc.assert(
    fc.property(path, (given) => {
      expect(parsePath(printPath(given), "sort")).toEqual(given);
      expect(parsePaths(`${printPath(given)} , id`, "fields")).toEqual([given, ["id"]]);
    }),
    { seed: 6, numRuns: 500 },
  );
});

test("whatever is sent is read or refused, never a fault, and a refusal names a place in it", () => {
  const words = ["and", "or", "not", "(", ")", "in", "has", "linked", "from", "by", "within", ".", ",", "=", "<", '"'];
  const noise = fc
    .array(fc.oneof(fc.constantFrom(...words, "a", '"t"', "1", "\n"), fc.string({ unit: "binary" })), { maxLength: 30 })
    .map((parts) => parts.join(" "));
  fc.assert(
    fc.property(noise, (text) => {
      try {
        parseFilter(text);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        expect(error.failure.code).toBe("query.invalid");
        const [, line = 0, column = 0] = /^filter line (\d+) column (\d+)$/.exec(error.failure.at ?? "") ?? [];
        expect(Number(column)).toBeGreaterThan(0);
        expect([...(text.split("\n")[Number(line) - 1] ?? "")].length).toBeGreaterThanOrEqual(Number(column) - 1);
      }
    }),
    { seed: 7, numRuns: 2_000 },
  );
});

const faultOf = (text: string) => {
  try {
    parseFilter(text, "query filter");
  } catch (error) {
    if (error instanceof Refusal) return `${error.failure.at}: ${error.failure.message}`;
    throw error;
  }
  return "no fault";
};

test.each([
  ["", "query filter line 1 column 1: a field, such as properties.place is expected here, not the end"],
  [
    "properties.place",
    "query filter line 1 column 17: `=`, `!=`, `<=`, `>=`, `<`, `>`, `starts` or `in` is expected here, not the end",
  ],
  ["id = 'a'", 'query filter line 1 column 6: "\'" means nothing here'],
  ['id = "a', "query filter line 1 column 6: this text has no end"],
  ['id = "a\\x"', "query filter line 1 column 6: this text has a character or an escape that JSON does not know"],
  [
    'id = "😀"\n or id == 3',
    "query filter line 2 column 9: a number, a text in double quotes, `true` or `false` is expected here, not `=`",
  ],
  ["(id = 1", "query filter line 1 column 8: `)` is expected here, not the end"],
  ["id = 1 id = 2", "query filter line 1 column 8: `and`, `or` or the end is expected here, not `id`"],
  ["id = 1e999", "query filter line 1 column 6: a number is finite"],
  ['linked by "a"', "query filter line 1 column 8: `from` or `to` is expected here, not `by`"],
  ['linked to "a" within 4', "query filter line 1 column 22: `within` takes a whole number from 1 to 3"],
  [`${"(".repeat(9)}id = 1${")".repeat(9)}`, "query filter line 1 column 10: a filter is at most 8 deep"],
  [
    `id in (${Array.from({ length: 51 }, () => "1").join()})`,
    "query filter line 1 column 7: `in` takes at most 50 values",
  ],
  [
    Array.from({ length: 16 }, () => "id = 1").join(" or "),
    "query filter line 1 column 151: a filter has at most 15 terms",
  ],
  [
    Array.from({ length: 3 }, () => 'linked to "a"').join(" or "),
    "query filter line 1 column 35: a filter has at most 2 `linked`",
  ],
  [`id = "${"x".repeat(2_000)}"`, "query filter line 1 column 2001: a filter has at most 2000 characters"],
])("%s is refused where the fault is", (text, fault) => {
  expect(faultOf(text)).toBe(fault);
});

test("`and` binds more than `or`, and `not` more than both", () => {
  const read = (text: string) => printFilter(parseFilter(text));
  expect(read('a=1 or b=2 and not c in ("x","y") or has d')).toBe('a = 1 or (b = 2 and not c in ("x", "y")) or has d');
  expect(read('( (linked from "p" by "a b",c within 2) )')).toBe('linked from "p" by "a b", c within 2');
});
