// A point as nearly all are, told without the schema: it costs most of what taking a batch in costs. What is not plainly a
// point is left to the schema, which says what is wrong with it.

import type { Point } from "@eigentwin/core";

const MOST_CHARACTERS = 128;
/** UTC, on a day that every such month has; 29 February is left to the calendar. */
const PLAIN_TIME =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?Z$/;

const isName = (value: unknown): boolean => typeof value === "string" && value.length <= MOST_CHARACTERS;

export function isPlainPoint(value: unknown): value is Point {
  if (typeof value !== "object" || value === null) return false;
  const { stream, observedAt, value: measured, unit } = value as Record<string, unknown>;
  const members = unit === undefined ? 3 : 4;
  return (
    isName(stream) &&
    typeof observedAt === "string" &&
    PLAIN_TIME.test(observedAt) &&
    typeof measured === "number" &&
    (unit === undefined || isName(unit)) &&
    Object.keys(value).length === members
  );
}
