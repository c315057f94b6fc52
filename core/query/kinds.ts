// What twins of a type are found by: the name of each field and what kind of value it has.

import { refuse } from "../failure.ts";
import { isJsonObject } from "../json/pointer.ts";
import type { Manifest } from "../plugin.ts";
import { printPath } from "./print.ts";

export type Kind = "number" | "text" | "boolean" | "instant";

type DeclaredType = Manifest["twinTypes"][number];
type DeclaredCapability = Manifest["capabilities"][number];

/** Of a stream's newest point by time of observation. */
export const STREAM_FIELDS = { value: "number", observedAt: "instant" } as const satisfies Record<string, Kind>;

/** Of the last prediction of a capability. It is stale from `staleAt` on: expired, or its twin has newer points or state. */
export const PREDICTION_FIELDS = {
  value: "number",
  lower: "number",
  upper: "number",
  verdict: "text",
  madeAt: "instant",
  expiresAt: "instant",
  staleAt: "instant",
} as const satisfies Record<string, Kind>;

/** Another one where something else of a twin is written to the index, or under other names. */
const LAYOUT = 1;

/** By name, the properties that the type declares `indexed`. Refuses one that is no number, text, boolean or time, or of a person. */
export function kindsOfProperties(
  type: Pick<DeclaredType, "id" | "personal" | "properties" | "indexed">,
): Record<string, Kind> {
  const { id, properties: schema, indexed = [] } = type;
  if (type.personal && indexed.length > 0)
    refuse("plugin.broke-contract", `${id} is personal: nothing of a person is indexed, "${indexed[0]}" is`, {
      at: id,
    });
  const members = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  return Object.fromEntries(
    indexed.map((name) => {
      const kind = Object.hasOwn(members, name) ? kindOf(members[name]) : undefined;
      if (kind) return [name, kind];
      return refuse("plugin.broke-contract", `the indexed "${name}" of ${id} is no number, text, boolean or time`, {
        at: id,
      });
    }),
  );
}

function kindOf(schema: unknown): Kind | undefined {
  if (!isJsonObject(schema)) return undefined;
  const { type, format, enum: options, const: only, anyOf } = schema;
  if (Array.isArray(anyOf)) return sameKind(anyOf.filter((one) => !isNull(one)).map(kindOf));
  if (Array.isArray(options)) return sameKind(options.map(kindOfValue));
  if (only !== undefined) return kindOfValue(only);
  if (type === "integer" || type === "number") return "number";
  if (type === "boolean") return "boolean";
  return type !== "string" ? undefined : format === "date-time" ? "instant" : "text";
}

const isNull = (schema: unknown): boolean => isJsonObject(schema) && schema["type"] === "null";

const KIND_OF_VALUE: Readonly<Record<string, Kind>> = { number: "number", string: "text", boolean: "boolean" };
const kindOfValue = (value: unknown): Kind | undefined => KIND_OF_VALUE[typeof value];

const sameKind = (kinds: readonly (Kind | undefined)[]): Kind | undefined =>
  kinds.every((kind) => kind === kinds[0]) ? kinds[0] : undefined;

/** By name of the field, everything that a type declares; of a personal one nothing stands in the index. */
export function fieldKinds(type: DeclaredType, capabilities: readonly DeclaredCapability[]): Map<string, Kind> {
  if (type.personal) return new Map();
  const asked = capabilities.filter(({ subject }) => subject.kind === "twin" && subject.type === type.id);
  return new Map([
    ...named("properties", kindsOfProperties(type)),
    ...Object.keys(type.streams).flatMap((name) => named(["streams", name], STREAM_FIELDS)),
    ...asked.flatMap(({ id }) => named(["predictions", id], { ...PREDICTION_FIELDS, stale: "boolean" as const })),
  ]);
}

const named = (before: string | readonly string[], kinds: Readonly<Record<string, Kind>>): [string, Kind][] =>
  Object.entries(kinds).map(([name, kind]) => [printPath([before, name].flat()), kind]);

/** What of a twin of this type stands in the index: where a row says otherwise it is written anew before it is searched. */
export const indexedAs = (kinds: Readonly<Record<string, Kind>>): string =>
  JSON.stringify([LAYOUT, ...Object.entries(kinds).sort(([a], [b]) => (a < b ? -1 : 1))]);
