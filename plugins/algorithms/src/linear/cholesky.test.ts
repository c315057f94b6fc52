import { Refusal } from "@eigentwin/core";
import { expect, test } from "vitest";
import { largestDifference, randomMatrix } from "../testing/data.ts";
import {
  addToDiagonal,
  cholesky,
  inverseOf,
  logDeterminant,
  quadraticForms,
  solve,
  solvePositive,
  withJitter,
} from "./cholesky.ts";
import { dot, gram, rowOf, times, timesTransposed, timesVector, transpose, zeros, type Matrix } from "./matrix.ts";

const naive = (a: Matrix, b: Matrix): Float64Array => {
  const turned = transpose(b);
  return Float64Array.from({ length: a.rows * b.columns }, (_, at) =>
    dot(rowOf(a, Math.floor(at / b.columns)), rowOf(turned, at % b.columns)),
  );
};

test.each([
  [1, 1, 1],
  [2, 4, 2],
  [5, 7, 3],
  [8, 9, 11],
])("products of %i x %i and %i columns are sums of products, at odd ends too", (n, k, m) => {
  const [a, b] = [randomMatrix(n, k, 1), randomMatrix(k, m, 2)];
  expect(largestDifference(times(a, b).values, naive(a, b))).toBeLessThan(1e-13);
  expect(largestDifference(timesTransposed(a, transpose(b)).values, naive(a, b))).toBeLessThan(1e-13);
  expect(largestDifference(gram(a).values, naive(a, transpose(a)))).toBeLessThan(1e-13);
});

test("factor, solutions, inverse and determinant belong to the same matrix", () => {
  const a = addToDiagonal(gram(randomMatrix(9, 9, 3)), 0.5);
  const factor = cholesky(a);
  if (!factor) throw new Error("not positive");
  expect(largestDifference(timesTransposed(factor, factor).values, a.values)).toBeLessThan(1e-12);
  const b = randomMatrix(1, 9, 4).values;
  const x = solve(factor, b);
  expect(largestDifference(timesVector(a, x), b)).toBeLessThan(1e-11);
  expect(solvePositive(a, b)).toEqual(x);
  expect(solvePositive(addToDiagonal(a, -100), b)).toBeUndefined();
  expect(largestDifference(timesVector(inverseOf(factor), b), x)).toBeLessThan(1e-11);
  expect(quadraticForms(factor, { rows: 1, columns: 9, values: b })[0]).toBeCloseTo(dot(b, x), 10);
  const scaled = cholesky({ ...a, values: a.values.map((value) => 2 * value) });
  expect(logDeterminant(scaled ?? factor)).toBeCloseTo(logDeterminant(factor) + 9 * Math.log(2), 10);
});

test("jitter grows only as far as it may, and is reported", () => {
  const flat = { ...zeros(3, 3), values: new Float64Array(9).fill(1) };
  const { jitter } = withJitter(1e-17, (jitter) => cholesky(addToDiagonal(flat, jitter)));
  expect(jitter).toBeGreaterThan(1e-17);
  expect(jitter).toBeLessThan(1e-14);
  const indefinite = { ...flat, values: flat.values.map((value, at) => (at % 4 === 0 ? value : -value)) };
  expect(() => withJitter(1e-6, (jitter) => cholesky(addToDiagonal(indefinite, jitter)))).toThrow(Refusal);
});
