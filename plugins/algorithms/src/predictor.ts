// A predictor: one kind, fitted to labelled rows, as plain data that predicts by itself.

import { predictForest, type BoostOptions, type Forest } from "./boosting/boost.ts";
import { kernelOf } from "./kernels/choose.ts";
import { scaleColumns } from "./linear/matrix.ts";
import { project, type Projection } from "./projection/projection.ts";
import type { FeatureRows } from "./rows.ts";
import { marginals, variancesOf, type SparsePosterior } from "./sparse-gp/posterior.ts";
import { paceOf, type PredictTools } from "./tools.ts";

export const PREDICTORS = ["quantum-fidelity", "quantum-projected", "rbf", "matern52", "boosting"] as const;
export type PredictorKind = (typeof PREDICTORS)[number];
/** All but boosted trees are sparse Gaussian processes and differ in their kernel alone. */
export type GaussianProcessKind = Exclude<PredictorKind, "boosting">;

export const isQuantum = (kind: PredictorKind): boolean => kind.startsWith("quantum-");

export interface FitOptions extends BoostOptions {
  /** Inducing points while hyperparameters are learned. */
  learnWith: number;
  /** Inducing points kept in the model: its accuracy, and its cost at prediction. */
  inducingPoints: number;
  /** Inputs that the features are projected to, at most; one qubit each. */
  components: number;
  /** Steps of L-BFGS, at most. */
  learningSteps: number;
  /** Bandwidths of the feature map to choose among by the bound, for each quantum kernel. */
  bandwidths: { fidelity: readonly number[]; projected: readonly number[] };
}

/** Chosen by cross-validation on turbofan engines (README); a start for other data, not a promise. */
export const DEFAULT_FIT: FitOptions = {
  learnWith: 64,
  inducingPoints: 128,
  components: 6,
  learningSteps: 25,
  bandwidths: { fidelity: [0.7, 1, 1.3], projected: [0.3, 0.6] },
  trees: 400,
  treeDepth: 4,
  learningRate: 0.04,
  rowShare: 0.5,
  featureShare: 0.3,
  rowsPerLeaf: 15,
  ridge: 1,
};

/** Encodable. */
export interface FittedGaussianProcess {
  kind: GaussianProcessKind;
  /** Features to the kernel's inputs. */
  projection: Projection;
  /** `[inputs]`: how much the target depends on each input; one where the projection stretches them already. */
  relevance: Float64Array;
  /** The process speaks of (target - mean) / scale. */
  target: { mean: number; scale: number };
  posterior: SparsePosterior;
  /** Bound of the log evidence at the learned hyperparameters: to compare kernels on the same rows. */
  bound: number;
}

/** Encodable. */
export interface FittedBoosting {
  kind: "boosting";
  forest: Forest;
  /** Root-mean-square error on individuals that were set aside: trees know no uncertainty of a single row. */
  standardDeviation: number;
}

export type FittedPredictor = FittedGaussianProcess | FittedBoosting;

/** `[rows]` each, in units of the target. The standard deviation is that of a new observation, noise included. */
export interface Predicted {
  mean: Float64Array;
  standardDeviation: Float64Array;
}

export async function predict(fitted: FittedPredictor, features: FeatureRows, tools: PredictTools): Promise<Predicted> {
  if (fitted.kind === "boosting")
    return {
      mean: predictForest(fitted.forest, features),
      standardDeviation: new Float64Array(features.rows).fill(fitted.standardDeviation),
    };
  const { posterior, target } = fitted;
  const { prepared } = await inputsOf(fitted, features, tools);
  const { mean, variance } = await marginals(posterior, prepared, tools.backend, paceOf(tools, "predicting"));
  const { noise } = variancesOf(posterior.hyperparameters);
  return {
    mean: mean.map((value) => target.mean + target.scale * value),
    standardDeviation: variance.map((value) => target.scale * Math.sqrt(value + noise)),
  };
}

/** Rows as k_own sees them, each input stretched by its relevance, and in the form in which the kernel compares them. */
export async function inputsOf(fitted: FittedGaussianProcess, features: FeatureRows, tools: PredictTools) {
  const inputs = project(fitted.projection, features);
  return {
    inputs: scaleColumns(inputs, fitted.relevance),
    prepared: await kernelOf(fitted.posterior.kernel).prepare(inputs, tools.backend),
  };
}
