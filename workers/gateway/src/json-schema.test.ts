import { Refusal, type JsonSchema } from "@eigentwin/core";
import { expect, test } from "vitest";
import { checkAgainst } from "./json-schema.ts";

const schema: JsonSchema = {
  type: "object",
  properties: {
    model: { type: "string", minLength: 3 },
    horizon: { type: "number", minimum: 1 },
    how: { enum: ["near", "far"] },
    deep: { type: "object", properties: { "a/b": { type: "boolean" } }, additionalProperties: false },
  },
  required: ["model"],
  additionalProperties: false,
};

function fault(value: unknown) {
  try {
    checkAgainst(schema, value, "/input", "Look there.");
  } catch (error) {
    if (error instanceof Refusal) return error.failure;
    throw error;
  }
  return undefined;
}

test.each([
  ["a member too many", { model: "abc", colour: 1 }, "/input/colour", 'there is no "colour" here'],
  ["one further down", { model: "abc", deep: { c: 1 } }, "/input/deep/c", 'there is no "c" here'],
  ["a member missing", {}, "/input/model", '"model" is missing'],
  ["another type", { model: 7 }, "/input/model", "this is of type string, not number"],
  [
    "a name with a slash",
    { model: "abc", deep: { "a/b": 1 } },
    "/input/deep/a~1b",
    "this is of type boolean, not number",
  ],
  ["too small", { model: "abc", horizon: 0 }, "/input/horizon", "0 is less than 1"],
  ["too short", { model: "a" }, "/input/model", "the text is too short (1 < 3)"],
  ["none of several", { model: "abc", how: "here" }, "/input/how", 'this is none of ["near","far"]'],
  ["infinity", { model: "abc", horizon: Infinity }, "/input/horizon", "a number is finite"],
])("%s is told by its place in a caller's words", (_what, value, at, message) => {
  expect(fault(value)).toMatchObject({ code: "request.invalid", at, message });
});

test("where the schema stands is the hint; what fits is not refused", () => {
  expect(fault({})?.hint).toBe("Look there.");
  expect(fault({ model: "abc", horizon: 2 })).toBeUndefined();
});
