// k_own: in what way, and how much, individuals differ from their population.

import { combine, timesTransposed, zeros, type Matrix } from "../linear/matrix.ts";
import { squaredDistances } from "../kernels/stationary.ts";

/**
 * k_own(a, b) = offset + slope a.b + smooth exp(-|a - b|^2 / (2 lengthscale^2)) over the population's inputs, each
 * stretched by its relevance; the same for all individuals. Variances are in squared units of the target. Encodable.
 */
export interface OwnKernel {
  /** Of a constant that belongs to the individual. */
  offsetVariance: number;
  /** Of a slope along each input, per squared unit of the input. */
  slopeVariance: number;
  /** Of a smooth function of the inputs, with its length in units of an input. */
  smoothVariance: number;
  lengthscale: number;
  /** Of one observation of one individual. */
  noiseVariance: number;
}

/** `[left rows, right rows]`, without noise. */
export function ownCovariance(kernel: OwnKernel, left: Matrix, right: Matrix): Matrix {
  const { offset, slope, smooth } = ownParts(left, right, kernel.lengthscale);
  const moving = combine(kernel.slopeVariance, slope, kernel.smoothVariance, smooth);
  return combine(1, moving, kernel.offsetVariance, offset);
}

/** The parts at unit variance. */
export function ownParts(left: Matrix, right: Matrix, lengthscale: number) {
  const offset = zeros(left.rows, right.rows);
  offset.values.fill(1);
  const distances = squaredDistances(left, right);
  const smooth = { ...distances, values: distances.values.map((square) => Math.exp(-square / (2 * lengthscale ** 2))) };
  return { offset, slope: timesTransposed(left, right), smooth, distances };
}
