// What of a twin is written by its owner, and what it must keep whoever stores it: its type's schema, declared links, limits.

import { isSameJson } from "./json/diff.ts";
import { isJsonObject, pointer, type JsonObject } from "./json/pointer.ts";
import { checkAgainst, checkJson, partialOf } from "./json-schema.ts";
import { refuse } from "./failure.ts";
import type { JsonSchema } from "./plugin.ts";
import type { TwinType } from "./twin.ts";

/** By name of the link, the ids of the twins that it leads to: each once, and no name without any. */
export type Links = Readonly<Record<string, readonly string[]>>;

export interface WritableState {
  properties: JsonObject;
  desired: JsonObject;
  links: Links;
}

/** What a twin type declares that a state is held to. */
export interface StateRules {
  /** With its major. */
  type: string;
  properties: JsonSchema;
  links: TwinType["links"];
}

export const EMPTY_STATE: WritableState = { properties: {}, desired: {}, links: {} };

/** Of properties, desired and links together as JSON: a row of the storage has at most 2 MB. */
const MOST_BYTES = 1_000_000;
export const PROPERTIES_HINT = "GET /v1/twin-types tells the properties of each type.";
const MOST_TARGETS = 1_000;
const PARTS = Object.keys(EMPTY_STATE);

/** A state from JSON; parts that are left out are empty. */
export function readState(value: unknown): WritableState {
  if (!isJsonObject(value)) return refuse("request.invalid", "the state of a twin is an object", { at: "" });
  const unknown = Object.keys(value).find((name) => !PARTS.includes(name));
  if (unknown !== undefined)
    refuse("request.invalid", `the state of a twin has no "${unknown}"`, {
      at: pointer([unknown]),
      hint: `It has ${PARTS.join(", ")}.`,
    });
  const part = (name: keyof WritableState): JsonObject => {
    const found = Object.hasOwn(value, name) ? value[name] : {};
    return isJsonObject(found) ? found : refuse("request.invalid", `${name} is an object`, { at: `/${name}` });
  };
  return { properties: part("properties"), desired: part("desired"), links: linksIn(part("links")) };
}

export function linksIn(value: JsonObject): Links {
  const links = Object.entries(value).map(([name, targets]): [string, string[]] => {
    const at = pointer(["links", name]);
    if (!Array.isArray(targets) || !targets.every((target) => typeof target === "string"))
      return refuse("request.invalid", "a link is a list of ids of twins", { at });
    if (new Set(targets).size < targets.length) refuse("request.invalid", "a link leads to each twin once", { at });
    return [name, targets];
  });
  return Object.fromEntries(links.filter(([, targets]) => targets.length > 0));
}

/** By name of the link, the targets that `before` does not have: whoever stores them knows that they are there. */
export function addedTargets(before: Links, after: Links): [name: string, target: string][] {
  return Object.entries(after).flatMap(([name, targets]) => {
    const known = new Set(Object.hasOwn(before, name) ? before[name] : []);
    return targets.filter((target) => !known.has(target)).map((target): [string, string] => [name, target]);
  });
}

/** Only what has changed is held to the rules, so that a write mends one thing at a time. A new twin has nothing before. */
export function checkState(before: WritableState | null, after: WritableState, rules: StateRules): void {
  checkLimits(after);
  if (!isSameJson(before?.properties, after.properties))
    checkAgainst(rules.properties, after.properties, "/properties", PROPERTIES_HINT);
  if (!isSameJson(before?.desired, after.desired))
    checkAgainst(partialOf(rules.properties), after.desired, "/desired", PROPERTIES_HINT);
  for (const [name] of addedTargets(before?.links ?? {}, after.links))
    if (!Object.hasOwn(rules.links, name))
      refuse("link.unknown", `a ${rules.type} has no link "${name}"`, {
        at: pointer(["links", name]),
        hint: `It has ${Object.keys(rules.links).join(", ") || "none"}.`,
      });
}

/** What holds for a twin of every type. */
export function checkLimits(state: WritableState): void {
  for (const [name, part] of Object.entries(state)) checkJson(part, `/${name}`);
  const targets = Object.values(state.links).reduce((sum, { length }) => sum + length, 0);
  if (targets > MOST_TARGETS)
    refuse("request.too-large", `a twin links to at most ${MOST_TARGETS} others`, {
      at: "/links",
      hint: "Turn the link round: many twins may link to one.",
    });
  if (new TextEncoder().encode(JSON.stringify(state)).length > MOST_BYTES)
    refuse("request.too-large", `properties, desired and links have at most ${MOST_BYTES} bytes as JSON together`, {
      at: "/properties",
      hint: "Keep what is measured as points, and long texts elsewhere.",
    });
}
