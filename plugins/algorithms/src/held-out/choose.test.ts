import { expect, test } from "vitest";
import type { PredictorKind } from "../predictor.ts";
import { choose, comparisonOf } from "./choose.ts";
import type { HeldOutFold } from "./cross-validate.ts";

/** One individual a fold; each kind misses it by so much. */
const fold = (individual: number, misses: Partial<Record<PredictorKind, number>>): HeldOutFold => ({
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

test("a tie goes to the one named first", () => {
  const equal = [fold(1, { rbf: 1, matern52: 1 }), fold(2, { rbf: 1, matern52: 1 })];
  expect(choose(["matern52", "rbf"], equal)?.overall).toBe("matern52");
  expect(choose(["rbf", "matern52"], equal)?.overall).toBe("rbf");
});

test("both sides of a comparison are scored on folds that did not choose them", () => {
  const misses = { "quantum-fidelity": 3, "quantum-projected": 2 } as const;
  const both = folds.map(({ heldOut }, index) => ({
    heldOut: new Map([...heldOut, ...fold(index + 1, misses).heldOut]),
  }));
  const quantum = choose(["quantum-fidelity", "quantum-projected"], both);
  const classical = choose(["rbf", "matern52"], both);
  if (!quantum || !classical) throw new Error("nothing was chosen");
  const comparison = comparisonOf({ quantum, classical }, { unit: "mm", margin: 0.5 });
  expect(comparison).toMatchObject({ unit: "mm", margin: 0.5, individuals: ["1", "2", "3"] });
  expect(comparison.quantum).toEqual({ name: "quantum-projected", losses: Float64Array.of(4, 4, 4) });
  expect(comparison.baseline).toEqual({ name: "rbf or matern52", losses: Float64Array.of(4, 4, 16) });
  expect(comparison.heldOut).toMatch(/^3-fold cross-validation by individual; each fold .* the other folds chose$/);
});

test("without candidates there is no choice", () => {
  expect(choose([], folds)).toBeUndefined();
});
