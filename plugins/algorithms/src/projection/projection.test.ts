import { expect, test } from "vitest";
import { dot, rowOf, timesTransposed, zeros } from "../linear/matrix.ts";
import { largestDifference, randomMatrix } from "../testing/data.ts";
import { partialLeastSquares } from "./partial-least-squares.ts";
import { learnProjection, project } from "./projection.ts";

const features = randomMatrix(2000, 5, 30);
const DIRECTION = Float64Array.of(2, 0, -1, 0, 0.5);
const targets = Float64Array.from({ length: 2000 }, (_, row) => dot(rowOf(features, row), DIRECTION));

test("partial least squares recovers the direction of the target", () => {
  const [first] = [rowOf(partialLeastSquares(features, targets, 1), 0)];
  const cosine = dot(first, DIRECTION) / Math.sqrt(dot(first, first) * dot(DIRECTION, DIRECTION));
  expect(cosine).toBeGreaterThan(0.995);
});

test("its scores do not correlate with each other", () => {
  const directions = partialLeastSquares(features, targets, 3);
  const scores = timesTransposed(features, directions);
  const columns = [0, 1, 2].map((column) =>
    Float64Array.from({ length: 2000 }, (_, row) => scores.values[3 * row + column] ?? 0),
  );
  for (const [index, a] of columns.entries())
    for (const b of columns.slice(index + 1))
      expect(Math.abs(dot(a, b)) / Math.sqrt(dot(a, a) * dot(b, b))).toBeLessThan(1e-9);
});

test("inputs have zero mean and unit variance, whatever the units of the features", () => {
  const shifted = { ...features, values: features.values.map((value, at) => 1e4 * (at % 5) + 50 * value) };
  const inputs = project(learnProjection(shifted, targets, 2), shifted);
  for (const column of [0, 1]) {
    const values = Float64Array.from({ length: 2000 }, (_, row) => inputs.values[2 * row + column] ?? 0);
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / 2000)).toBeLessThan(1e-9);
    expect(dot(values, values) / 2000).toBeCloseTo(1, 9);
  }
  const plain = project(learnProjection(features, targets, 2), features);
  expect(largestDifference(inputs.values, plain.values)).toBeLessThan(1e-8);
});

test("a constant feature does no harm, and features that say nothing are refused", () => {
  const constant = { ...features, values: features.values.map((value, at) => (at % 5 === 3 ? 0.1 : value)) };
  expect(project(learnProjection(constant, targets, 3), constant).values.every(Number.isFinite)).toBe(true);
  expect(() => learnProjection(zeros(10, 2), targets.subarray(0, 10), 2)).toThrow("no feature varies with the target");
});
