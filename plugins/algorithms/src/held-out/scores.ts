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

/** In units of the target: the root of the mean of the individuals' losses. */
export function rootMeanSquareError(heldOut: HeldOut): number {
  const { losses } = individualLosses(heldOut);
  return Math.sqrt(losses.reduce((sum, loss) => sum + loss, 0) / losses.length);
}
