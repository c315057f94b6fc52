// A published JSON Schema, and inputs that a caller may send by mistake.

import { Validator, type Schema } from "@cfworker/json-schema";
import type { JsonSchema } from "../../plugin.ts";

/** The first fault of a value, or nothing. */
export function faultOf(schema: JsonSchema, value: unknown): string | undefined {
  const { valid, errors } = new Validator(schema as Schema, "7", false).validate(value);
  return valid ? undefined : `${errors.at(-1)?.instanceLocation ?? "#"} ${errors.at(-1)?.error ?? "does not fit"}`;
}

/** Not what was asked for: other kinds of value in place of the input and of each of its members, and members left out. */
export function mistakesIn(input: unknown): unknown[] {
  const others: unknown[] = [null, true, 7.25, "mistaken", [], {}];
  if (typeof input !== "object" || input === null || Array.isArray(input)) return others;
  const members = Object.keys(input);
  const without = (name: string) => Object.fromEntries(Object.entries(input).filter(([key]) => key !== name));
  return [
    ...others,
    ...members.map(without),
    ...members.flatMap((name) => others.map((other) => ({ ...input, [name]: other }))),
  ];
}
