// Titsias' collapsed bound of the marginal likelihood (AISTATS 2009) and its gradient.
//
// u inducing points, x rows, n of them; K = s2 (Kuu + jitter I), P = s2^2 / n2 Kux Kxu, S = K + P, b = s2 / n2 Kux y,
// beta = S^-1 b, with kernel matrices of unit variance, signal variance s2 and noise variance n2:
//
//   F = 1/2 (log|K| - log|S| - n log(2 pi n2) - (y.y + n s2) / n2 + b.beta + tr(K^-1 P))

import type { KernelBlock, KernelValues } from "../kernels/kernel.ts";
import { addToDiagonal, cholesky, inverseOf, logDeterminant, solve } from "../linear/cholesky.ts";
import type { Slope } from "../linear/maximise.ts";
import { combine, dot, gram, innerProduct, times, timesVector, zeros, type Matrix } from "../linear/matrix.ts";

export interface Evidence {
  /** Among the inducing points, and from them to the rows. */
  uu: KernelBlock;
  ux: KernelBlock;
  /** `[rows]`, centred, of about unit variance. */
  targets: Float64Array;
}

/** `[log s2, log n2, log lengthscales...]` */
export type Hyperparameters = Float64Array;

/** Relative to s2, added to K before its factor is taken. */
export const JITTER = 1e-6;

/** What the bound needs of the rows, however many they are. */
interface Moments {
  uu: KernelValues;
  ux: KernelValues;
  /** Kux Kxu and Kux y. */
  products: Matrix;
  projected: Float64Array;
}

/** Nothing where K or S is not positive at these hyperparameters. */
export function boundOf({ uu, ux, targets }: Evidence): (at: Hyperparameters) => Slope | undefined {
  const momentsAt = (logLengthscales: Float64Array): Moments => {
    const values = ux.at(logLengthscales);
    return {
      uu: uu.at(logLengthscales),
      ux: values,
      products: gram(values.values),
      projected: timesVector(values.values, targets),
    };
  };
  const fixed = ux.parameters === 0 ? momentsAt(new Float64Array(0)) : undefined;
  return (at) => collapsed(fixed ?? momentsAt(at.subarray(2)), targets, at);
}

function collapsed(moments: Moments, targets: Float64Array, at: Hyperparameters): Slope | undefined {
  const [s2, n2] = [Math.exp(at[0] ?? 0), Math.exp(at[1] ?? 0)];
  const n = targets.length;
  const scaled = combine(s2, moments.uu.values, 0, moments.uu.values);
  const K = addToDiagonal(scaled, s2 * JITTER);
  const P = combine((s2 * s2) / n2, moments.products, 0, moments.products);
  const factorK = cholesky(K);
  const factorS = cholesky(combine(1, K, 1, P));
  if (!factorK || !factorS) return undefined;

  const b = moments.projected.map((value) => (value * s2) / n2);
  const beta = solve(factorS, b);
  const [inverseK, inverseS] = [inverseOf(factorK), inverseOf(factorS)];
  const [fromK, fromS] = [innerProduct(inverseK, P), innerProduct(inverseS, P)];
  const [explained, curved] = [dot(b, beta), dot(beta, timesVector(P, beta))];
  const square = dot(targets, targets) / n2;
  const spread = (n * s2) / n2;
  const determinants = logDeterminant(factorK) - logDeterminant(factorS);
  const value = 0.5 * (determinants - n * Math.log(2 * Math.PI * n2) - square - spread + explained + fromK);

  const forK = slopeOfK({ inverseK, inverseS, beta, P });
  const gradient = new Float64Array(at.length);
  gradient[0] = fromK - fromS + explained - curved + innerProduct(forK, K) - 0.5 * spread;
  gradient[1] = 0.5 * (fromS - n + square - 2 * explained + curved + spread - fromK);
  if (at.length > 2) {
    const difference = combine(1 / n2, inverseK, -1 / n2, inverseS);
    const byRows = moments.ux.gradient(slopeOfKux({ difference, beta, kux: moments.ux.values, targets, s2, n2 }));
    const byInducing = moments.uu.gradient(combine(s2, forK, 0, forK));
    byRows.forEach((value, index) => (gradient[2 + index] = value + (byInducing[index] ?? 0)));
  }
  return { value, gradient };
}

/** dF/dK = 1/2 (K^-1 - S^-1 - beta betaᵀ - K^-1 P K^-1). */
function slopeOfK(parts: { inverseK: Matrix; inverseS: Matrix; beta: Float64Array; P: Matrix }): Matrix {
  const { inverseK, inverseS, beta, P } = parts;
  const twice = combine(1, inverseK, -1, times(times(inverseK, P), inverseK));
  const slope = combine(0.5, twice, -0.5, inverseS);
  for (let i = 0, at = 0; i < beta.length; i++)
    for (let j = 0; j < beta.length; j++, at++)
      slope.values[at] = (slope.values[at] ?? 0) - 0.5 * (beta[i] ?? 0) * (beta[j] ?? 0);
  return slope;
}

/** dF/dKux for the kernel of unit variance: s2 ((K^-1 - S^-1) s2 Kux / n2 + beta (y - s2 betaᵀ Kux) / n2). */
function slopeOfKux(parts: {
  difference: Matrix;
  beta: Float64Array;
  kux: Matrix;
  targets: Float64Array;
  s2: number;
  n2: number;
}): Matrix {
  const { difference, beta, kux, targets, s2, n2 } = parts;
  const slope = times(difference, kux);
  const weights = { ...zeros(1, beta.length), values: beta };
  const fit = times(weights, kux).values;
  const misses = targets.map((target, row) => (s2 / n2) * (target - s2 * (fit[row] ?? 0)));
  for (let i = 0, at = 0; i < kux.rows; i++)
    for (let row = 0; row < kux.columns; row++, at++)
      slope.values[at] = s2 * s2 * (slope.values[at] ?? 0) + (beta[i] ?? 0) * (misses[row] ?? 0);
  return slope;
}
