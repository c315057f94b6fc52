// Fewer points that draw the same picture. Largest-Triangle-Three-Buckets: Steinarsson, "Downsampling Time Series for Visual
// Representation", University of Iceland 2013. MinMaxLTTB: Van Der Donckt and others, arXiv:2305.00332, 2023.

import type { Series } from "@eigentwin/core";
import { concatenated } from "./read.ts";

/** Candidates for each point that is drawn; the paper finds that more change nothing that is seen. */
const CANDIDATES_EACH = 4;

const pick = ({ observedAtMs, values }: Series, chosen: readonly number[]): Series => ({
  observedAtMs: Float64Array.from(chosen, (index) => observedAtMs[index] ?? 0),
  values: Float64Array.from(chosen, (index) => values[index] ?? 0),
});

/** First and last point stay; of each bucket between them the point that spans the largest triangle. */
export function lttb(series: Series, points: number): Series {
  const { observedAtMs, values } = series;
  const count = values.length;
  if (count <= points) return series;
  const chosen = [0];
  const size = (count - 2) / (points - 2);
  const startOf = (bucket: number) => Math.min(count - 1, Math.floor(bucket * size) + 1);
  for (let bucket = 0; bucket < points - 2; bucket++) {
    const [start, end, afterEnd] = [startOf(bucket), startOf(bucket + 1), Math.min(count, startOf(bucket + 2))];
    // The last bucket is the last point.
    const next = meanOf(series, end, bucket === points - 3 ? count : afterEnd);
    const before = chosen.at(-1) ?? 0;
    const [x, y] = [observedAtMs[before] ?? 0, values[before] ?? 0];
    let [best, largest] = [start, -1];
    for (let index = start; index < end; index++) {
      // Halves first: the difference of two finite values may not be finite.
      const area = Math.abs(
        (x - next.x) * ((values[index] ?? 0) / 2 - y / 2) - (x - (observedAtMs[index] ?? 0)) * (next.y / 2 - y / 2),
      );
      if (area > largest) [best, largest] = [index, area];
    }
    chosen.push(best);
  }
  return pick(series, [...chosen, count - 1]);
}

function meanOf({ observedAtMs, values }: Series, start: number, end: number): { x: number; y: number } {
  let [x, y] = [0, 0];
  for (let index = start; index < end; index++) {
    x += (observedAtMs[index] ?? 0) / (end - start);
    y += (values[index] ?? 0) / (end - start);
  }
  return { x, y };
}

/** Of each of so many equal stretches the lowest and the highest point, and the first and last of all: with memory for those alone. */
export async function extremes(stretches: AsyncIterable<Series>, total: number, points: number): Promise<Series> {
  const size = (2 * total) / (CANDIDATES_EACH * points);
  const kept: { at: number; value: number }[] = [];
  let seen = 0;
  let bucket = -1;
  let low: { seen: number; at: number; value: number } | undefined;
  let high = low;
  let last = low;
  const close = () => {
    if (!low || !high) return;
    const pair = low.seen === high.seen ? [low] : [low, high].sort((a, b) => a.seen - b.seen);
    kept.push(...pair);
  };
  for await (const { observedAtMs, values } of stretches)
    for (let index = 0; index < values.length; index++, seen++) {
      const one = { seen, at: observedAtMs[index] ?? 0, value: values[index] ?? 0 };
      last = one;
      if (seen === 0) {
        kept.push(one);
        continue;
      }
      const own = Math.floor(seen / size);
      if (own !== bucket) {
        close();
        [low, high, bucket] = [one, one, own];
      } else {
        if (low && one.value < low.value) low = one;
        if (high && one.value > high.value) high = one;
      }
    }
  close();
  if (last && kept.at(-1)?.at !== last.at) kept.push(last);
  return concatenated(
    kept.map(({ at, value }) => ({ observedAtMs: Float64Array.of(at), values: Float64Array.of(value) })),
    kept.length,
  );
}
