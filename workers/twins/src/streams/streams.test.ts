// Streams against a model that keeps every write in a list and asks it the slow way, wherever the points have moved.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "@eigentwin/core";
import { holdBodies, openTwinStorage } from "../../testing/sqlite.ts";
import { bucketsOf } from "./aggregate.ts";
import { appendPoints, segmentsUnder, type PointRow } from "./append.ts";
import { spill } from "./blocks.ts";
import { instantMs } from "./instant.ts";
import { readPage, readStretches, type Question } from "./read.ts";
import { segmentReader } from "./segments.ts";
import { readTail, streamStates, writeTail } from "./tail.ts";
import { keepUp, type Limits } from "./upkeep.ts";

interface Written extends PointRow {
  recordedAtMs: number;
}

const SMALL: Limits = { mostHot: 6, keptHot: 2, mostInSegment: 8, coldAfterMs: 1e15, leastCold: 1 };
const DAY_MS = 86_400_000;

function open(limits = SMALL) {
  const storage = openTwinStorage();
  const { sql } = storage;
  const { bodies, held } = holdBodies();
  const places = { sql, readSegment: segmentReader(bodies) };
  return {
    sql,
    held,
    places,
    async append(rows: readonly PointRow[], nowMs: number) {
      const loaded = await segmentsUnder(sql, rows, places.readSegment);
      return storage.transactionSync(() => appendPoints(sql, rows, nowMs, loaded).outcomes);
    },
    spill() {
      const tail = readTail(sql);
      spill(sql, tail, { most: 3, full: 2 });
      writeTail(sql, tail);
    },
    keepUp: (nowMs: number, retentions = new Map<string, number>()) =>
      keepUp(
        { ...places, storage, bodies, folder: "streams/own/one/", retentions, onForgotten: () => {} },
        nowMs,
        limits,
      ),
    async read(question: Question, atOnce?: number) {
      const points: [number, number][] = [];
      for await (const { observedAtMs, values } of readStretches(places, question, atOnce))
        observedAtMs.forEach((at, index) => points.push([at, values[index] ?? NaN]));
      return points;
    },
  };
}

/** What is known at `asOfMs`: the last write at each time of observation. */
function known(written: readonly Written[], stream: string, asOfMs = Infinity): [number, number][] {
  const newest = new Map<number, number>();
  for (const one of written)
    if (one.stream === stream && one.recordedAtMs <= asOfMs) newest.set(one.observedAtMs, one.value);
  return [...newest].sort(([a], [b]) => a - b);
}

const streams = ["a", "b"] as const;
const point = fc.record({
  stream: fc.constantFrom(...streams),
  observedAtMs: fc.integer({ min: -6, max: 6 }).map((day) => day * DAY_MS),
  value: fc.constantFrom(0, -0, 1.5, -2),
});
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ append: fc.array(point, { maxLength: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ move: fc.constantFrom("blocks", "segments") }) },
);

test("whatever is appended, corrected and moved: series as of every time, counts and newest values are those of the model", async () => {
  let segments = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 14 }), fc.integer({ min: 1, max: 9 }), async (actions, atOnce) => {
      const one = open();
      const written: Written[] = [];
      let nowMs = 1_000_000;
      for (const act of actions) {
        nowMs += 1000;
        if ("move" in act) {
          one.spill();
          if (act.move === "segments") await one.keepUp(nowMs);
          continue;
        }
        const expected = act.append.map((row) => {
          const same = written.filter((w) => w.stream === row.stream && w.observedAtMs === row.observedAtMs);
          const before = same.at(-1);
          if (before && before.value === row.value) return "unchanged";
          // Corrections of one batch follow each other by a millisecond.
          const recordedAtMs = Math.max(nowMs, ...same.map((w) => w.recordedAtMs + 1));
          written.push({ ...row, value: row.value + 0, recordedAtMs });
          return before ? "corrected" : "accepted";
        });
        expect(await one.append(act.append, nowMs)).toEqual(expected);
      }
      segments += one.held.size;
      const times = [...new Set([0, nowMs + 1000, ...written.map(({ recordedAtMs }) => recordedAtMs)])];
      for (const stream of streams) {
        for (const asOfMs of times)
          expect(await one.read({ stream, asOfMs }, atOnce)).toEqual(known(written, stream, asOfMs));
        const range = { fromMs: -2 * DAY_MS, toMs: 3 * DAY_MS };
        expect(await one.read({ stream, asOfMs: nowMs, ...range }, atOnce)).toEqual(
          known(written, stream, nowMs).filter(([at]) => at >= range.fromMs && at < range.toMs),
        );
        const points = known(written, stream);
        const last = points.at(-1);
        expect(streamStates(one.sql).get(stream)).toEqual(
          last && { points: points.length, lastObservedAt: new Date(last[0]).toISOString(), lastValue: last[1] },
        );
      }
    }),
    { numRuns: 150 },
  );
  // Or the moving was never put to the test.
  expect(segments).toBeGreaterThan(20);
});

test("a batch of a few points writes one row, and now and then a block", async () => {
  const one = open();
  const rows = () => Number(one.sql.exec<{ rows: number }>("SELECT total_changes() AS rows").one().rows);
  const before = rows();
  for (let batch = 0; batch < 1_000; batch++)
    await one.append(
      ["a", "b", "c", "d", "e"].map((stream) => ({ stream, observedAtMs: 1_000 * batch, value: batch / 7 })),
      batch,
    );
  expect((rows() - before) / 1_000).toBeLessThan(1.1);
});

test("large batches, in order and late, become full blocks and segments that read the same", async () => {
  const one = open({ mostHot: 6_000, keptHot: 2_000, mostInSegment: 5_000, coldAfterMs: 1e12, leastCold: 1 });
  const row = (at: number, value = at / 3) => ({ stream: "a", observedAtMs: at, value });
  const all = Array.from({ length: 12_000 }, (_, index) => row(1_000 * index));
  for (let from = 0; from < all.length; from += 1_000) await one.append(all.slice(from, from + 1_000), 1);
  await one.keepUp(2);
  expect(one.held.size).toBe(2);
  await one.append([row(5_000, 7), row(500, 8), row(11_999_000, 9)], 3);
  await one.append(all.slice(0, 900), 4);
  const expected = all.map(({ observedAtMs, value }) => [observedAtMs, value]);
  expect(await one.read({ stream: "a", asOfMs: 2 })).toEqual(expected);
  const after = await one.read({ stream: "a", asOfMs: 4 });
  expect(after).toHaveLength(12_001);
  expect(after.find(([at]) => at === 500)).toEqual([500, 8]);
  expect(await one.append(all.slice(0, 900), 5)).toEqual(Array.from({ length: 900 }, () => "unchanged"));
});

describe("upkeep that ends before its time", () => {
  const rows = Array.from({ length: 20 }, (_, at) => ({ stream: "a", observedAtMs: at, value: at }));
  test("leaves a body that nothing names, and it goes in its time", async () => {
    const one = open();
    await one.append(rows, 1);
    one.spill();
    const nowMs = Date.now();
    one.sql.exec("INSERT INTO discarded_body VALUES ('streams/own/one/left', ?)", nowMs + 1000);
    one.held.set("streams/own/one/left", new ArrayBuffer(1));
    await one.keepUp(nowMs);
    expect(one.held.has("streams/own/one/left")).toBe(true);
    expect(await one.keepUp(nowMs + 1000)).toBe(nowMs + 1000 + DAY_MS);
    expect(one.held.has("streams/own/one/left")).toBe(false);
    expect(await one.read({ stream: "a", asOfMs: 1 })).toHaveLength(20);
  });

  test("notices a body that is gone or another than was written", async () => {
    const one = open();
    await one.append(rows, 1);
    one.spill();
    await one.keepUp(2);
    const [key = ""] = one.held.keys();
    one.held.delete(key);
    await expect(one.read({ stream: "a", asOfMs: 1 })).rejects.toThrow(Refusal);
  });
});

test("points past their retention are forgotten wherever they are, and counted no more", async () => {
  const one = open();
  for (let day = 0; day < 30; day++) await one.append([{ stream: "a", observedAtMs: day * DAY_MS, value: day }], 1);
  one.spill();
  await one.keepUp(2);
  for (let day = 30; day < 33; day++) await one.append([{ stream: "a", observedAtMs: day * DAY_MS, value: day }], 3);
  const bodies = one.held.size;
  expect(bodies).toBeGreaterThan(1);
  const days = async () => (await one.read({ stream: "a", asOfMs: 4 })).map(([, value]) => value);
  const keepFive = new Map([["a", 5 * DAY_MS]]);
  const nowMs = 33 * DAY_MS;
  await one.keepUp(nowMs, keepFive);
  expect(await days()).toEqual([28, 29, 30, 31, 32]);
  expect(streamStates(one.sql).get("a")).toMatchObject({ points: 5, lastValue: 32 });
  await one.keepUp(nowMs + DAY_MS, keepFive);
  expect(await days()).toEqual([29, 30, 31, 32]);
  await one.keepUp(nowMs + 10 * DAY_MS, keepFive);
  expect(streamStates(one.sql).get("a")).toEqual({ points: 0, lastObservedAt: null, lastValue: null });
  await one.keepUp(nowMs + 12 * DAY_MS, keepFive);
  expect(one.held.size).toBe(0);
  expect(one.sql.exec("SELECT * FROM point_block").toArray()).toEqual([]);
});

describe("reading", () => {
  test("stops at the limit and tells where it goes on", async () => {
    const one = open();
    await one.append(
      [0, 1, 2, 3].map((at) => ({ stream: "a", observedAtMs: at, value: at })),
      1,
    );
    const page = await readPage(one.places, { stream: "a", asOfMs: 1 }, 3);
    expect([...page.series.values]).toEqual([0, 1, 2]);
    expect(page.nextMs).toBe(3);
    expect(await readPage(one.places, { stream: "a", asOfMs: 1 }, 4)).not.toHaveProperty("nextMs");
  });

  test.each([Number.NaN, Infinity, 0.5, 253_402_300_800_000, "soon", ""])("%s is no time", (time) => {
    expect(() => instantMs(time, "/streams/a/0")).toThrow(Refusal);
  });
});

test("buckets are those of the model, however the points are spread", async () => {
  const spread = fc.array(
    fc.tuple(fc.integer({ min: -50, max: 50 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
    {
      maxLength: 40,
    },
  );
  await fc.assert(
    fc.asyncProperty(
      spread,
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 7 }),
      async (points, every, atOnce) => {
        const one = open();
        await one.append(
          points.map(([observedAtMs, value]) => ({ stream: "a", observedAtMs, value })),
          1,
        );
        one.spill();
        await one.keepUp(2);
        const all = await one.read({ stream: "a", asOfMs: 1e12 });
        const expected = [...Map.groupBy(all, ([at]) => Math.floor(at / every) * every)].map(([fromMs, own]) => {
          const values = own.map(([, value]) => value);
          return {
            fromMs,
            min: Math.min(...values),
            max: Math.max(...values),
            count: values.length,
            first: values[0],
            last: values.at(-1),
          };
        });
        const found = [];
        for await (const { mean, ...bucket } of bucketsOf(
          readStretches(one.places, { stream: "a", asOfMs: 1e12 }, atOnce),
          every,
        )) {
          found.push(bucket);
          const slack = 1e-9 * Math.max(Math.abs(bucket.min), Math.abs(bucket.max));
          expect(mean).toBeGreaterThanOrEqual(bucket.min - slack);
          expect(mean).toBeLessThanOrEqual(bucket.max + slack);
        }
        expect(found).toEqual(expected);
      },
    ),
  );
});
