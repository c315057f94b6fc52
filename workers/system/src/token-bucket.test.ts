// Whoever asks, however often and for however much: in any window no more is granted than the quota twice, once for the bucket
// that was full and once for what filled it, and what is said to come, comes.

import fc from "fast-check";
import { expect, test } from "vitest";
import { full, lease } from "./token-bucket.ts";

const quota = fc.record({ requests: fc.integer({ min: 1, max: 1_000 }), seconds: fc.integer({ min: 1, max: 600 }) });
const asks = fc.array(fc.record({ waitMs: fc.nat(5_000), wanted: fc.integer({ min: 1, max: 100 }) }), {
  minLength: 1,
  maxLength: 100,
});

test("from a full bucket on, never more is granted than the quota and what has filled since", () => {
  fc.assert(
    fc.property(quota, asks, (of, asked) => {
      let nowMs = 0;
      let bucket = full(of, nowMs);
      let granted = 0;
      for (const { waitMs, wanted } of asked) {
        nowMs += waitMs;
        const given = lease(bucket, of, wanted, nowMs);
        bucket = given.bucket;
        granted += given.granted;
        expect(given.granted).toBeLessThanOrEqual(wanted);
        expect(granted).toBeLessThanOrEqual(of.requests + (nowMs * of.requests) / (1000 * of.seconds) + 1e-6);
      }
    }),
    { seed: 11, numRuns: 300 },
  );
});

test("after the time that it names there is a token again, and before it there is none", () => {
  fc.assert(
    fc.property(quota, (of) => {
      const empty = lease(full(of, 0), of, of.requests, 0);
      expect(empty).toMatchObject({ granted: of.requests, left: 0 });
      expect(lease(empty.bucket, of, 1, empty.nextMs).granted).toBe(1);
      expect(lease(empty.bucket, of, 1, empty.nextMs - 2).granted).toBe(0);
      expect(lease(empty.bucket, of, of.requests, empty.fullMs + 1).granted).toBe(of.requests);
    }),
    { seed: 12, numRuns: 300 },
  );
});

test("a clock that steps back fills nothing", () => {
  const of = { requests: 10, seconds: 1 };
  const { bucket } = lease(full(of, 1_000), of, 10, 1_000);
  expect(lease(bucket, of, 1, 0).granted).toBe(0);
});
