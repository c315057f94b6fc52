// Values against a published JSON Schema.

import { Validator, type OutputUnit, type Schema } from "@cfworker/json-schema";
import { refuse } from "./failure.ts";
import { isJsonObject, pointer } from "./json/pointer.ts";
import type { JsonSchema } from "./plugin.ts";

const DEEPEST = 64;

/** The first fault of a value, or nothing. Members that are undefined are not sent, so they are not there. */
export function faultOf(schema: JsonSchema, value: unknown): string | undefined {
  const { valid, errors } = new Validator(schema as Schema, "7", false).validate(asSent(value));
  return valid ? undefined : `${errors.at(-1)?.instanceLocation ?? "#"} ${errors.at(-1)?.error ?? "does not fit"}`;
}

function asSent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSent);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, asSent(member)]));
}

/**
 * Refuses with the pointer to the deepest fault; `at` is the pointer of the checked value, and the hint says where its schema
 * can be read.
 */
export function checkAgainst(schema: JsonSchema, value: unknown, at: string, hint: string): void {
  checkJson(value, at);
  const { valid, errors } = new Validator(schema as Schema, "7", false).validate(value);
  if (valid) return;
  const deepest = errors.reduce((a, b) => (b.instanceLocation.length > a.instanceLocation.length ? b : a));
  const { message, member } = wordsOf(deepest);
  const place = `${at}${deepest.instanceLocation.slice(1)}${member === undefined ? "" : pointer([member])}`;
  refuse("request.invalid", message, { at: place, hint });
}

/** The validator's texts in a caller's words; `member` where the fault is one below the place. */
function wordsOf({ keyword, instanceLocation, error }: OutputUnit): { message: string; member?: string } {
  const quoted = /"(.*)"/.exec(error)?.[1];
  if (keyword === "false") {
    const name = instanceLocation.slice(instanceLocation.lastIndexOf("/") + 1);
    return { message: `there is no "${name.replaceAll("~1", "/").replaceAll("~0", "~")}" here` };
  }
  if (keyword === "required" && quoted !== undefined) return { message: `"${quoted}" is missing`, member: quoted };
  const [, received, expected] = /^Instance type "(.*)" is invalid\. Expected "(.*)"\.$/.exec(error) ?? [];
  if (expected !== undefined)
    return { message: `this is of type ${expected.replaceAll('", "', " or ")}, not ${received}` };
  const words = error
    .replace("Instance does not match any of ", "this is none of ")
    .replace("Instance does not match ", "this does not match ")
    .replace(/^Instance/, "this")
    .replace(/^String/, "the text")
    .replace(/^Array/, "the list")
    .replace(/  +/g, " ")
    .replace(/\.$/, "");
  return { message: words };
}

/** JSON can say 1e999, which is read as infinity and is written again as null: it would be another value. */
export function checkJson(value: unknown, at: string, depth = 0): void {
  if (typeof value === "number" && !Number.isFinite(value)) refuse("request.invalid", "a number is finite", { at });
  if (typeof value !== "object" || value === null) return;
  if (depth === DEEPEST) refuse("request.invalid", `values are nested at most ${DEEPEST} deep`, { at });
  for (const [name, member] of Object.entries(value)) checkJson(member, at + pointer([name]), depth + 1);
}

/** Each of these holds schemas of the same value or of members of it, so that what they need may be left out too. */
const MEMBERS = ["properties", "patternProperties", "$defs", "definitions"];
const ALTERNATIVES = ["allOf", "anyOf", "oneOf"];

/** The schema of a part of what `schema` describes: the same members, and none of them is needed. */
export function partialOf(schema: unknown): JsonSchema {
  if (!isJsonObject(schema)) return schema as JsonSchema;
  const { required: _required, minProperties: _minimum, ...rest } = schema;
  return Object.fromEntries(
    Object.entries(rest).map(([word, value]): [string, unknown] => {
      if (MEMBERS.includes(word) && isJsonObject(value))
        return [word, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, partialOf(inner)]))];
      if (word === "additionalProperties") return [word, partialOf(value)];
      // Without what tells them apart, several alternatives may fit.
      if (ALTERNATIVES.includes(word) && Array.isArray(value))
        return [word === "oneOf" ? "anyOf" : word, value.map(partialOf)];
      return [word, value];
    }),
  );
}
