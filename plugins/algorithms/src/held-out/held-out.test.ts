import { randomFrom } from "@eigentwin/core";
import { expect, test } from "vitest";
import { foldsByIndividual } from "../rows.ts";
import { normalFrom } from "../testing/data.ts";
import { calibrate, crossConformalCoverage, intervalAt } from "./calibrate.ts";
import { individualLosses, rootMeanSquareError, standardError } from "./scores.ts";

/** Errors grow with the predicted value and lean to one side. */
function leaning(rows: number, seed: number) {
  const random = randomFrom(seed);
  const normal = normalFrom(random);
  const predicted = Float64Array.from({ length: rows }, () => 100 * random());
  return {
    individuals: predicted.map((_, row) => Math.floor(row / 10)),
    predicted,
    truth: predicted.map((value) => value + (1 + value / 20) * (0.5 + normal())),
  };
}

const OPTIONS = { coverage: 0.9, lower: 0, upper: 125 };

test("intervals cover new rows about as often as they say, everywhere along the prediction", () => {
  const { predicted, truth } = leaning(2000, 50);
  const calibration = calibrate(predicted, truth, OPTIONS);
  const fresh = leaning(4000, 51);
  for (const [from, to] of [
    [0, 25],
    [25, 75],
    [75, 100],
  ] as const) {
    const rows = [...fresh.predicted.keys()].filter(
      (row) => (fresh.predicted[row] ?? 0) >= from && (fresh.predicted[row] ?? 0) < to,
    );
    const inside = rows.filter((row) => {
      const { lower, upper } = intervalAt(calibration, fresh.predicted[row] ?? 0);
      const actual = Math.max(0, fresh.truth[row] ?? 0);
      return actual >= lower && actual <= upper;
    });
    // 0.9 within four standard errors of about 1,000 rows, and a little for the bins.
    expect(Math.abs(inside.length / rows.length - 0.9)).toBeLessThan(0.05);
  }
  expect(intervalAt(calibration, 0.1).lower).toBe(0);
  expect(intervalAt(calibration, 500).upper).toBe(125);
});

test("cross-conformal coverage is nominal within its sampling error", () => {
  const { coverage, meanWidth } = crossConformalCoverage(leaning(2000, 52), {
    ...OPTIONS,
    upper: undefined,
    groups: 5,
  });
  expect(Math.abs(coverage - 0.9)).toBeLessThan(0.03);
  // 2 x 1.645 standard deviations of 1 + 50/20 on average.
  expect(meanWidth).toBeGreaterThan(10);
  expect(meanWidth).toBeLessThan(13);
});

test("a set that is small has few bins: each end of an interval is no mere worst case", () => {
  const binsOf = (rows: number) => {
    const { predicted, truth } = leaning(rows, 54);
    return calibrate(predicted, truth, OPTIONS).at.length;
  };
  expect([1, 30, 100, 250, 2000].map(binsOf)).toEqual([1, 1, 2, 6, 8]);
});

test("the standard error is the spread of the error over sets of individuals", () => {
  const errors = Array.from({ length: 200 }, (_, seed) => leaning(400, 100 + seed));
  const found = errors.map(rootMeanSquareError);
  const mean = found.reduce((sum, error) => sum + error, 0) / found.length;
  const spread = Math.sqrt(found.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (found.length - 1));
  const stated = errors.reduce((sum, one) => sum + standardError(one), 0) / errors.length;
  // The spread of 200 is known to about 5 %.
  expect(Math.abs(stated / spread - 1)).toBeLessThan(0.2);
});

test("an individual counts once, however many rows it has", () => {
  const heldOut = {
    individuals: Float64Array.of(7, 7, 7, 3),
    predicted: Float64Array.of(1, 2, 3, 0),
    truth: Float64Array.of(0, 1, 2, 3),
  };
  expect(individualLosses(heldOut)).toEqual({ individuals: ["7", "3"], losses: Float64Array.of(1, 9) });
  expect(rootMeanSquareError(heldOut)).toBeCloseTo(Math.sqrt(5), 12);
});

test("folds hold each individual out once, whether rows or individuals are given", () => {
  const rows = Float64Array.of(4, 4, 9, 9, 1, 2, 2, 3);
  const folds = foldsByIndividual(rows, 2, randomFrom(53));
  expect(folds.flat().sort()).toEqual([1, 2, 3, 4, 9]);
  expect(folds.map((fold) => fold.length)).toEqual([3, 2]);
  expect(foldsByIndividual([4, 9, 1, 2, 3], 2, randomFrom(53))).toEqual(folds);
});
