// Durations against their definition.

import fc from "fast-check";
import { expect, test } from "vitest";
import { durationMs } from "./duration.ts";

test.each([
  ["PT1H", 3_600_000],
  ["P1D", 86_400_000],
  ["P2W", 1_209_600_000],
  ["P1DT2H3M4.005S", 93_784_005],
  ["PT0.25S", 250],
])("%s is %d ms", (text, ms) => expect(durationMs(text)).toBe(ms));

test.each(["", "P", "PT", "P0D", "PT0S", "P1M", "P1Y", "1H", "PT1D", "P1DT", "PT-1H", "P1W2D", "PT1.5H", "pt1h"])(
  "%j is no duration of a fixed length",
  (text) => expect(durationMs(text)).toBeUndefined(),
);

test("every combination is the sum of its parts", () => {
  const part = fc.integer({ min: 0, max: 99_999 });
  fc.assert(
    fc.property(part, part, part, part, (days, hours, minutes, seconds) => {
      const ms = 86_400_000 * days + 3_600_000 * hours + 60_000 * minutes + 1_000 * seconds;
      expect(durationMs(`P${days}DT${hours}H${minutes}M${seconds}S`)).toBe(ms || undefined);
    }),
  );
});
