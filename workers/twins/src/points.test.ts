// Points against a model that keeps every write in a list and asks it the slow way.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "@eigentwin/core";
import { openTwinTables } from "../testing/sqlite.ts";
import { appendPoints, instantMs, readSeries, streamStates, type PointRow } from "./points.ts";

interface Written extends PointRow {
  recordedAtMs: number;
}

/** What is known at `asOfMs`: the last write at each time of observation. */
function known(written: readonly Written[], stream: string, asOfMs = Infinity): [number, number][] {
  const newest = new Map<number, number>();
  for (const one of written)
    if (one.stream === stream && one.recordedAtMs <= asOfMs) newest.set(one.observedAtMs, one.value);
  return [...newest].sort(([a], [b]) => a - b);
}

const streams = ["a", "b"] as const;
const DAY_MS = 86_400_000;
const point = fc.record({
  stream: fc.constantFrom(...streams),
  observedAtMs: fc.integer({ min: -3, max: 3 }).map((day) => day * DAY_MS),
  value: fc.constantFrom(0, 1.5, -2),
});
/** Batches, each recorded some seconds after the one before. */
const batches = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.array(point, { maxLength: 6 })), { maxLength: 8 });

test("whatever is appended and corrected, series as of every time, counts and newest values are those of the model", () => {
  fc.assert(
    fc.property(batches, (all) => {
      const sql = openTwinTables();
      const written: Written[] = [];
      let nowMs = 1_000_000;
      for (const [seconds, rows] of all) {
        nowMs += 1000 * seconds;
        const expected = { accepted: 0, unchanged: 0, corrected: 0 };
        for (const row of rows) {
          const before = new Map(known(written, row.stream)).get(row.observedAtMs);
          const outcome = before === undefined ? "accepted" : before === row.value ? "unchanged" : "corrected";
          expected[outcome] += 1;
          // Corrections of one batch follow each other by a millisecond.
          const same = written.filter((one) => one.stream === row.stream && one.observedAtMs === row.observedAtMs);
          if (outcome !== "unchanged")
            written.push({ ...row, recordedAtMs: Math.max(nowMs, ...same.map((one) => one.recordedAtMs + 1)) });
        }
        expect(appendPoints(sql, rows, nowMs)).toEqual(expected);
      }
      const times = [...new Set([0, nowMs + 1000, ...written.map(({ recordedAtMs }) => recordedAtMs)])];
      for (const stream of streams) {
        for (const asOfMs of times) {
          const { observedAtMs, values } = readSeries(sql, stream, {
            range: {},
            asOf: new Date(asOfMs).toISOString(),
          });
          expect(Array.from(observedAtMs, (at, index) => [at, values[index]])).toEqual(known(written, stream, asOfMs));
        }
        const last = known(written, stream).at(-1);
        expect(streamStates(sql).get(stream)).toEqual(
          last && {
            points: known(written, stream).length,
            lastObservedAt: new Date(last[0]).toISOString(),
            lastValue: last[1],
          },
        );
      }
    }),
    { numRuns: 200 },
  );
});

describe("reading", () => {
  const sql = openTwinTables();
  const rows = [0, 1, 2, 3].map((day) => ({ stream: "a", observedAtMs: day * DAY_MS, value: day }));
  appendPoints(sql, rows, 1000);
  const asOf = "2026-01-01T00:00:00Z";
  const days = (range: { from?: string; to?: string }, limit?: number) =>
    Array.from(readSeries(sql, "a", { range, asOf, ...(limit !== undefined && { limit }) }).values);

  test("takes `from` in and leaves `to` out, and stops at the limit", () => {
    expect(days({ from: "1970-01-02T00:00:00Z", to: "1970-01-04T00:00:00Z" })).toEqual([1, 2]);
    expect(days({}, 3)).toEqual([0, 1, 2]);
  });

  test.each(["2026-13-01T00:00:00Z", "soon", ""])("refuses %j rather than reading nothing", (time) => {
    for (const read of [
      () => days({ from: time }),
      () => days({ to: time }),
      () => readSeries(sql, "a", { range: {}, asOf: time }),
    ])
      expect(read).toThrow(Refusal);
  });

  test.each([Number.NaN, Infinity, 0.5, 253_402_300_800_000])("a time of %d milliseconds is none", (ms) => {
    expect(() => instantMs(ms, "/streams/a/0")).toThrow(Refusal);
  });
});
