import { expect, test } from "vitest";
import { maximise } from "./maximise.ts";

/** Rosenbrock's valley turned upside down: its peak is at (1, 1). */
const valley = async (at: Float64Array) => {
  const [x = 0, y = 0] = at;
  return {
    value: -((1 - x) ** 2) - 100 * (y - x * x) ** 2,
    gradient: Float64Array.of(2 * (1 - x) + 400 * x * (y - x * x), -200 * (y - x * x)),
  };
};

test("climbs a curved ridge to its peak", async () => {
  const start = Float64Array.of(-1.2, 1);
  const best = await maximise(valley, { start, steps: 200, tolerance: 1e-16, longestMove: 1 });
  expect(best?.at[0]).toBeCloseTo(1, 5);
  expect(best?.at[1]).toBeCloseTo(1, 5);
  expect(start).toEqual(Float64Array.of(-1.2, 1));
});

test("steps back from where the objective cannot be computed", async () => {
  const logarithm = async ([x = 0]: Float64Array) =>
    x > 0 ? { value: Math.log(x) - x, gradient: Float64Array.of(1 / x - 1) } : undefined;
  const options = { steps: 50, tolerance: 1e-14, longestMove: 10 };
  const best = await maximise(logarithm, { start: Float64Array.of(9), ...options });
  expect(best?.at[0]).toBeCloseTo(1, 5);
  expect(await maximise(logarithm, { start: Float64Array.of(-1), ...options })).toBeUndefined();
});
