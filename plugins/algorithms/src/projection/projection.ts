// From features in their own units to a few inputs of unit variance: standardise, project, standardise. All of it is affine.

import { refuse } from "@eigentwin/core";
import { rowOf, scaleColumns, timesTransposed, zeros, type Matrix } from "../linear/matrix.ts";
import { partialLeastSquares } from "./partial-least-squares.ts";

/** inputs = features weightsᵀ + offsets. Encodable. */
export interface Projection {
  /** `[inputs, features]` */
  weights: Matrix;
  offsets: Float64Array;
}

export function learnProjection(features: Matrix, targets: Float64Array, components: number): Projection {
  const raw = momentsOf(features);
  const directions = partialLeastSquares(standardise(features, raw), targets, components);
  if (directions.rows === 0)
    refuse("capability.refused", "no feature varies with the target", {
      hint: "Check that the features and the target are not constant.",
    });
  const weights = scaleColumns(
    directions,
    raw.deviations.map((deviation) => 1 / deviation),
  );
  const scores = momentsOf(timesTransposed(features, weights));
  return scaleInputs(
    { weights, offsets: scores.means.map((mean) => -mean) },
    scores.deviations.map((deviation) => 1 / deviation),
  );
}

/** Each input times its factor. */
export function scaleInputs({ weights, offsets }: Projection, factors: Float64Array): Projection {
  const scaled = zeros(weights.rows, weights.columns);
  factors.forEach((factor, input) => rowOf(scaled, input).set(rowOf(weights, input).map((weight) => factor * weight)));
  return { weights: scaled, offsets: offsets.map((offset, input) => offset * (factors[input] ?? 1)) };
}

export function project({ weights, offsets }: Projection, features: Matrix): Matrix {
  if (features.columns !== weights.columns)
    refuse(
      "request.invalid",
      `the model was fitted on ${weights.columns} features, and these rows have ${features.columns}`,
    );
  const inputs = timesTransposed(features, weights);
  return { ...inputs, values: inputs.values.map((value, at) => value + (offsets[at % inputs.columns] ?? 0)) };
}

interface Moments {
  means: Float64Array;
  /** One where a column is constant. */
  deviations: Float64Array;
}

function momentsOf(of: Matrix): Moments {
  const means = new Float64Array(of.columns);
  const deviations = new Float64Array(of.columns);
  for (let column = 0; column < of.columns; column++) {
    let sum = 0;
    for (let row = 0; row < of.rows; row++) sum += of.values[row * of.columns + column] ?? 0;
    const mean = sum / of.rows;
    let squares = 0;
    for (let row = 0; row < of.rows; row++) squares += ((of.values[row * of.columns + column] ?? 0) - mean) ** 2;
    means[column] = mean;
    const deviation = Math.sqrt(squares / of.rows);
    // Below this it is what rounding left of a constant.
    deviations[column] = deviation > 1e-12 * Math.abs(mean) ? deviation : 1;
  }
  return { means, deviations };
}

function standardise(of: Matrix, { means, deviations }: Moments): Matrix {
  const values = of.values.map((value, at) => {
    const column = at % of.columns;
    return (value - (means[column] ?? 0)) / (deviations[column] ?? 1);
  });
  return { ...of, values };
}
