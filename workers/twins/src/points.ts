// Append-only points: the same value again is nothing new, another value at the same time is a correction. Each stream
// keeps its count and newest value, so looking at a twin does not count its points.

import { refuse, type Series, type TimeRange } from "@eigentwin/core";
import type { AppendReceipt } from "./contract.ts";

export interface PointRow {
  stream: string;
  observedAtMs: number;
  value: number;
}

/** What RFC 3339 can say: the years 0000 to 9999. */
const FIRST_MS = Date.parse("0000-01-01T00:00:00Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** Unix milliseconds of a time; what is no time would be compared as false and silently read as nothing. */
export function instantMs(time: string | number, at: string): number {
  const ms = typeof time === "number" ? time : Date.parse(time);
  return Number.isInteger(ms) && ms >= FIRST_MS && ms <= LAST_MS
    ? ms
    : refuse("request.invalid", `"${time}" is not a time`, { at, hint: "Send RFC 3339 with a zone." });
}

interface StateRow extends Record<string, SqlStorageValue> {
  stream: string;
  points: number;
  last_observed_at: number;
  last_value: number;
}

/** Call inside a transaction. */
export function appendPoints(sql: SqlStorage, rows: Iterable<PointRow>, recordedAtMs: number): AppendReceipt {
  const receipt = { accepted: 0, unchanged: 0, corrected: 0 };
  const states = new Map(stateRows(sql).map((state) => [state.stream, state]));
  const changed = new Set<StateRow>();
  for (const { stream, observedAtMs, value } of rows) {
    const outcome = appendPoint(sql, { stream, observedAtMs, value }, recordedAtMs);
    receipt[outcome] += 1;
    if (outcome === "unchanged") continue;
    const state = states.get(stream) ?? { stream, points: 0, last_observed_at: observedAtMs, last_value: value };
    states.set(stream, state);
    changed.add(state);
    if (outcome === "accepted") state.points += 1;
    if (observedAtMs >= state.last_observed_at)
      Object.assign(state, { last_observed_at: observedAtMs, last_value: value });
  }
  for (const { stream, points, last_observed_at, last_value } of changed)
    sql.exec("INSERT OR REPLACE INTO stream_state VALUES (?, ?, ?, ?)", stream, points, last_observed_at, last_value);
  return receipt;
}

function appendPoint(sql: SqlStorage, { stream, observedAtMs, value }: PointRow, nowMs: number): keyof AppendReceipt {
  const [known] = sql
    .exec<{ value: number; recorded_at: number }>(
      "SELECT value, recorded_at FROM point WHERE stream = ? AND observed_at = ? ORDER BY recorded_at DESC LIMIT 1",
      stream,
      observedAtMs,
    )
    .toArray();
  if (known?.value === value) return "unchanged";
  sql.exec(
    "INSERT INTO point (stream, observed_at, recorded_at, value) VALUES (?, ?, ?, ?)",
    stream,
    observedAtMs,
    // Two corrections within one millisecond still need an order.
    known ? Math.max(nowMs, known.recorded_at + 1) : nowMs,
    value,
  );
  return known ? "corrected" : "accepted";
}

interface SeriesQuestion {
  range: TimeRange;
  asOf: string;
  /** The earliest so many; all where it is left out. */
  limit?: number;
}

/** The newest value known at `asOf` for each time of observation, in order. */
export function readSeries(sql: SqlStorage, stream: string, { range, asOf, limit = -1 }: SeriesQuestion): Series {
  const from = range.from === undefined ? FIRST_MS : instantMs(range.from, "query from");
  const to = range.to === undefined ? LAST_MS + 1 : instantMs(range.to, "query to");
  const rows = sql
    .exec<{ observed_at: number; value: number }>(
      `SELECT observed_at, value, max(recorded_at) FROM point
       WHERE stream = ? AND observed_at >= ? AND observed_at < ? AND recorded_at <= ?
       GROUP BY observed_at ORDER BY observed_at LIMIT ?`,
      stream,
      from,
      to,
      instantMs(asOf, "query asOf"),
      limit,
    )
    .toArray();
  return {
    observedAtMs: Float64Array.from(rows, (row) => row.observed_at),
    values: Float64Array.from(rows, (row) => row.value),
  };
}

interface StreamState {
  points: number;
  lastObservedAt: string | null;
  lastValue: number | null;
}

export const streamStates = (sql: SqlStorage): Map<string, StreamState> =>
  new Map(
    stateRows(sql).map(({ stream, points, last_observed_at, last_value }) => [
      stream,
      { points, lastObservedAt: new Date(last_observed_at).toISOString(), lastValue: last_value },
    ]),
  );

const stateRows = (sql: SqlStorage): StateRow[] => sql.exec<StateRow>("SELECT * FROM stream_state").toArray();
