// Checks values against the JSON Schemas that plugins publish; the plugin checks again with its own.

import { Validator, type Schema } from "@cfworker/json-schema";
import { refuse, type JsonSchema } from "@eigentwin/core";

/** `at` is the pointer of the checked value in the request. */
export function checkAgainst(schema: JsonSchema, value: unknown, at: string): void {
  const { valid, errors } = new Validator(schema as Schema, "7", false).validate(value);
  if (valid) return;
  const deepest = errors.reduce((a, b) => (b.instanceLocation.length > a.instanceLocation.length ? b : a));
  refuse("request.invalid", deepest.error, { at: `${at}${deepest.instanceLocation.slice(1)}` });
}
