// Pictures: what any downsampling must keep, and a worked example.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Series } from "@eigentwin/core";
import { extremes, lttb } from "./downsample.ts";

const seriesOf = (values: readonly number[]): Series => ({
  observedAtMs: Float64Array.from(values, (_, index) => 1000 * index),
  values: Float64Array.from(values),
});

async function* cut(series: Series, size: number): AsyncGenerator<Series> {
  for (let at = 0; at < series.values.length; at += size)
    yield { observedAtMs: series.observedAtMs.slice(at, at + size), values: series.values.slice(at, at + size) };
}

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 300 });
const most = fc.integer({ min: 3, max: 60 });

describe("largest triangle, three buckets", () => {
  test("keeps the ends, the order and the count, and invents nothing", () => {
    fc.assert(
      fc.property(values, most, (all, points) => {
        const series = seriesOf(all);
        const drawn = lttb(series, points);
        expect(drawn.values).toHaveLength(Math.min(points, all.length));
        drawn.observedAtMs.forEach((at, index) => {
          expect(drawn.values[index]).toBe(all[at / 1000]);
          if (index > 0) expect(at).toBeGreaterThan(drawn.observedAtMs[index - 1] ?? 0);
        });
        expect(drawn.observedAtMs[0]).toBe(0);
        expect(drawn.observedAtMs.at(-1)).toBe(1000 * (all.length - 1));
      }),
    );
  });

  test("a lone peak is drawn", () => {
    for (let peak = 1; peak < 99; peak++) {
      const all = Array.from({ length: 100 }, (_, index) => (index === peak ? 10 : 0));
      expect([...lttb(seriesOf(all), 10).values]).toContain(10);
    }
  });
});

describe("lowest and highest of each stretch", () => {
  test("has the ends and the extremes of all, whatever parts it comes in", async () => {
    await fc.assert(
      fc.asyncProperty(values, most, fc.integer({ min: 1, max: 50 }), async (all, points, size) => {
        const series = seriesOf(all);
        const kept = await extremes(cut(series, size), all.length, points);
        expect(kept).toEqual(await extremes(cut(series, all.length), all.length, points));
        expect(kept.values.length).toBeLessThanOrEqual(4 * points + 4);
        expect(Math.min(...kept.values)).toBe(Math.min(...all));
        expect(Math.max(...kept.values)).toBe(Math.max(...all));
        expect([kept.observedAtMs[0], kept.observedAtMs.at(-1)]).toEqual([0, 1000 * (all.length - 1)]);
        kept.observedAtMs.forEach((at, index) => {
          expect(kept.values[index]).toBe(all[at / 1000]);
          if (index > 0) expect(at).toBeGreaterThan(kept.observedAtMs[index - 1] ?? 0);
        });
      }),
    );
  });
});
