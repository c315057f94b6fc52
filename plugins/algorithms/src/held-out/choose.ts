// One candidate of several, chosen for each fold by the other folds: no individual is scored by a choice that saw it.

import type { Comparison } from "@eigentwin/core";
import type { PredictorKind } from "../predictor.ts";
import { joined, type HeldOut, type HeldOutFold } from "./cross-validate.ts";
import { individualLosses, rootMeanSquareError } from "./scores.ts";

export interface Choice<Kind extends PredictorKind = PredictorKind> {
  /** For each fold. */
  byFold: Kind[];
  /** By all folds: for a model that is fitted to everyone. */
  overall: Kind;
  /** Each fold predicted by its own choice. */
  heldOut: HeldOut;
  /** One kind, or all that were chosen somewhere. */
  name: string;
}

/** By the root-mean-square error, a tie to the one named first; nothing where there is no candidate. */
export function choose<Kind extends PredictorKind>(
  candidates: readonly Kind[],
  folds: readonly HeldOutFold[],
): Choice<Kind> | undefined {
  const overall = leastError(candidates, folds);
  if (overall === undefined) return undefined;
  const byFold = folds.map(
    (fold) =>
      leastError(
        candidates,
        folds.filter((other) => other !== fold),
      ) ?? overall,
  );
  const heldOut = joined(folds.flatMap((fold, index) => fold.heldOut.get(byFold[index] ?? overall) ?? []));
  return { byFold, overall, heldOut, name: [...new Set(byFold)].join(" or ") };
}

/** What one kind predicted for everyone. */
export const heldOutOf = (kind: PredictorKind, folds: readonly HeldOutFold[]): HeldOut =>
  joined(folds.flatMap((fold) => fold.heldOut.get(kind) ?? []));

/** Two choices from the same folds, individual by individual; both are scored on folds that did not choose them. */
export function comparisonOf(
  { quantum, classical }: { quantum: Choice; classical: Choice },
  { unit, margin }: Pick<Comparison, "unit" | "margin">,
): Comparison {
  const { individuals, losses } = individualLosses(quantum.heldOut);
  return {
    metric: "RMSE",
    unit,
    aggregate: "root-mean",
    margin,
    individuals,
    quantum: { name: quantum.name, losses },
    baseline: { name: classical.name, losses: individualLosses(classical.heldOut).losses },
    heldOut: `${quantum.byFold.length}-fold cross-validation by individual; each fold is predicted by the candidate that the other folds chose`,
  };
}

function leastError<Kind extends PredictorKind>(
  candidates: readonly Kind[],
  folds: readonly HeldOutFold[],
): Kind | undefined {
  let least: { kind: Kind; error: number } | undefined;
  for (const kind of candidates) {
    const error = rootMeanSquareError(heldOutOf(kind, folds));
    if (!least || error < least.error) least = { kind, error };
  }
  return least?.kind;
}
