// One candidate of several, chosen for each fold by the other folds: no individual is scored by a choice that saw it.

import { individualLosses } from "../held-out/scores.ts";
import { joined, type FoldFit, type HeldOut } from "../held-out/cross-validate.ts";
import type { PredictorKind } from "../predictor.ts";

export interface Choice<Kind extends PredictorKind> {
  /** For each fold. */
  byFold: Kind[];
  /** By all folds: for a model that is fitted to everyone. */
  overall: Kind;
  /** Each fold predicted by its own choice. */
  heldOut: HeldOut;
  /** One kind, or all that were chosen somewhere. */
  name: string;
}

/** Nothing where there is no candidate. */
export function choose<Kind extends PredictorKind>(
  candidates: readonly Kind[],
  folds: readonly FoldFit[],
): Choice<Kind> | undefined {
  const overall = leastLoss(candidates, folds);
  if (overall === undefined) return undefined;
  const byFold = folds.map(
    (fold) =>
      leastLoss(
        candidates,
        folds.filter((other) => other !== fold),
      ) ?? overall,
  );
  const heldOut = joined(folds.flatMap((fold, index) => fold.heldOut.get(byFold[index] ?? overall) ?? []));
  return { byFold, overall, heldOut, name: [...new Set(byFold)].join(" or ") };
}

/** What one kind predicted for everyone. */
export const heldOutOf = (kind: PredictorKind, folds: readonly FoldFit[]): HeldOut =>
  joined(folds.flatMap((fold) => fold.heldOut.get(kind) ?? []));

function leastLoss<Kind extends PredictorKind>(
  candidates: readonly Kind[],
  folds: readonly FoldFit[],
): Kind | undefined {
  const lossOf = (kind: Kind) => {
    const { losses } = individualLosses(heldOutOf(kind, folds));
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  };
  return candidates
    .map((kind) => ({ kind, loss: lossOf(kind) }))
    .reduce<{ kind: Kind; loss: number } | undefined>(
      (least, one) => (least && least.loss <= one.loss ? least : one),
      undefined,
    )?.kind;
}
