// A published JSON Schema, and inputs that a caller may send by mistake.

import { Validator, type Schema } from "@cfworker/json-schema";
import type { JsonSchema } from "../../plugin.ts";

/** The first fault of a value, or nothing. Members that are undefined are not sent, so they are not there. */
export function faultOf(schema: JsonSchema, value: unknown): string | undefined {
  const { valid, errors } = new Validator(schema as Schema, "7", false).validate(asSent(value));
  return valid ? undefined : `${errors.at(-1)?.instanceLocation ?? "#"} ${errors.at(-1)?.error ?? "does not fit"}`;
}

function asSent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSent);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, asSent(member)]));
}

/** Not what was asked for: other kinds of value in place of the input and of each of its members, and members left out. */
export function mistakesIn(input: unknown): unknown[] {
  if (!isObject(input)) return othersThan(input);
  const without = (name: string) => Object.fromEntries(Object.entries(input).filter(([key]) => key !== name));
  return [
    ...othersThan(input),
    ...Object.keys(input).map(without),
    ...Object.entries(input).flatMap(([name, value]) =>
      othersThan(value).map((other) => ({ ...input, [name]: other })),
    ),
  ];
}

/** An array in place of an object is left out: valibot takes it for one, and only the published schema refuses it. */
const othersThan = (value: unknown): unknown[] => [null, true, 7.25, "mistaken", {}, ...(isObject(value) ? [] : [[]])];

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
