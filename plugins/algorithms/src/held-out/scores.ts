// Scores of held-out predictions: an individual counts once, however many rows it has.

import { rowsByIndividual } from "@eigentwin/core";
import type { HeldOut } from "./cross-validate.ts";

/** Mean squared error of each individual, in the order in which individuals first appear. */
export function individualLosses({ individuals, predicted, truth }: HeldOut): {
  individuals: string[];
  losses: Float64Array;
} {
  const rows = rowsByIndividual(individuals);
  const losses = Float64Array.from(rows.values(), (mine) => {
    const squares = mine.map((row) => ((predicted[row] ?? Number.NaN) - (truth[row] ?? Number.NaN)) ** 2);
    return squares.reduce((sum, square) => sum + square, 0) / mine.length;
  });
  return { individuals: [...rows.keys()].map(String), losses };
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** In units of the target: the root of the mean of the individuals' losses. */
export const rootMeanSquareError = (heldOut: HeldOut): number => Math.sqrt(meanOf(individualLosses(heldOut).losses));

/** Of the root-mean-square error, over individuals, by the delta method: se(√m) = se(m) / (2 √m). */
export function standardError(heldOut: HeldOut): number {
  const { losses } = individualLosses(heldOut);
  const mean = meanOf(losses);
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / (losses.length - 1);
  return mean > 0 ? Math.sqrt(variance / losses.length) / (2 * Math.sqrt(mean)) : 0;
}
