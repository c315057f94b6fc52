// Checks values against the JSON Schemas that plugins publish; the plugin checks again with its own.

import { Validator, type OutputUnit, type Schema } from "@cfworker/json-schema";
import { refuse, type JsonSchema } from "@eigentwin/core";
import { pointer } from "./pointer.ts";

const DEEPEST = 64;
export const PROPERTIES_HINT = "GET /v1/twin-types tells the properties of each type.";

/** `at` is the pointer of the checked value in the request; the hint says where its schema can be read. */
export function checkAgainst(schema: JsonSchema, value: unknown, at: string, hint: string): void {
  checkNumbers(value, at);
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

/** JSON can say 1e999, which is read as infinity and is written again as null: the run would answer another question. */
function checkNumbers(value: unknown, at: string, depth = 0): void {
  if (typeof value === "number" && !Number.isFinite(value)) refuse("request.invalid", "a number is finite", { at });
  if (typeof value !== "object" || value === null) return;
  if (depth === DEEPEST) refuse("request.invalid", `values are nested at most ${DEEPEST} deep`, { at });
  for (const [name, member] of Object.entries(value)) checkNumbers(member, at + pointer([name]), depth + 1);
}
