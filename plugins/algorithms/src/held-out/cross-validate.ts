// Cross-validation by individual: every predictor is fitted on the same rows and predicts the same held-out ones.

import type { FitOptions, FittedPredictor, PredictorKind } from "../predictor.ts";
import { fitPredictors, predict } from "../predictor.ts";
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

/** Progress runs from 0 to 1; hand in `partOf(tools, from, to)` where this is a part of something larger. */
export async function crossValidate<Kind extends PredictorKind>(
  kinds: readonly Kind[],
  folds: readonly Fold[],
  options: FitOptions,
  tools: Tools,
): Promise<Map<Kind, HeldOut>> {
  const parts = new Map<Kind, HeldOut[]>(kinds.map((kind) => [kind, []]));
  for (const [index, fold] of folds.entries()) {
    const part = partOf(tools, index / folds.length, (index + 1) / folds.length);
    for (const fitted of await fitPredictors(kinds, fold.train, options, part))
      parts.get(fitted.kind as Kind)?.push(await predictFold(fitted, fold, part));
  }
  return new Map([...parts].map(([kind, some]) => [kind, joined(some)]));
}

export async function predictFold(fitted: FittedPredictor, { heldOut }: Fold, tools: Tools): Promise<HeldOut> {
  const { mean } = await predict(fitted, heldOut.features, { backend: tools.backend });
  return { individuals: heldOut.individuals, predicted: mean, truth: heldOut.targets };
}

export const joined = (parts: readonly HeldOut[]): HeldOut => ({
  individuals: concatenated(parts.map((part) => part.individuals)),
  predicted: concatenated(parts.map((part) => part.predicted)),
  truth: concatenated(parts.map((part) => part.truth)),
});

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
