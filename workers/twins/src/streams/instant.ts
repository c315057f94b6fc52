// Times of points as Unix milliseconds.

import { refuse } from "@eigentwin/core";

/** What RFC 3339 can say: the years 0000 to 9999. */
export const FIRST_MS = Date.parse("0000-01-01T00:00:00Z");
export const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** Unix milliseconds of a time; what is no time would be compared as false and silently read as nothing. */
export function instantMs(time: string | number, at: string): number {
  const ms = typeof time === "number" ? time : Date.parse(time);
  return Number.isInteger(ms) && ms >= FIRST_MS && ms <= LAST_MS
    ? ms
    : refuse("request.invalid", `"${time}" is not a time`, { at, hint: "Send RFC 3339 with a zone." });
}

export const timeOf = (ms: number): string => new Date(ms).toISOString();
