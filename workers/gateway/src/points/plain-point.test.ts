// What is plainly a point is one by the schema too, and comes out of it as it is.

import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import { pointSchema } from "../routes/stream-schemas.ts";
import { isPlainPoint } from "./plain-point.ts";

const two = (least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((n) => String(n).padStart(2, "0"));
const time = fc
  .tuple(
    fc.constantFrom("0000", "1900", "2000", "2023", "2024", "9999"),
    two(0, 13),
    two(0, 32),
    two(0, 24),
    fc.constantFrom("Z", ".5Z", "+01:00", "z", ""),
  )
  .map(([year, month, day, hour, end]) => `${year}-${month}-${day}T${hour}:00:59${end}`);
const text = fc.oneof(fc.string(), fc.constantFrom("x".repeat(128), "x".repeat(129)));
const candidate = fc.record(
  {
    stream: fc.oneof(text, fc.anything()),
    observedAt: time,
    value: fc.oneof(fc.double(), fc.anything()),
    unit: fc.oneof(text, fc.anything()),
    more: fc.anything(),
  },
  { requiredKeys: ["stream", "observedAt", "value"] },
);
const good = fc.record(
  { stream: text, observedAt: time, value: fc.double({ noNaN: true }), unit: text },
  { requiredKeys: ["stream", "observedAt", "value"] },
);

test("never more than the schema takes", () => {
  fc.assert(
    fc.property(fc.oneof(candidate, good, fc.anything()), (value) => {
      if (!isPlainPoint(value)) return;
      const parsed = v.safeParse(pointSchema, value);
      // JSON knows no NaN.
      if (Number.isNaN(value.value)) return;
      expect(parsed).toMatchObject({ success: true, output: value });
    }),
    { numRuns: 5_000 },
  );
});

test("nearly all that it takes", () => {
  const days = Array.from({ length: 366 }, (_, day) => new Date(Date.UTC(2024, 0, 1 + day)).toISOString());
  const plain = days.filter((observedAt) => isPlainPoint({ stream: "a", observedAt, value: 1 }));
  expect(plain).toHaveLength(365);
});
