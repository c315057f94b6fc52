// The personal model: y_i(x) = f(x) + g_i(x) + noise, where f is the population's posterior and g_i ~ GP(0, k_own).

import type { FittedPredictor, Predicted } from "../predictor.ts";
import type { FeatureRows, LabelledRows } from "../rows.ts";
import type { PredictTools, Tools } from "../tools.ts";

/** k_own, shared by all individuals; see own-kernel.ts. Encodable. Variances are in squared units of the target. */
export interface OwnKernel {
  /** Of a constant that belongs to the individual. */
  offsetVariance: number;
  /** Of a slope along each component, per squared unit of a component. */
  slopeVariance: number;
  /** Of a smooth function (squared exponential) of the components, with its length in units of a component. */
  smoothVariance: number;
  lengthscale: number;
  /** Of one observation of one individual. */
  noiseVariance: number;
}

/** What was learned of one individual. Encodable; belongs to the population that it was made with. */
export interface PersonalPosterior {
  ownKernel: OwnKernel;
  /** How many points it was conditioned on. */
  points: number;
}

/** Conditions on one individual's own points; the individual must not be among the population's training rows. */
export async function adapt(
  _population: FittedPredictor,
  _own: { features: FeatureRows; targets: Float64Array },
  _ownKernel: OwnKernel,
  _tools: PredictTools,
): Promise<PersonalPosterior> {
  throw new Error("being written");
}

/** Without own points this is the population's prediction, exactly. */
export async function predictPersonal(
  _population: FittedPredictor,
  _posterior: PersonalPosterior,
  _features: FeatureRows,
  _tools: PredictTools,
): Promise<Predicted> {
  throw new Error("being written");
}

/** Marginal likelihood over the individuals of `training`, the rows that the population was fitted on. */
export async function learnOwnKernel(_population: FittedPredictor, _training: LabelledRows, _tools: Tools): Promise<OwnKernel> {
  throw new Error("being written");
}
