// Checks values against the JSON Schemas that plugins publish; the plugin checks again with its own.

import { Validator, type Schema } from "@cfworker/json-schema";
import { refuse, type JsonSchema } from "@eigentwin/core";
import { pointer } from "./pointer.ts";

const DEEPEST = 64;

/** `at` is the pointer of the checked value in the request. */
export function checkAgainst(schema: JsonSchema, value: unknown, at: string): void {
  checkNumbers(value, at);
  const { valid, errors } = new Validator(schema as Schema, "7", false).validate(value);
  if (valid) return;
  const deepest = errors.reduce((a, b) => (b.instanceLocation.length > a.instanceLocation.length ? b : a));
  refuse("request.invalid", deepest.error, { at: `${at}${deepest.instanceLocation.slice(1)}` });
}

/** JSON can say 1e999, which is read as infinity and is written again as null: the run would answer another question. */
function checkNumbers(value: unknown, at: string, depth = 0): void {
  if (typeof value === "number" && !Number.isFinite(value)) refuse("request.invalid", "a number is finite", { at });
  if (typeof value !== "object" || value === null) return;
  if (depth === DEEPEST) refuse("request.invalid", `values are nested at most ${DEEPEST} deep`, { at });
  for (const [name, member] of Object.entries(value)) checkNumbers(member, at + pointer([name]), depth + 1);
}
