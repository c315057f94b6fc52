// Fitting a sparse Gaussian process: the best of its kernel's variants by the bound, then conditioned on more points.

import type { FeatureMapChoice } from "./feature-maps/choose.ts";
import { kernelOf, type KernelChoice } from "./kernels/choose.ts";
import { scaleColumns, type Matrix } from "./linear/matrix.ts";
import type { FitOptions, FittedGaussianProcess, GaussianProcessKind } from "./predictor.ts";
import { learnProjection, project, scaleInputs, type Projection } from "./projection/projection.ts";
import type { LabelledRows } from "./rows.ts";
import { inducingPoints } from "./sparse-gp/inducing.ts";
import { learn, type Learned } from "./sparse-gp/learn.ts";
import { condition } from "./sparse-gp/posterior.ts";
import { paceOf, partOf, type Tools } from "./tools.ts";

/** What all processes have in common. */
export interface SharedInputs {
  projection: Projection;
  /** `[rows, components]` and centres of them. */
  rows: Matrix;
  learnWith: Matrix;
  keep: Matrix;
  /** Standardised. */
  targets: Float64Array;
  target: { mean: number; scale: number };
}

export function sharedInputs(training: LabelledRows, options: FitOptions, random: () => number): SharedInputs {
  const target = scaleOf(training.targets);
  const targets = standardised(training.targets, target);
  const projection = learnProjection(training.features, targets, options.components);
  const rows = project(projection, training.features);
  const learnWith = inducingPoints(rows, options.learnWith, random);
  return { projection, rows, learnWith, keep: inducingPoints(rows, options.inducingPoints, random), targets, target };
}

function scaleOf(targets: Float64Array): { mean: number; scale: number } {
  const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length;
  const variance = targets.reduce((sum, target) => sum + (target - mean) ** 2, 0) / targets.length;
  return { mean, scale: Math.sqrt(variance) || 1 };
}

const standardised = (targets: Float64Array, { mean, scale }: { mean: number; scale: number }): Float64Array =>
  targets.map((target) => (target - mean) / scale);

/** No input is stretched by more than this, however short its lengthscale. */
const LARGEST_RELEVANCE = Math.exp(0.7);

/**
 * The RBF process, and one over each of its lengthscales: feature maps have one bandwidth, so their inputs are scaled by
 * how much the target depends on them.
 */
export async function learnRelevance(shared: SharedInputs, options: FitOptions, tools: Tools) {
  const rbf = await fitGaussianProcess({ kind: "rbf", shared, relevance: undefined, options }, tools);
  return { rbf, factors: rbf.relevance };
}

/** From one log lengthscale an input. */
const relevanceOf = (logLengthscales: Float64Array): Float64Array =>
  logLengthscales.map((logLengthscale) => Math.min(LARGEST_RELEVANCE, Math.exp(-logLengthscale)));

/** Two layers: with one the qubits stay a product state, more did not help. */
const LAYERS = 2;

/** Kernels to choose among, where their lengthscales start, and the share of the steps that they need. */
function variantsOf(kind: GaussianProcessKind, qubits: number, { bandwidths }: FitOptions) {
  const map = (bandwidth: number): FeatureMapChoice => ({
    name: "angle-reuploading",
    qubits,
    layers: LAYERS,
    bandwidth,
  });
  if (kind === "quantum-fidelity")
    return {
      kernels: bandwidths.fidelity.map((bandwidth): KernelChoice => ({ kind: "fidelity", map: map(bandwidth) })),
      startLengthscale: 1,
      share: 1,
    };
  if (kind === "quantum-projected")
    return {
      kernels: bandwidths.projected.map((bandwidth): KernelChoice => ({
        kind: "projected",
        map: map(bandwidth),
        shape: "matern52",
      })),
      startLengthscale: 1,
      share: 0.6,
    };
  return { kernels: [{ kind }] satisfies KernelChoice[], startLengthscale: 3, share: 1 };
}

export async function fitGaussianProcess(
  request: {
    kind: GaussianProcessKind;
    shared: SharedInputs;
    relevance: Float64Array | undefined;
    options: FitOptions;
  },
  tools: Tools,
): Promise<FittedGaussianProcess> {
  const { kind, shared, relevance, options } = request;
  const { targets, target } = shared;
  const stretch = (inputs: Matrix) => (relevance ? scaleColumns(inputs, relevance) : inputs);
  const { kernels, startLengthscale, share } = variantsOf(kind, shared.rows.columns, options);
  await tools.progress(0, `learning ${kind}`);
  const tried: (Learned & { kernel: KernelChoice; rows: Matrix })[] = [];
  for (const [index, kernel] of kernels.entries()) {
    const { prepare } = kernelOf(kernel);
    const rows = await prepare(stretch(shared.rows), tools.backend);
    const inducing = await prepare(stretch(shared.learnWith), tools.backend);
    const pace = paceOf(partOf(tools, index / kernels.length, (index + 1) / kernels.length), `learning ${kind}`);
    const steps = Math.ceil(share * options.learningSteps);
    tried.push({
      kernel,
      rows,
      ...(await learn({ kernel, inducing, rows, targets, startLengthscale, steps }, tools.backend, pace)),
    });
  }
  const best = tried.reduce((most, one) => (one.bound > most.bound ? one : most));
  const inducing = await kernelOf(best.kernel).prepare(stretch(shared.keep), tools.backend);
  await tools.progress(1, `conditioning ${kind}`);
  return {
    kind,
    projection: relevance ? scaleInputs(shared.projection, relevance) : shared.projection,
    relevance: relevance ? relevance.map(() => 1) : relevanceOf(best.hyperparameters.slice(2)),
    target,
    posterior: await condition({ ...best, inducing, targets }, tools.backend),
    bound: best.bound,
  };
}

/** The same hyperparameters and inducing points, conditioned on other rows. */
export async function conditionedOn(
  population: FittedGaussianProcess,
  rows: LabelledRows,
  tools: Tools,
): Promise<FittedGaussianProcess> {
  const { posterior, projection, target } = population;
  const { kernel, hyperparameters, inducing } = posterior;
  const prepared = await kernelOf(kernel).prepare(project(projection, rows.features), tools.backend);
  const targets = standardised(rows.targets, target);
  return {
    ...population,
    posterior: await condition({ kernel, hyperparameters, inducing, rows: prepared, targets }, tools.backend),
  };
}
