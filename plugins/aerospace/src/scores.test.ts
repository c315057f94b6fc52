import { comparisonOf, type HeldOutFold, type PredictorKind } from "@eigentwin/algorithms";
import { expect, test } from "vitest";
import { choicesOf, tableOf } from "./scores.ts";

/** One engine a fold; each predictor misses its life of 50 cycles by so much. */
const fold = (engine: number, misses: Partial<Record<PredictorKind, number>>): HeldOutFold => ({
  heldOut: new Map(
    Object.entries(misses).map(([kind, miss]) => [
      kind as PredictorKind,
      { individuals: Float64Array.of(engine), predicted: Float64Array.of(50 + miss), truth: Float64Array.of(50) },
    ]),
  ),
});
/** The projected kernel wins overall by its luck on the last engine; so does boosting by its luck on the first. */
const OWN_HISTORY = [
  fold(1, { "quantum-fidelity": 2, "quantum-projected": 3, rbf: 2, matern52: 2, boosting: 0 }),
  fold(2, { "quantum-fidelity": 2, "quantum-projected": 3, rbf: 2, matern52: 3, boosting: 2.2 }),
  fold(3, { "quantum-fidelity": 5, "quantum-projected": 1, rbf: 2, matern52: 3, boosting: 2.2 }),
];
const ladder = { "age-only": OWN_HISTORY.slice(1), "recent-window": OWN_HISTORY.slice(1), "own-history": OWN_HISTORY };

test("who is fitted and answers is chosen by all folds of the own history", () => {
  const { quantum, classical, classicalKernel, boosting, answering } = choicesOf(ladder);
  expect([quantum, classical, classicalKernel, boosting, answering].map((choice) => choice?.overall)).toEqual([
    "quantum-projected",
    "boosting",
    "rbf",
    "boosting",
    "boosting",
  ]);
});

test("the verdict's losses on a fold are those of the candidates that were chosen without it", () => {
  const { quantum, baseline } = comparisonOf(choicesOf(ladder), { unit: "{cycle}", margin: 0.5 });
  expect(quantum).toEqual({ name: "quantum-projected or quantum-fidelity", losses: Float64Array.of(9, 9, 25) });
  expect(baseline.name).toBe("rbf or boosting");
  [4, 2.2 ** 2, 2.2 ** 2].forEach((loss, engine) => expect(baseline.losses[engine]).toBeCloseTo(loss, 10));
});

test("of equal candidates the simplest is chosen", () => {
  const same = { "quantum-fidelity": 2, "quantum-projected": 2, rbf: 2, matern52: 2, boosting: 2 };
  const equal = [fold(1, same), fold(2, same)];
  const { quantum, answering } = choicesOf({ "age-only": equal, "recent-window": equal, "own-history": equal });
  expect([quantum.overall, answering.overall]).toEqual(["quantum-projected", "rbf"]);
});

test("the table holds the error of each predictor and its standard error over engines", () => {
  const row = tableOf(ladder, { lifeCap: 125, coverage: 0.9, folds: 3 }).find(
    ({ rung, predictor }) => rung === "own-history" && predictor === "quantum-fidelity",
  );
  expect(row?.kind).toBe("quantum");
  expect(row?.rmse).toBeCloseTo(Math.sqrt(11), 10);
  // Losses 4, 4 and 25: their mean has the standard error 7.
  expect(row?.standardError).toBeCloseTo(7 / (2 * Math.sqrt(11)), 10);
});
