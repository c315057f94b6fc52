import * as v from "valibot";
import { expect, test } from "vitest";
import { wordsOf } from "./fault-words.ts";

const fault = (schema: v.GenericSchema, value: unknown) => wordsOf(v.safeParse(schema, value).issues?.[0]);
const draft = v.strictObject({ id: v.string() });

test.each([
  ["a member too many", draft, { id: "a", colour: "red" }, 'there is no "colour" here'],
  ["a member missing", draft, {}, '"id" is missing'],
  ["another type", draft, { id: 7 }, "this is a text, not 7"],
  ["no object at all", draft, "a", 'this is an object, not "a"'],
  ["a list", v.array(v.string()), "a", 'this is a list, not "a"'],
  ["too small", v.pipe(v.number(), v.minValue(1)), 0, "this is at least 1, not 0"],
  ["too large", v.pipe(v.number(), v.maxValue(9)), 10, "this is at most 9, not 10"],
  ["none of several", v.picklist(["twin", "dataset"]), "run", 'this is "twin" or "dataset", not "run"'],
  ["no number", v.pipe(v.string(), v.transform(Number), v.number()), "forever", "this is a number, not NaN"],
  ["words of our own", v.string("a name is a text"), 7, "a name is a text"],
])("%s", (_what, schema, value, words) => expect(fault(schema, value)).toBe(words));

test("nothing that the library says by itself is passed on", () => {
  for (const schema of [v.pipe(v.string(), v.regex(/a/)), v.pipe(v.string(), v.minLength(2)), v.literal("x"), v.null()])
    expect(fault(schema, "b")).not.toMatch(/^Invalid|Expected|received/);
});
