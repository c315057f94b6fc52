// Append-only points: the same value again is nothing new, another value at the same time is a correction.

import type { Series, TimeRange } from "@eigentwin/core";
import type { AppendReceipt } from "./contract.ts";

interface PointRow {
  stream: string;
  observedAtMs: number;
  value: number;
}

/** Call inside a transaction. */
export function appendPoints(sql: SqlStorage, rows: Iterable<PointRow>, recordedAtMs: number): AppendReceipt {
  const receipt = { accepted: 0, unchanged: 0, corrected: 0 };
  for (const { stream, observedAtMs, value } of rows) {
    const [known] = sql
      .exec<{ value: number; recorded_at: number }>(
        "SELECT value, recorded_at FROM point WHERE stream = ? AND observed_at = ? ORDER BY recorded_at DESC LIMIT 1",
        stream,
        observedAtMs,
      )
      .toArray();
    if (known?.value === value) {
      receipt.unchanged += 1;
      continue;
    }
    // Two corrections within one millisecond still need an order.
    const recorded = known ? Math.max(recordedAtMs, known.recorded_at + 1) : recordedAtMs;
    sql.exec(
      "INSERT INTO point (stream, observed_at, recorded_at, value) VALUES (?, ?, ?, ?)",
      stream,
      observedAtMs,
      recorded,
      value,
    );
    receipt[known ? "corrected" : "accepted"] += 1;
  }
  return receipt;
}

/** The newest value known at `asOfMs` for each time of observation, in order. */
export function readSeries(sql: SqlStorage, stream: string, range: TimeRange, asOfMs: number): Series {
  const from = range.from === undefined ? Number.MIN_SAFE_INTEGER : Date.parse(range.from);
  const to = range.to === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(range.to);
  const rows = sql
    .exec<{ observed_at: number; value: number }>(
      `SELECT observed_at, value, max(recorded_at) FROM point
       WHERE stream = ? AND observed_at >= ? AND observed_at < ? AND recorded_at <= ?
       GROUP BY observed_at ORDER BY observed_at`,
      stream,
      from,
      to,
      asOfMs,
    )
    .toArray();
  return {
    observedAtMs: Float64Array.from(rows, (row) => row.observed_at),
    values: Float64Array.from(rows, (row) => row.value),
  };
}

export interface StreamState {
  points: number;
  lastObservedAt: string | null;
  lastValue: number | null;
}

export function streamStates(sql: SqlStorage): Map<string, StreamState> {
  const counts = sql
    .exec<{ stream: string; points: number; last: number }>(
      "SELECT stream, count(DISTINCT observed_at) AS points, max(observed_at) AS last FROM point GROUP BY stream",
    )
    .toArray();
  return new Map(
    counts.map(({ stream, points, last }) => {
      const [newest] = sql
        .exec<{ value: number }>(
          "SELECT value FROM point WHERE stream = ? AND observed_at = ? ORDER BY recorded_at DESC LIMIT 1",
          stream,
          last,
        )
        .toArray();
      return [stream, { points, lastObservedAt: new Date(last).toISOString(), lastValue: newest?.value ?? null }];
    }),
  );
}
