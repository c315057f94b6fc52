import { expect, test } from "vitest";
import type { FoldFit } from "../held-out/cross-validate.ts";
import type { PredictorKind } from "../predictor.ts";
import { choose } from "./choose.ts";

/** One individual a fold; each kind misses it by so much. */
const fold = (individual: number, misses: Partial<Record<PredictorKind, number>>): FoldFit => ({
  fitted: new Map(),
  heldOut: new Map(
    Object.entries(misses).map(([kind, miss]) => [
      kind as PredictorKind,
      { individuals: Float64Array.of(individual), predicted: Float64Array.of(miss), truth: Float64Array.of(0) },
    ]),
  ),
});

// rbf is far better in the last fold alone: only there it must not be used.
const folds = [fold(1, { rbf: 2, matern52: 1 }), fold(2, { rbf: 2, matern52: 1 }), fold(3, { rbf: 0, matern52: 4 })];

test("each fold is predicted by the choice of the others", () => {
  const choice = choose(["rbf", "matern52"], folds);
  expect(choice?.byFold).toEqual(["rbf", "rbf", "matern52"]);
  expect(choice?.heldOut.predicted).toEqual(Float64Array.of(2, 2, 4));
  expect(choice?.overall).toBe("rbf");
  expect(choice?.name).toBe("rbf or matern52");
});

test("without candidates there is no choice", () => {
  expect(choose([], folds)).toBeUndefined();
});
