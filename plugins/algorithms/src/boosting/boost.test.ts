import { randomFrom } from "@eigentwin/core";
import { expect, test } from "vitest";
import { randomMatrix } from "../testing/data.ts";
import { paceOf } from "../tools.ts";
import { boost, predictForest, type BoostOptions } from "./boost.ts";

const pace = paceOf({}, "");
const OPTIONS: BoostOptions = {
  trees: 150,
  treeDepth: 2,
  learningRate: 0.1,
  rowShare: 0.5,
  featureShare: 1,
  rowsPerLeaf: 5,
  ridge: 1,
};

const features = randomMatrix(600, 3, 40);
const column = (at: number) => Float64Array.from({ length: 600 }, (_, row) => features.values[3 * row + at] ?? 0);
const steps = column(1).map((value) => (value > 0.5 ? 3 : value > -1 ? 1 : -2));

test("learns a function of steps, away from where it jumps", async () => {
  const forest = await boost({ features, targets: steps }, OPTIONS, randomFrom(1), pace);
  const found = predictForest(forest, {
    rows: 3,
    columns: 3,
    values: Float64Array.of(0, -1.6, 0, 1, -0.2, 1, -1, 1.2, 2),
  });
  expect(found[0]).toBeCloseTo(-2, 1);
  expect(found[1]).toBeCloseTo(1, 1);
  expect(found[2]).toBeCloseTo(3, 1);
});

test("learns from a column of few whole numbers, wherever they change", async () => {
  const answers = Float64Array.from({ length: 600 }, (_, row) => (row < 217 ? 0 : 1));
  const yesNo = { rows: 600, columns: 1, values: answers };
  const forest = await boost({ features: yesNo, targets: answers }, OPTIONS, randomFrom(6), pace);
  const found = predictForest(forest, { rows: 2, columns: 1, values: Float64Array.of(0, 1) });
  expect(found[0]).toBeCloseTo(0, 2);
  expect(found[1]).toBeCloseTo(1, 2);
});

test("learns what two features do only together", async () => {
  const both = column(0).map((value, row) => (value > 0 === (features.values[3 * row + 2] ?? 0) > 0 ? 1 : -1));
  const forest = await boost({ features, targets: both }, { ...OPTIONS, treeDepth: 4 }, randomFrom(2), pace);
  const corners = Float64Array.of(1, 0, 1, 1, 0, -1, -1, 0, 1, -1, 0, -1);
  const found = predictForest(forest, { rows: 4, columns: 3, values: corners });
  expect(Array.from(found, Math.sign)).toEqual([1, -1, -1, 1]);
});

test("the same seed grows the same trees, another seed others", async () => {
  const grow = (seed: number) => boost({ features, targets: steps }, { ...OPTIONS, trees: 5 }, randomFrom(seed), pace);
  expect(await grow(3)).toEqual(await grow(3));
  expect(await grow(3)).not.toEqual(await grow(4));
});

test("no leaf has fewer rows than asked for", async () => {
  const few = { features: { rows: 20, columns: 3, values: features.values.slice(0, 60) }, targets: steps.slice(0, 20) };
  const forest = await boost(few, { ...OPTIONS, rowShare: 1.1, rowsPerLeaf: 11, trees: 3 }, randomFrom(5), pace);
  expect(new Set(predictForest(forest, few.features)).size).toBe(1);
});
