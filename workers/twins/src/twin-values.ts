// The values that a twin is found and sorted by, under the names of their fields: indexed properties, the newest point of each
// stream, and the last prediction of each capability.

import { isIndexableText, printPath, type Kind } from "@eigentwin/core";
import { lastPredictions } from "./findings.ts";
import { streamStates } from "./streams/tail.ts";
import type { TwinRecord } from "./twin-record.ts";

type Scalar = number | string;
type Values = Record<string, Scalar>;

/** A time as Unix milliseconds, true as 1 and false as 0. Of a person nothing: the index asks nobody for consent. */
export function valuesOf(sql: SqlStorage, twin: TwinRecord, kinds: Readonly<Record<string, Kind>>): Values {
  if (twin.isPersonal) return {};
  const states = streamStates(sql);
  return Object.fromEntries(
    [
      ...Object.entries(kinds).map(([name, kind]) => [
        printPath(["properties", name]),
        Object.hasOwn(twin.properties, name) ? scalarOf(kind, twin.properties[name]) : undefined,
      ]),
      ...Object.entries(twin.streams).flatMap(([name, { storedAs = name }]) => {
        const state = states.get(storedAs);
        return [
          [printPath(["streams", name, "value"]), state?.lastValue ?? undefined],
          [printPath(["streams", name, "observedAt"]), scalarOf("instant", state?.lastObservedAt)],
        ];
      }),
      ...lastPredictions(sql).flatMap(({ capability, staleAt, prediction }) => {
        const { value, interval, verdict, madeAt, expiresAt } = prediction;
        const times = { madeAt, expiresAt, staleAt };
        return [
          ...Object.entries({ value, lower: interval.lower, upper: interval.upper, verdict }),
          ...Object.entries(times).map(([name, time]) => [name, scalarOf("instant", time)] as const),
        ].map(([name, one]) => [printPath(["predictions", capability, String(name)]), one]);
      }),
    ].filter(([, value]) => value !== undefined),
  ) as Values;
}

/** Undefined where the value is of another kind: a property may be null, or older than the rules of its type. */
function scalarOf(kind: Kind, value: unknown): Scalar | undefined {
  if (kind === "boolean") return typeof value === "boolean" ? Number(value) : undefined;
  if (kind === "number") return typeof value === "number" ? value : undefined;
  if (typeof value !== "string") return undefined;
  if (kind === "text") return isIndexableText(value) ? value : undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}
