// Partial least squares: the few directions of the features that vary most with the target.

import { dot, rowOf, timesVector, transpose, zeros, type Matrix } from "../linear/matrix.ts";

/**
 * PLS1 by NIPALS (Wold et al. 2001; Geladi and Kowalski 1986). Columns of `features` are centred. Returns R
 * `[components, features]` with scores = features Rᵀ; fewer components where the rest of the target is not linear in
 * what is left of the features.
 */
export function partialLeastSquares(features: Matrix, targets: Float64Array, components: number): Matrix {
  const left = { ...features, values: features.values.slice() };
  const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length;
  const rest = targets.map((target) => target - mean);
  const loadings: Float64Array[] = [];
  const directions: Float64Array[] = [];
  for (let component = 0; component < Math.min(components, features.columns); component++) {
    const weight = timesVector(transpose(left), rest);
    const length = Math.sqrt(dot(weight, weight));
    if (!(length > 1e-9 * features.rows)) break;
    weight.forEach((value, feature) => (weight[feature] = value / length));
    const loading = deflate(left, rest, weight);
    // R = W (Pᵀ W)^-1, column by column, since Pᵀ W is unit upper triangular.
    const direction = weight.slice();
    directions.forEach((earlier, index) => subtract(direction, dot(loadings[index] ?? loading, weight), earlier));
    loadings.push(loading);
    directions.push(direction);
  }
  const result = zeros(directions.length, features.columns);
  directions.forEach((direction, index) => rowOf(result, index).set(direction));
  return result;
}

/** Takes the part along `weight` out of the features and the target; returns the features' loading on it. */
function deflate(left: Matrix, rest: Float64Array, weight: Float64Array): Float64Array {
  const scores = timesVector(left, weight);
  const square = dot(scores, scores);
  const loading = timesVector(transpose(left), scores).map((value) => value / square);
  const slope = dot(scores, rest) / square;
  scores.forEach((score, row) => {
    subtract(rowOf(left, row), score, loading);
    rest[row] = (rest[row] ?? 0) - slope * score;
  });
  return loading;
}

function subtract(from: Float64Array, factor: number, what: Float64Array): void {
  for (let i = 0; i < from.length; i++) from[i] = (from[i] ?? 0) - factor * (what[i] ?? 0);
}
