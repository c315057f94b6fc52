import { compare, type Column } from "@eigentwin/core";
import { runInProcess, type InProcessRun } from "@eigentwin/core/in-process";
import { statevectorBackend, statevectorSimulator } from "@eigentwin/statevector/node";
import { beforeAll, describe, expect, test } from "vitest";
import { algorithmsPlugin } from "../plugin.ts";
import { predictPersonal } from "../personal/adapt.ts";
import { predict } from "../predictor.ts";
import { cohort, toolsOn } from "../testing/data.ts";
import type { Gain } from "./gain.ts";
import type { PersonalRegressionModel } from "./save.ts";

const toolsFrom = toolsOn(statevectorSimulator());

const data = cohort({ individuals: 20, rowsEach: 12, features: 4, offset: 0.7, noise: 0.3, seed: 80 });
const featureNames = ["a", "b", "c", "d"];
const columns: Column[] = [
  ...featureNames.map((name) => ({ name, role: "feature" as const, unit: "1" })),
  { name: "y", role: "target", unit: "mm" },
  { name: "who", role: "individual", unit: "1" },
];
const values: Record<string, Float64Array> = {
  ...Object.fromEntries(
    featureNames.map((name, column) => [
      name,
      data.targets.map((_, row) => data.features.values[row * 4 + column] ?? 0),
    ]),
  ),
  y: data.targets,
  who: data.individuals,
};

type Models = NonNullable<InProcessRun["models"]>;
interface Asked {
  models?: Models;
  kept?: Column[];
  held?: Record<string, Float64Array>;
}
const ask = (input: unknown, { models = new Map(), kept = columns, held = values }: Asked = {}) =>
  runInProcess({
    plugin: algorithmsPlugin,
    capability: "algorithms.personal-regression@1",
    input,
    subject: { kind: "dataset", id: "cohort" },
    backend: statevectorBackend(),
    datasets: [{ id: "cohort", columns: kept, values: held }],
    models,
    seed: 5,
  });

interface Result {
  individuals: number;
  margin: number;
  scores: { predictor: string; quantum: boolean; rootMeanSquareError: number; coverage: number }[];
  chosen: { quantum: string | null; classical: string | null };
  gain: Gain[];
  modelId: string;
}

describe("all predictors on a synthetic cohort", () => {
  let outcome: Awaited<ReturnType<typeof ask>>;
  const models: Models = new Map();
  beforeAll(async () => {
    outcome = await ask({ folds: 3 }, { models });
  }, 60_000);
  const answered = () => {
    if (!outcome.ok) throw new Error(outcome.failure.message);
    return { ...outcome.value, result: outcome.value.result as Result };
  };

  test("are scored on individuals that they have not seen", () => {
    const { result } = answered();
    expect(result.individuals).toBe(20);
    expect(result.scores.map(({ predictor }) => predictor)).toHaveLength(5);
    // Offsets of strangers cannot be known: errors are about sqrt(0.7^2 + 0.3^2).
    for (const { rootMeanSquareError, coverage } of result.scores) {
      expect(rootMeanSquareError).toBeGreaterThan(0.5);
      expect(rootMeanSquareError).toBeLessThan(1.2);
      expect(coverage).toBeGreaterThan(0.75);
    }
    expect(result.scores.filter(({ quantum }) => quantum).map(({ predictor }) => predictor)).toContain(
      result.chosen.quantum,
    );
  });

  test("gain from own history", () => {
    const { gain } = answered().result;
    expect(gain).toHaveLength(2);
    for (const { without, withOwnHistory, improvedIndividuals, coverage } of gain) {
      expect(withOwnHistory).toBeLessThan(0.75 * without);
      expect(improvedIndividuals).toBeGreaterThan(10);
      expect(coverage).toBeGreaterThan(0.8);
    }
  });

  test("are compared on the same individuals, with a margin in units of the target", () => {
    const { comparison, result } = answered();
    if (comparison.kind !== "compared") throw new Error(comparison.kind);
    expect(comparison.comparison.margin).toBe(result.margin);
    expect(comparison.comparison.heldOut).toMatch(/^3-fold .* the candidate that the other folds chose$/);
    const verdict = compare(comparison.comparison, 1);
    expect(verdict.scores?.individuals).toBe(20);
    expect(verdict.scores?.unit).toBe("mm");
  });

  test("are saved, and the saved model predicts without the run", async () => {
    const { modelId } = answered().result;
    const body = models.get(modelId)?.body as PersonalRegressionModel;
    expect(body.features).toEqual(featureNames);
    for (const { fitted, ownKernel, calibration } of body.predictors) {
      // 240 errors fill five bins.
      expect(calibration.at).toHaveLength(5);
      const { mean } = await predict(fitted, data.features, toolsFrom(1));
      expect(mean.every(Number.isFinite)).toBe(true);
      if (ownKernel)
        expect((await predictPersonal(fitted, { ownKernel }, data.features, toolsFrom(1))).mean).toEqual(mean);
    }
  });

  test("give the same answer to the same seed", async () => {
    const input = { folds: 2, predictors: ["quantum-projected", "boosting"] };
    const [once, twice] = [await ask(input), await ask(input)];
    expect(once.ok).toBe(true);
    expect(twice).toEqual(once);
  }, 60_000);
});

test("without a quantum predictor nothing is compared, and it says why", async () => {
  const outcome = await ask({ folds: 2, predictors: ["rbf"] });
  expect(outcome.ok && outcome.value.comparison).toEqual({
    kind: "not-compared",
    reason: "no quantum predictor was asked for",
  });
}, 60_000);

const firstIndividuals = Object.fromEntries(
  Object.entries(values).map(([name, column]) => [name, column.slice(0, 84)]),
);

test.each([
  { what: "too few individuals", input: { folds: 4 }, held: firstIndividuals, code: "capability.refused" },
  { what: "an unknown predictor", input: { predictors: ["oracle"] }, code: "request.invalid" },
  { what: "a dataset without individuals", input: {}, kept: columns.slice(0, 5), code: "dataset.no-individual" },
  { what: "a dataset without features", input: {}, kept: columns.slice(4), code: "dataset.malformed" },
])("refuses $what", async ({ input, kept, held, code }) => {
  const outcome = await ask(input, { kept, held });
  expect(!outcome.ok && outcome.failure.code).toBe(code);
});
