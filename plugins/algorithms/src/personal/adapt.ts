// The personal model: y_i(x) = f(x) + g_i(x) + noise, with f the population's posterior and g_i ~ GP(0, k_own).
//
// Before its own points an individual is a Gaussian process with the population's mean m and the covariance
// C(a, b) = C_population(a, b) + k_own(a, b); its own points then condition it as any Gaussian process is conditioned.

import { refuse } from "@eigentwin/core";
import { addToDiagonal, cholesky, quadraticForms, solve, withJitter } from "../linear/cholesky.ts";
import { combine, timesVector, type Matrix } from "../linear/matrix.ts";
import { inputsOf, predict, type FittedGaussianProcess, type FittedPredictor, type Predicted } from "../predictor.ts";
import type { FeatureRows } from "../rows.ts";
import { covarianceAt, marginalsAt, unitCovariance } from "../sparse-gp/posterior.ts";
import type { PredictTools } from "../tools.ts";
import { ownCovariance, type OwnKernel } from "./own-kernel.ts";

/** What was learned of one individual. Encodable; means something only together with the population it was made with. */
export interface PersonalPosterior {
  ownKernel: OwnKernel;
  /** Absent where nothing was observed yet. */
  own?: {
    /** The individual's rows as inputs of the kernels, and in the form that the population's kernel compares. */
    inputs: Matrix;
    prepared: Matrix;
    /** Lower factor of the covariance of its observations, in squared units of the target. */
    factor: Matrix;
    /** The mean at a row is the population's plus its covariance with these rows times these. */
    weights: Float64Array;
  };
}

/** Cubic in the points: beyond this, thin them. */
const MOST_POINTS = 1000;

/** Conditions on one individual's own points; the individual must not be among the population's training rows. */
export async function adapt(
  population: FittedPredictor,
  own: { features: FeatureRows; targets: Float64Array },
  ownKernel: OwnKernel,
  tools: PredictTools,
): Promise<PersonalPosterior> {
  const process = processOf(population);
  if (own.features.rows === 0) return { ownKernel };
  if (own.features.rows > MOST_POINTS)
    refuse("capability.refused", `an individual adapts to at most ${MOST_POINTS} points, not ${own.features.rows}`, {
      hint: "Thin them.",
    });
  const rows = await rowsAt(process, own.features, tools);
  const { mean } = marginalsAt(process.posterior, rows.toInducing);
  const between = await covarianceBetween({ process, ownKernel, left: rows, right: rows }, tools);
  const { value: factor } = withJitter(1e-9, (jitter) =>
    cholesky(addToDiagonal(between, ownKernel.noiseVariance + jitter * process.target.scale ** 2)),
  );
  const { target } = process;
  const residuals = own.targets.map((value, row) => value - target.mean - target.scale * (mean[row] ?? 0));
  const { inputs, prepared } = rows;
  return { ownKernel, own: { inputs, prepared, factor, weights: solve(factor, residuals) } };
}

/** Without own points this is the population's prediction, exactly: its noise then stands for all that is not known. */
export async function predictPersonal(
  population: FittedPredictor,
  posterior: PersonalPosterior,
  features: FeatureRows,
  tools: PredictTools,
): Promise<Predicted> {
  const process = processOf(population);
  const { own, ownKernel } = posterior;
  if (!own) return predict(process, features, tools);
  const rows = await rowsAt(process, features, tools);
  const ownRows = await withKernelRows(process, own, tools);
  const toOwn = await covarianceBetween({ process, ownKernel, left: rows, right: ownRows }, tools);
  const { mean, variance } = marginalsAt(process.posterior, rows.toInducing);
  const shift = timesVector(toOwn, own.weights);
  const learned = quadraticForms(own.factor, toOwn);
  const { target } = process;
  return {
    mean: mean.map((value, row) => target.mean + target.scale * value + (shift[row] ?? 0)),
    standardDeviation: variance.map((value, row) => {
      const before = target.scale ** 2 * value + ownVariance(ownKernel, rows.inputs, row);
      return Math.sqrt(Math.max(0, before - (learned[row] ?? 0)) + ownKernel.noiseVariance);
    }),
  };
}

const processOf = (population: FittedPredictor): FittedGaussianProcess =>
  population.kind === "boosting"
    ? refuse("capability.refused", "boosted trees have no posterior to adapt")
    : population;

interface Rows {
  inputs: Matrix;
  prepared: Matrix;
  /** Kernel rows against the inducing points, at unit variance. */
  toInducing: Matrix;
}

const rowsAt = async (process: FittedGaussianProcess, features: FeatureRows, tools: PredictTools): Promise<Rows> =>
  withKernelRows(process, await inputsOf(process, features, tools), tools);

async function withKernelRows(
  { posterior }: FittedGaussianProcess,
  { inputs, prepared }: Omit<Rows, "toInducing">,
  tools: PredictTools,
): Promise<Rows> {
  return { inputs, prepared, toInducing: await unitCovariance(posterior, prepared, posterior.inducing, tools.backend) };
}

/** Of what the individual's function is before its own points, in squared units of the target. */
async function covarianceBetween(
  sides: { process: FittedGaussianProcess; ownKernel: OwnKernel; left: Rows; right: Rows },
  tools: PredictTools,
): Promise<Matrix> {
  const { process, ownKernel, left, right } = sides;
  const { posterior, target } = process;
  const prior = await unitCovariance(posterior, left.prepared, right.prepared, tools.backend);
  const ofPopulation = covarianceAt(posterior, { prior, left: left.toInducing, right: right.toInducing });
  return combine(target.scale ** 2, ofPopulation, 1, ownCovariance(ownKernel, left.inputs, right.inputs));
}

function ownVariance(
  { offsetVariance, slopeVariance, smoothVariance }: OwnKernel,
  inputs: Matrix,
  row: number,
): number {
  let square = 0;
  for (let at = row * inputs.columns; at < (row + 1) * inputs.columns; at++) square += (inputs.values[at] ?? 0) ** 2;
  return offsetVariance + slopeVariance * square + smoothVariance;
}
