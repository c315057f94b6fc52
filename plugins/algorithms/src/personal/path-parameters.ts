// An individual's observed path as offset and rate: the form of g_i where its own target is never seen.

import { refuse } from "@eigentwin/core";

export interface Estimate {
  mean: number;
  standardDeviation: number;
}

export interface PathParameters {
  /** Value at time zero, in units of `values`. */
  offset: Estimate;
  /** Change per unit of `times`. */
  rate: Estimate;
  /** Of one observation about the line. */
  noiseStandardDeviation: number;
}

const FEWEST_POINTS = 5;

/**
 * Bayesian linear regression under the reference prior 1/sigma^2: offset and rate are Student-t with n - 2 degrees of
 * freedom, located at the least-squares line (Gelman et al., Bayesian Data Analysis, 3rd ed., section 14.2).
 */
export function pathParameters(times: Float64Array, values: Float64Array): PathParameters {
  const count = times.length;
  if (count < FEWEST_POINTS || values.length !== count)
    refuse(
      "capability.refused",
      `a path needs ${FEWEST_POINTS} points or more, each with a time, not ${count} times and ${values.length} values`,
    );
  const [meanTime, meanValue] = [mean(times), mean(values)];
  let [timeSquares, products] = [0, 0];
  times.forEach((time, index) => {
    timeSquares += (time - meanTime) ** 2;
    products += (time - meanTime) * ((values[index] ?? 0) - meanValue);
  });
  if (!(timeSquares > 0)) refuse("capability.refused", "a path needs points at two times or more");
  const rate = products / timeSquares;
  const offset = meanValue - rate * meanTime;
  const residuals = values.reduce((sum, value, index) => sum + (value - offset - rate * (times[index] ?? 0)) ** 2, 0);
  const noiseVariance = residuals / (count - 2);
  // The variance of a Student-t with n - 2 degrees of freedom is (n - 2) / (n - 4) times its squared scale.
  const spread = (noiseVariance * (count - 2)) / (count - 4);
  return {
    offset: { mean: offset, standardDeviation: Math.sqrt(spread * (1 / count + meanTime ** 2 / timeSquares)) },
    rate: { mean: rate, standardDeviation: Math.sqrt(spread / timeSquares) },
    noiseStandardDeviation: Math.sqrt(noiseVariance),
  };
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
