// Fitting: one projection and one set of inducing points for all kinds, so that they differ in nothing but their kind.

import { randomFrom, refuse, seedFor } from "@eigentwin/core";
import { boost } from "./boosting/boost.ts";
import { fitGaussianProcess, learnRelevance, sharedInputs } from "./fit-gaussian-process.ts";
import {
  isQuantum,
  predict,
  type FitOptions,
  type FittedBoosting,
  type FittedPredictor,
  type PredictorKind,
} from "./predictor.ts";
import { foldsByIndividual, splitByIndividual, type LabelledRows } from "./rows.ts";
import { paceOf, partOf, type Tools } from "./tools.ts";

export async function fitPredictor(
  kind: PredictorKind,
  training: LabelledRows,
  options: FitOptions,
  tools: Tools,
): Promise<FittedPredictor> {
  const [fitted] = await fitPredictors([kind], training, options, tools);
  return fitted ?? refuse("request.invalid", `there is no predictor ${kind}`);
}

/** One number is drawn: what a kind becomes does not depend on which others are fitted beside it. */
export async function fitPredictors(
  kinds: readonly PredictorKind[],
  training: LabelledRows,
  options: FitOptions,
  tools: Tools,
): Promise<FittedPredictor[]> {
  const seed = Math.floor(tools.random() * 2 ** 32);
  const randomOf = (name: string) => randomFrom(seedFor(seed, name));
  const needsRelevance = kinds.some((kind) => kind === "rbf" || isQuantum(kind));
  // The fit that finds the relevance is the RBF process itself.
  const parts = kinds.length + (needsRelevance && !kinds.includes("rbf") ? 1 : 0);
  let done = 0;
  const nextPart = () => partOf(tools, done / parts, ++done / parts);

  const shared = lazily(() => sharedInputs(training, options, randomOf("inducing points")));
  const relevance = needsRelevance ? await learnRelevance(shared(), options, nextPart()) : undefined;
  const fitted: FittedPredictor[] = [];
  for (const kind of kinds) {
    if (kind === "boosting") fitted.push(await fitBoosting(training, options, randomOf("boosting"), nextPart()));
    else if (kind === "rbf" && relevance) fitted.push(relevance.rbf);
    else {
      const stretch = isQuantum(kind) ? relevance?.factors : undefined;
      fitted.push(await fitGaussianProcess({ kind, shared: shared(), relevance: stretch, options }, nextPart()));
    }
  }
  return fitted;
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

const SET_ASIDE_EVERY = 5;

/** Fitted twice: without a fifth of the individuals to measure its error on them, then with all. */
async function fitBoosting(
  training: LabelledRows,
  options: FitOptions,
  random: () => number,
  tools: Tools,
): Promise<FittedBoosting> {
  const [setAside = []] = foldsByIndividual(training.individuals, SET_ASIDE_EVERY, random);
  const { inside, outside } = splitByIndividual(training, setAside);
  const isSplit = outside.features.rows > 0;
  const [learning, judging] = isSplit ? [outside, inside] : [training, training];
  const trial = await boost(
    learning,
    options,
    random,
    paceOf(partOf(tools, 0, 0.45), "boosting: error on individuals set aside"),
  );
  const { mean } = await predict({ kind: "boosting", forest: trial, standardDeviation: 0 }, judging.features, tools);
  const square = mean.reduce((sum, value, row) => sum + (value - (judging.targets[row] ?? 0)) ** 2, 0) / mean.length;
  const forest = await boost(training, options, random, paceOf(partOf(tools, 0.45, 1), "boosting"));
  return { kind: "boosting", forest, standardDeviation: Math.sqrt(square) };
}
