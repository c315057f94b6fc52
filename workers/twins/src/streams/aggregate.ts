// A series by buckets of equal length, aligned to 1970-01-01T00:00:00Z; a bucket without points is left out.

import type { Series } from "@eigentwin/core";
import type { Bucket } from "../contract.ts";

/** In order. A sum could overflow where a mean does not, so the mean is carried along. */
export async function* bucketsOf(stretches: AsyncIterable<Series>, everyMs: number): AsyncGenerator<Bucket> {
  let bucket: Bucket | undefined;
  for await (const { observedAtMs, values } of stretches)
    for (let index = 0; index < values.length; index++) {
      const [at, value] = [observedAtMs[index] ?? 0, values[index] ?? 0];
      const fromMs = Math.floor(at / everyMs) * everyMs;
      if (bucket && bucket.fromMs !== fromMs) {
        yield bucket;
        bucket = undefined;
      }
      if (!bucket) bucket = { fromMs, min: value, max: value, mean: value, count: 1, first: value, last: value };
      else {
        bucket.count += 1;
        bucket.min = Math.min(bucket.min, value);
        bucket.max = Math.max(bucket.max, value);
        bucket.mean += value / bucket.count - bucket.mean / bucket.count;
        bucket.last = value;
      }
    }
  if (bucket) yield bucket;
}
