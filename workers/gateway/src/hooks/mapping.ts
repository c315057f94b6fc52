// What a hook makes of a message: a declarative mapping from any JSON document to changes of properties and to points of
// twins. Pure: the same document gives the same effects, and nothing is looked up.

import * as v from "valibot";
import { isJsonObject, isSameJson, namesOf, pointer, valueAt, type Failure, type Point } from "@eigentwin/core";
import { idSchema } from "../routes/twin-schemas.ts";
import { bytesOf } from "./bounded-items.ts";
import { instantOf, type TimeFormat } from "./instant.ts";

/** A value that the mapping holds, or one that stands in the message. */
export type Source =
  | { value: unknown }
  | {
      /** JSON pointer (RFC 6901) into the innermost element of `each`, or into the whole message where there is none. */
      at: string;
      /** 0 for the whole message, 1 for the element of the first pointer of `each`, and so on. */
      of?: number | undefined;
      /** By the value as text: `{"true": 1}`. */
      map?: Readonly<Record<string, unknown>> | undefined;
      /** Where nothing stands there. */
      or?: unknown;
      /** Where nothing stands there, and there is no `or`, this is left out. */
      optional?: boolean | undefined;
    };

/** A text that the mapping holds, or one that stands in the message. */
export type TextSource = string | Source;

/** `received` is when the message came for the first time. */
export type TimeSource = "received" | (Source & { format?: TimeFormat | undefined });

export interface PointRule {
  stream: TextSource;
  value: Source;
  unit?: TextSource | undefined;
  observedAt?: TimeSource | undefined;
}

export interface Mapping {
  /** Arrays to go through, each within an element of the one before; without any the message is the one item. */
  each?: readonly string[] | undefined;
  /** All must hold for an item, else it is skipped. */
  when?: readonly { at: string; of?: number | undefined; is: readonly unknown[] }[] | undefined;
  twin: { id: TextSource; prefix?: string | undefined };
  /** Of which type a twin is made that is not there; without it, it is refused. */
  create?: string | undefined;
  /** By JSON pointer into the properties; null takes a property away. */
  properties?: Readonly<Record<string, Source>> | undefined;
  points?: readonly PointRule[] | undefined;
  /** Of all points that do not say their own; `received` where it is left out. */
  observedAt?: TimeSource | undefined;
}

/** What becomes of one item; `at` is its place in the message. */
export type Effect =
  | { at: string; kind: "skipped" }
  | { at: string; kind: "refused"; failure: Failure }
  | { at: string; kind: "change"; twin: string; properties: Readonly<Record<string, unknown>> | null; points: Point[] };

export const MOST_ITEMS = 1_000;
export const MOST_POINTS = 10_000;
/** Of the places of all items, as JSON: each is told in the answer, which is kept. */
const MOST_PLACE_BYTES = 1_000_000;

class Fault extends Error {
  readonly failure: Failure;
  constructor(message: string, at: string) {
    super(message);
    this.failure = { code: "hook.not-mapped", message, at };
  }
}

/** From the whole message to the item. */
interface Place {
  value: unknown;
  at: string;
}

/** Refused as a whole where the message has too much in it, or no array where one should be. */
export function effectsOf(
  mapping: Mapping,
  message: unknown,
  receivedAt: string,
): { ok: true; effects: Effect[] } | { ok: false; failure: Failure } {
  try {
    const items = itemsOf(mapping.each ?? [], message);
    const effects = items.map((places) => effectOf(mapping, places, receivedAt));
    if (bytesOf(effects.map(({ at }) => at)) > MOST_PLACE_BYTES)
      throw new Fault("the places of the items are too long together: send fewer items", "");
    const points = effects.reduce((sum, effect) => sum + (effect.kind === "change" ? effect.points.length : 0), 0);
    if (points > MOST_POINTS) throw new Fault(`a message gives at most ${MOST_POINTS} points`, "");
    return { ok: true, effects };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, failure: error.failure };
    throw error;
  }
}

function itemsOf(each: readonly string[], message: unknown): Place[][] {
  let items: Place[][] = [[{ value: message, at: "" }]];
  for (const step of each) {
    items = items.flatMap((places) => {
      const { value, at } = places.at(-1) ?? { value: message, at: "" };
      const array = valueAt(value, namesOf(step) ?? []);
      if (!Array.isArray(array)) throw new Fault("the mapping goes through an array, and here is none", at + step);
      return array.map((element: unknown, index) => [...places, { value: element, at: `${at}${step}/${index}` }]);
    });
    if (items.length > MOST_ITEMS) throw new Fault(`a message has at most ${MOST_ITEMS} items`, step);
  }
  return items;
}

function effectOf(mapping: Mapping, places: readonly Place[], receivedAt: string): Effect {
  const { at } = places.at(-1) ?? { at: "" };
  try {
    if (!(mapping.when ?? []).every((one) => holds(one, places))) return { at, kind: "skipped" };
    const { id, prefix = "" } = mapping.twin;
    const twin = prefix + textIn(id, places, "the id of a twin");
    if (!v.safeParse(idSchema, twin).success)
      throw new Fault(`"${twin.slice(0, 80)}" cannot be the id of a twin`, whereOf(id, places));
    const properties = propertiesIn(mapping.properties ?? {}, places);
    const points = (mapping.points ?? []).flatMap((rule) => pointsIn(rule, mapping, places, receivedAt));
    return { at, kind: "change", twin, properties, points };
  } catch (error) {
    if (error instanceof Fault) return { at, kind: "refused", failure: error.failure };
    throw error;
  }
}

type Condition = NonNullable<Mapping["when"]>[number];

const holds = ({ at, of, is }: Condition, places: readonly Place[]): boolean => {
  const found = valueAt(placeOf(of, places).value, namesOf(at) ?? []);
  return is.some((wanted) => found !== undefined && isSameJson(found, wanted));
};

function placeOf(of: number | undefined, places: readonly Place[]): Place {
  return places[of ?? places.length - 1] ?? { value: undefined, at: "" };
}

/** Undefined where nothing stands there and nothing must. */
function valueIn(source: Source, places: readonly Place[]): unknown {
  if ("value" in source) return source.value;
  const { value, at } = placeOf(source.of, places);
  const found = valueAt(value, namesOf(source.at) ?? []);
  if (found === undefined) {
    if (source.or !== undefined) return source.or;
    if (source.optional) return undefined;
    throw new Fault("the mapping needs a value, and nothing stands here", at + source.at);
  }
  if (!source.map) return found;
  const name = typeof found === "string" ? found : JSON.stringify(found);
  if (Object.hasOwn(source.map, name)) return source.map[name];
  if (source.or !== undefined) return source.or;
  throw new Fault(`the mapping has no word for ${name.slice(0, 80)}`, at + source.at);
}

const whereOf = (source: TextSource, places: readonly Place[]): string =>
  typeof source === "string" || "value" in source ? "" : placeOf(source.of, places).at + source.at;

function textIn(source: TextSource, places: readonly Place[], what: string): string {
  const text = typeof source === "string" ? source : valueIn(source, places);
  if (typeof text === "string") return text;
  if (typeof text === "number") return String(text);
  throw new Fault(`${what} is a text`, whereOf(source, places));
}

/** A merge patch of the properties; null where the mapping says nothing about them. */
function propertiesIn(rules: Readonly<Record<string, Source>>, places: readonly Place[]) {
  const given = Object.entries(rules).flatMap(([at, source]): [string[], unknown][] => {
    const value = valueIn(source, places);
    return value === undefined ? [] : [[namesOf(at) ?? [], value]];
  });
  if (given.length === 0) return null;
  return given.reduce<Readonly<Record<string, unknown>>>((patch, [names, value]) => withAt(patch, names, value), {});
}

function withAt(
  patch: Readonly<Record<string, unknown>>,
  [name = "", ...rest]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  const inner = Object.hasOwn(patch, name) ? patch[name] : {};
  const member = rest.length === 0 ? value : withAt(isJsonObject(inner) ? inner : {}, rest, value);
  return Object.fromEntries([...Object.entries(patch).filter(([other]) => other !== name), [name, member]]);
}

function pointsIn(rule: PointRule, mapping: Mapping, places: readonly Place[], receivedAt: string): Point[] {
  const value = valueIn(rule.value, places);
  if (value === undefined) return [];
  const unit = rule.unit === undefined ? undefined : textIn(rule.unit, places, "a unit");
  return [
    {
      stream: textIn(rule.stream, places, "the name of a stream"),
      observedAt: timeIn(rule.observedAt ?? mapping.observedAt ?? "received", places, receivedAt),
      value: numberOf(value, whereOf(rule.value, places)),
      ...(unit !== undefined && { unit }),
    },
  ];
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Many senders write numbers as text. */
function numberOf(value: unknown, at: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && NUMBER.test(value)) return Number(value);
  throw new Fault("the value of a point is a number, or a text that is one", at);
}

function timeIn(source: TimeSource, places: readonly Place[], receivedAt: string): string {
  if (source === "received") return receivedAt;
  const found = valueIn(source, places);
  const time = found === undefined ? undefined : instantOf(found, source.format ?? "rfc3339");
  return time ?? faultyTime(source, whereOf(source, places));
}

const faultyTime = ({ format = "rfc3339" }: Exclude<TimeSource, "received">, at: string): never => {
  throw new Fault(`this is no time in the format ${format}`, at);
};

/** What is wrong with the pointers of a mapping: the pointer to the first that is none, or leads out of it. */
export function faultIn({ each = [], when = [], twin, properties = {}, points = [], observedAt }: Mapping) {
  const isPointer = (text: string) => namesOf(text) !== undefined;
  const sources: [string, unknown][] = [
    ["/twin/id", twin.id],
    ...Object.entries(properties).map(([name, source]): [string, unknown] => [pointer(["properties", name]), source]),
    ...points.flatMap(({ stream, value, unit, observedAt: own }, index): [string, unknown][] =>
      Object.entries({ stream, value, unit, observedAt: own }).map(([name, source]) => [
        `/points/${index}/${name}`,
        source,
      ]),
    ),
    ["/observedAt", observedAt],
    ...when.map((one, index): [string, unknown] => [`/when/${index}`, one]),
  ];
  const badEach = each.findIndex((text) => !isPointer(text));
  if (badEach >= 0) return `/each/${badEach}`;
  const badName = Object.keys(properties).find((name) => name === "" || !isPointer(name));
  if (badName !== undefined) return pointer(["properties", badName]);
  return sources.find(([, source]) => {
    if (!isJsonObject(source) || "value" in source) return false;
    return !isPointer(String(source["at"])) || Number(source["of"] ?? 0) > each.length;
  })?.[0];
}
