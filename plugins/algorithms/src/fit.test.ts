import { decode, encode, Refusal } from "@eigentwin/core";
import { statevectorSimulator } from "@eigentwin/statevector/node";
import { beforeAll, describe, expect, test } from "vitest";
import { fitPredictor, fitPredictors } from "./fit.ts";
import { crossValidate } from "./held-out/cross-validate.ts";
import { rootMeanSquareError } from "./held-out/scores.ts";
import { DEFAULT_FIT, isQuantum, predict, PREDICTORS, type FitOptions, type FittedPredictor } from "./predictor.ts";
import { foldsByIndividual, splitByIndividual } from "./rows.ts";
import { cohort, toolsOn } from "./testing/data.ts";

const toolsFrom = toolsOn(statevectorSimulator());

const SMALL: FitOptions = {
  ...DEFAULT_FIT,
  learnWith: 20,
  inducingPoints: 30,
  components: 3,
  learningSteps: 12,
  bandwidths: { fidelity: [1], projected: [0.5] },
  trees: 80,
  learningRate: 0.1,
};
const data = cohort({ individuals: 30, rowsEach: 12, features: 8, offset: 0, noise: 0.2, seed: 60 });

describe.each(PREDICTORS)("%s", (kind) => {
  let fitted: FittedPredictor;
  beforeAll(async () => {
    fitted = await fitPredictor(kind, data, SMALL, toolsFrom(1));
  });

  test("explains most of the target and knows how far off it is", async () => {
    const folds = foldsByIndividual(data.individuals, 3, toolsFrom(2).random).map((ids) => {
      const { inside, outside } = splitByIndividual(data, ids);
      return { train: outside, heldOut: inside };
    });
    const scores = await crossValidate([kind], folds, SMALL, toolsFrom(3));
    const heldOut = scores.get(kind);
    if (!heldOut) throw new Error("no predictions");
    const error = rootMeanSquareError(heldOut);
    // The target's deviation is 0.85, and 0.2 of it is noise.
    expect(error).toBeLessThan(0.4);
    const { standardDeviation } = await predict(fitted, data.features, toolsFrom(1));
    const typical = standardDeviation.reduce((sum, value) => sum + value, 0) / standardDeviation.length;
    expect(standardDeviation.every((value) => value > 0)).toBe(true);
    expect(typical / error).toBeGreaterThan(0.6);
    expect(typical / error).toBeLessThan(1.4);
  });

  test("is plain data that predicts the same after a round trip", async () => {
    const again = decode(encode(fitted)) as FittedPredictor;
    expect(await predict(again, data.features, toolsFrom(1))).toEqual(
      await predict(fitted, data.features, toolsFrom(1)),
    );
  });

  test("does not depend on which kinds are fitted beside it", async () => {
    const all = await fitPredictors(PREDICTORS, data, SMALL, toolsFrom(1));
    expect(all.map((one) => one.kind)).toEqual([...PREDICTORS]);
    expect(all.find((one) => one.kind === kind)).toEqual(fitted);
  });

  test("refuses rows with other features", async () => {
    const narrow = { rows: 1, columns: 2, values: Float64Array.of(1, 2) };
    await expect(predict(fitted, narrow, toolsFrom(1))).rejects.toThrow(Refusal);
  });
});

test("boosting states its error on strangers, not on what it was fitted to", async () => {
  const strangers = cohort({ individuals: 30, rowsEach: 12, features: 8, offset: 1, noise: 0.2, seed: 61 });
  const fitted = await fitPredictor("boosting", strangers, { ...SMALL, trees: 300, rowsPerLeaf: 3 }, toolsFrom(5));
  const { mean, standardDeviation } = await predict(fitted, strangers.features, toolsFrom(5));
  const square = mean.reduce((sum, value, row) => sum + (value - (strangers.targets[row] ?? 0)) ** 2, 0) / mean.length;
  expect(standardDeviation[0]).toBeGreaterThan(1.3 * Math.sqrt(square));
});

test("two kinds are quantum", () => {
  expect(PREDICTORS.filter(isQuantum)).toEqual(["quantum-fidelity", "quantum-projected"]);
});

test("progress rises to the end and never falls", async () => {
  const seen: number[] = [];
  const tools = { ...toolsFrom(4), progress: async (fraction: number) => void seen.push(fraction) };
  await fitPredictors(PREDICTORS, data, SMALL, tools);
  expect(seen.every((fraction, index) => fraction >= (seen[index - 1] ?? 0) && fraction <= 1)).toBe(true);
  expect(seen.length).toBeGreaterThan(5);
});
