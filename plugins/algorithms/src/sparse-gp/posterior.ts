// The sparse posterior as plain data, and what it says about new rows: kernel rows against the inducing points suffice.

import { kernelOf, type KernelChoice } from "../kernels/choose.ts";
import { addToDiagonal, cholesky, inverseOf, solve, withJitter } from "../linear/cholesky.ts";
import {
  combine,
  concatenate,
  dot,
  gram,
  rowOf,
  sliceRows,
  times,
  timesTransposed,
  timesVector,
  type Matrix,
} from "../linear/matrix.ts";
import { NUMBERS_PER_PROGRAM, type Pace, type Tools } from "../tools.ts";
import { JITTER, type Hyperparameters } from "./bound.ts";

/** Encodable, in the units of the standardised target. */
export interface SparsePosterior {
  kernel: KernelChoice;
  hyperparameters: Hyperparameters;
  /** Prepared for the kernel. */
  inducing: Matrix;
  /** mean(a) = k(a, U) weights, with k of unit variance. */
  weights: Float64Array;
  /** covariance(a, b) = s2 (k(a, b) - k(a, U) reduction k(U, b)): prior less what the observations took. */
  reduction: Matrix;
  /** Relative to s2: what the factors needed to be positive. */
  jitter: number;
}

export interface ConditionRequest {
  kernel: KernelChoice;
  hyperparameters: Hyperparameters;
  inducing: Matrix;
  rows: Matrix;
  targets: Float64Array;
  jitter?: number;
}

/** The best posterior over the inducing points, which need not be those that the hyperparameters were learned with. */
export async function condition(request: ConditionRequest, backend: Tools["backend"]): Promise<SparsePosterior> {
  const { hyperparameters, inducing, rows, targets } = request;
  const kernel = kernelOf(request.kernel);
  const { signal, noise } = variancesOf(hyperparameters);
  const logLengthscales = hyperparameters.subarray(2);
  const uu = (await kernel.block(inducing, inducing, backend)).at(logLengthscales).values;
  const ux = (await kernel.block(inducing, rows, backend)).at(logLengthscales).values;
  const sum = combine(1, uu, signal / noise, gram(ux));
  const { value: factors, jitter } = withJitter(request.jitter ?? JITTER, (jitter) => {
    const prior = cholesky(addToDiagonal(uu, jitter));
    const posterior = cholesky(addToDiagonal(sum, jitter));
    return prior && posterior && { prior, posterior };
  });
  const projected = timesVector(ux, targets).map((value) => (value * signal) / noise);
  return {
    kernel: request.kernel,
    hyperparameters,
    inducing,
    weights: solve(factors.posterior, projected),
    reduction: combine(1, inverseOf(factors.prior), -1, inverseOf(factors.posterior)),
    jitter,
  };
}

export const variancesOf = (hyperparameters: Hyperparameters): { signal: number; noise: number } => ({
  signal: Math.exp(hyperparameters[0] ?? 0),
  noise: Math.exp(hyperparameters[1] ?? 0),
});

/** Of the function itself, without noise; `rows` prepared for the kernel. */
export interface Marginals {
  mean: Float64Array;
  variance: Float64Array;
}

export async function marginals(
  posterior: SparsePosterior,
  rows: Matrix,
  backend: Tools["backend"],
  pace: Pace,
): Promise<Marginals> {
  const { inducing } = posterior;
  const perBlock = Math.max(1, Math.floor(NUMBERS_PER_PROGRAM / inducing.rows));
  const parts: Marginals[] = [];
  for (let from = 0; from < rows.rows; from += perBlock) {
    const some = sliceRows(rows, from, perBlock);
    parts.push(marginalsAt(posterior, await unitCovariance(posterior, some, inducing, backend)));
    await pace(some.rows * inducing.rows * (inducing.rows + 40), (from + some.rows) / rows.rows);
  }
  return {
    mean: concatenate(parts.map(({ mean }) => mean)),
    variance: concatenate(parts.map(({ variance }) => variance)),
  };
}

/** Prior covariance between prepared rows at unit variance, `[left rows, right rows]`. */
export async function unitCovariance(
  { kernel, hyperparameters }: SparsePosterior,
  left: Matrix,
  right: Matrix,
  backend: Tools["backend"],
): Promise<Matrix> {
  return (await kernelOf(kernel).block(left, right, backend)).at(hyperparameters.subarray(2)).values;
}

/** `toInducing`: kernel rows against the inducing points, at unit variance. */
export function marginalsAt({ hyperparameters, weights, reduction }: SparsePosterior, toInducing: Matrix): Marginals {
  const { signal } = variancesOf(hyperparameters);
  const reduced = times(toInducing, reduction);
  return {
    mean: timesVector(toInducing, weights),
    variance: Float64Array.from({ length: toInducing.rows }, (_, row) =>
      Math.max(0, signal * (1 - dot(rowOf(toInducing, row), rowOf(reduced, row)))),
    ),
  };
}

/** Posterior covariance of the function between two sets of rows, from kernel values at unit variance. */
export function covarianceAt(
  { hyperparameters, reduction }: SparsePosterior,
  { prior, left, right }: { prior: Matrix; /** Against the inducing points. */ left: Matrix; right: Matrix },
): Matrix {
  const { signal } = variancesOf(hyperparameters);
  return combine(signal, prior, -signal, timesTransposed(times(left, reduction), right));
}
