// A predictor: one kind, fitted to labelled rows, as plain data that predicts by itself.

import { refuse } from "@eigentwin/core";
import type { Matrix } from "./linear/matrix.ts";
import type { FeatureRows, LabelledRows } from "./rows.ts";
import type { PredictTools, Tools } from "./tools.ts";

export const PREDICTORS = ["quantum-fidelity", "quantum-projected", "rbf", "matern52", "boosting"] as const;
export type PredictorKind = (typeof PREDICTORS)[number];
/** All but boosted trees are sparse Gaussian processes and differ in their kernel alone. */
export type GaussianProcessKind = Exclude<PredictorKind, "boosting">;

export const isQuantum = (kind: PredictorKind): boolean => kind.startsWith("quantum-");

export interface FitOptions {
  /** Inducing points while hyperparameters are learned. */
  learnWith: number;
  /** Inducing points kept in the model: its accuracy, and its cost at prediction. */
  inducingPoints: number;
  /** Components of the partial-least-squares projection; one qubit each. */
  components: number;
  /** Steps of L-BFGS at most. */
  learningSteps: number;
  trees: number;
}

export const DEFAULT_FIT: FitOptions = { learnWith: 64, inducingPoints: 128, components: 6, learningSteps: 25, trees: 400 };

/** Encodable. */
export interface FittedGaussianProcess {
  kind: GaussianProcessKind;
  projection: Matrix;
}

/** Encodable. */
export interface FittedBoosting {
  kind: "boosting";
  standardDeviation: number;
}

export type FittedPredictor = FittedGaussianProcess | FittedBoosting;

/** `[rows]` each, in units of the target. The standard deviation is that of a new observation, noise included. */
export interface Predicted {
  mean: Float64Array;
  standardDeviation: Float64Array;
}

export async function fitPredictor(kind: PredictorKind, training: LabelledRows, options: FitOptions, tools: Tools): Promise<FittedPredictor> {
  const [fitted] = await fitPredictors([kind], training, options, tools);
  return fitted ?? refuse("plugin.broke-contract", `no predictor was fitted for ${kind}`);
}

/** Shares the projection, the inducing points and the one fit that finds the relevance of each component. */
export async function fitPredictors(
  _kinds: readonly PredictorKind[],
  _training: LabelledRows,
  _options: FitOptions,
  _tools: Tools,
): Promise<FittedPredictor[]> {
  throw new Error("being written");
}

export async function predict(_fitted: FittedPredictor, _features: FeatureRows, _tools: PredictTools): Promise<Predicted> {
  throw new Error("being written");
}
