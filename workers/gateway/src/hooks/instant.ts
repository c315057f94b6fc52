// Times as senders write them, as the RFC 3339 text that a point is kept under.

import * as v from "valibot";
import { instant } from "../routes/twin-schemas.ts";

export const TIME_FORMATS = ["rfc3339", "unix-s", "unix-ms", "unix-us", "unix-ns"] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

const PER_MS = { "unix-s": 1 / 1000, "unix-ms": 1, "unix-us": 1_000, "unix-ns": 1_000_000 } as const;
const WHOLE = /^-?\d{1,20}$/;

/** To the millisecond that is kept; digits below it are cut off. Undefined where it is no such time. */
export function instantOf(value: unknown, format: TimeFormat): string | undefined {
  if (format === "rfc3339") {
    // More than three decimals are common, and are no more than this platform keeps.
    const text = typeof value === "string" ? value.replace(/(\.\d{3})\d+/, "$1") : "";
    return v.is(instant, text) ? new Date(text).toISOString() : undefined;
  }
  const ms = msOf(value, PER_MS[format]);
  const time = new Date(ms ?? NaN);
  return Number.isNaN(time.getTime()) || time.toISOString().length !== 24 ? undefined : time.toISOString();
}

/** A count of nanoseconds is no longer exact as a number, and may come as text. */
function msOf(value: unknown, perMs: number): number | undefined {
  if (typeof value === "string" && WHOLE.test(value))
    return perMs >= 1 ? Number(BigInt(value) / BigInt(perMs)) : Number(value) / perMs;
  return typeof value === "number" && Number.isFinite(value)
    ? Math.floor(Number((value / perMs).toPrecision(15)))
    : undefined;
}
