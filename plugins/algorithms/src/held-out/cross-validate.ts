// Cross-validation by individual: every predictor is fitted on the same rows and predicts the same held-out ones.

import { fitPredictors } from "../fit.ts";
import { concatenate } from "../linear/matrix.ts";
import type { FitOptions, FittedPredictor, PredictorKind } from "../predictor.ts";
import { predict } from "../predictor.ts";
import type { LabelledRows } from "../rows.ts";
import { partOf, type Tools } from "../tools.ts";

/** No individual is on both sides. */
export interface Fold {
  train: LabelledRows;
  heldOut: LabelledRows;
}

/** One entry a held-out row, fold after fold. */
export interface HeldOut {
  individuals: Float64Array;
  predicted: Float64Array;
  truth: Float64Array;
}

/** What each kind predicts for the individuals held out of one fold. */
export interface HeldOutFold<Kind extends PredictorKind = PredictorKind> {
  heldOut: Map<Kind, HeldOut>;
}

/** One fold with what was fitted without its held-out individuals. */
export interface FoldFit<Kind extends PredictorKind = PredictorKind> extends HeldOutFold<Kind> {
  fitted: Map<Kind, FittedPredictor>;
}

/** Progress runs from 0 to 1; hand in `partOf(tools, from, to)` where this is a part of something larger. */
export async function crossValidate<Kind extends PredictorKind>(
  kinds: readonly Kind[],
  folds: readonly Fold[],
  options: FitOptions,
  tools: Tools,
): Promise<Map<Kind, HeldOut>> {
  const fits = await fitFolds(kinds, folds, options, tools);
  return new Map(kinds.map((kind) => [kind, joined(fits.map(({ heldOut }) => heldOut.get(kind) ?? NOBODY))]));
}

export async function fitFolds<Kind extends PredictorKind>(
  kinds: readonly Kind[],
  folds: readonly Fold[],
  options: FitOptions,
  tools: Tools,
): Promise<FoldFit<Kind>[]> {
  const fits: FoldFit<Kind>[] = [];
  for (const [index, fold] of folds.entries()) {
    const part = partOf(tools, index / folds.length, (index + 1) / folds.length);
    const fit: FoldFit<Kind> = { fitted: new Map(), heldOut: new Map() };
    const predictors = await fitPredictors(kinds, fold.train, options, part);
    for (const [at, kind] of kinds.entries()) {
      const fitted = predictors[at];
      if (!fitted) continue;
      fit.fitted.set(kind, fitted);
      fit.heldOut.set(kind, await predictFold(fitted, fold, part));
    }
    fits.push(fit);
  }
  return fits;
}

const NOBODY: HeldOut = { individuals: new Float64Array(), predicted: new Float64Array(), truth: new Float64Array() };

async function predictFold(fitted: FittedPredictor, { heldOut }: Fold, tools: Tools): Promise<HeldOut> {
  const { mean } = await predict(fitted, heldOut.features, { backend: tools.backend });
  return { individuals: heldOut.individuals, predicted: mean, truth: heldOut.targets };
}

export const joined = (parts: readonly HeldOut[]): HeldOut => ({
  individuals: concatenate(parts.map((part) => part.individuals)),
  predicted: concatenate(parts.map((part) => part.predicted)),
  truth: concatenate(parts.map((part) => part.truth)),
});
