// Twins of before step 4 kept a row a point: here they become blocks, once.

import { EVER_MS, spill } from "./blocks.ts";
import { readTail, writeTail } from "./tail.ts";
import { versionsOf } from "./versions.ts";

interface OldPoint extends Record<string, SqlStorageValue> {
  observed_at: number;
  recorded_at: number;
  value: number;
}

interface OldState extends Record<string, SqlStorageValue> {
  stream: string;
  points: number;
  last_observed_at: number;
  last_value: number;
}

/** Call inside the transaction that brings the tables to the newest step. So many rows are held at once. */
export function bringPointsForward(sql: SqlStorage, atOnce = 50_000): void {
  const states = sql.exec<OldState>("SELECT * FROM stream_state").toArray();
  if (states.length === 0) return;
  const tail = readTail(sql);
  for (const { stream, points, last_observed_at: atMs, last_value } of states) {
    tail.states.set(stream, { points, last: { atMs, value: last_value + 0 } });
    for (let [observed, recorded] = [-EVER_MS, -EVER_MS]; ;) {
      const rows = sql
        .exec<OldPoint>(
          `SELECT observed_at, recorded_at, value FROM point
           WHERE stream = ? AND (observed_at, recorded_at) > (?, ?) ORDER BY observed_at, recorded_at LIMIT ?`,
          stream,
          observed,
          recorded,
          atOnce,
        )
        .toArray();
      const last = rows.at(-1);
      if (!last) break;
      [observed, recorded] = [last.observed_at, last.recorded_at];
      const versions = rows.map((row) => ({
        observedAtMs: row.observed_at,
        recordedAtMs: row.recorded_at,
        value: row.value + 0,
      }));
      tail.recent.set(stream, versionsOf(versions));
      spill(sql, tail);
    }
  }
  writeTail(sql, tail);
  sql.exec("DELETE FROM point");
  sql.exec("DELETE FROM stream_state");
}
