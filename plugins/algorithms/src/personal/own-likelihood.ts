// How probable the individuals' residuals are under a k_own.

import { addToDiagonal, cholesky, inverseOf, logDeterminant, solve } from "../linear/cholesky.ts";
import type { Slope } from "../linear/maximise.ts";
import { combine, dot, innerProduct, zeros, type Matrix } from "../linear/matrix.ts";
import { ownParts } from "./own-kernel.ts";

/** One individual's rows, in units of the standardised target. */
export interface Residuals {
  inputs: Matrix;
  /** Truth less the population's mean. */
  values: Float64Array;
  /** The population's posterior covariance between these rows. */
  population: Matrix;
}

/**
 * Sum of log densities and its gradient, 1/2 tr((a aᵀ - C^-1) dC) with a = C^-1 r (Rasmussen and Williams 2006, equation
 * 5.9). `at`: logs of offset, slope and smooth variance, lengthscale and noise variance.
 */
export function likelihoodOf(everyone: readonly Residuals[], at: Float64Array): Slope | undefined {
  const [offset = 0, slope = 0, smooth = 0, lengthscale = 0, noise = 0] = at.map(Math.exp);
  const gradient = new Float64Array(at.length);
  let value = 0;
  for (const { inputs, values, population } of everyone) {
    const parts = ownParts(inputs, inputs, lengthscale);
    const own = combine(1, combine(offset, parts.offset, slope, parts.slope), smooth, parts.smooth);
    const factor = cholesky(addToDiagonal(combine(1, population, 1, own), noise));
    if (!factor) return undefined;
    const weights = solve(factor, values);
    value -= 0.5 * (dot(values, weights) + logDeterminant(factor) + values.length * Math.log(2 * Math.PI));
    const surplus = combine(0.5, outerProduct(weights), -0.5, inverseOf(factor));
    const stretched = parts.smooth.values.map(
      (k, index) => (k * (parts.distances.values[index] ?? 0)) / lengthscale ** 2,
    );
    const slopes = [
      offset * innerProduct(surplus, parts.offset),
      slope * innerProduct(surplus, parts.slope),
      smooth * innerProduct(surplus, parts.smooth),
      smooth * dot(surplus.values, stretched),
      noise * trace(surplus),
    ];
    slopes.forEach((part, index) => (gradient[index] = (gradient[index] ?? 0) + part));
  }
  return { value, gradient };
}

function outerProduct(x: Float64Array): Matrix {
  const product = zeros(x.length, x.length);
  x.forEach((a, row) => x.forEach((b, column) => (product.values[row * x.length + column] = a * b)));
  return product;
}

function trace({ rows, values }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += values[i * rows + i] ?? 0;
  return sum;
}
