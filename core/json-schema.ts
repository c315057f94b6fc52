// Values against a published JSON Schema.

import { Validator, type Schema } from "@cfworker/json-schema";
import type { JsonSchema } from "./plugin.ts";

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

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
