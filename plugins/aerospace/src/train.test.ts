import { compare, digest, memoryJournal, randomFrom, type Answer } from "@eigentwin/core";
import * as v from "valibot";
import { beforeAll, describe, expect, test } from "vitest";
import { heldOutCuts } from "./cuts.ts";
import { openModel } from "./model.ts";
import { enginesOf } from "./observed.ts";
import { datasetOf, enginesIn, readerOf } from "./testing/observed.ts";
import { countingBackend, COHORT, trained, training } from "./testing/trained.ts";
import { wornCohort } from "./worn-cohort.ts";
import { trainRemainingLife } from "./train.ts";

interface Row {
  rung: string;
  predictor: string;
  rmse: number;
  coverage: number;
}
interface Result {
  model: string;
  table: Row[];
  chosen: Record<string, string>;
  gain: { predictor: string; recentWindow: number; ownHistory: number }[];
}
const resultOf = (answer: Answer<unknown>) => answer.result as Result;

describe("a small cohort", () => {
  const counting = countingBackend();
  const journal = memoryJournal();
  const told: { fraction: number; note: string }[] = [];
  let run: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    const onProgress = (fraction: number, note: string) => void told.push({ fraction, note });
    run = await trained({ backend: counting.backend, journal, onProgress });
  }, 60_000);

  test("every rung and predictor is scored, and the result is what the schema says", () => {
    const { table } = resultOf(run.answer);
    expect(v.is(trainRemainingLife.result, run.answer.result)).toBe(true);
    expect(table).toHaveLength(3 * 5);
    expect(new Set(table.map(({ rung }) => rung)).size).toBe(3);
  });

  test("the own history beats the mean, the age and the recent window alone, for every predictor", async () => {
    const engines = await enginesIn(COHORT);
    const lives = heldOutCuts(engines, { count: 20, lifeCap: 125 }, randomFrom(1)).map(({ lifeLeft }) =>
      Math.min(125, lifeLeft),
    );
    const mean = lives.reduce((sum, life) => sum + life, 0) / lives.length;
    const spread = Math.sqrt(lives.reduce((sum, life) => sum + (life - mean) ** 2, 0) / lives.length);
    const { table } = resultOf(run.answer);
    const rmse = (rung: string, predictor: string) =>
      table.find((row) => row.rung === rung && row.predictor === predictor)?.rmse;
    for (const { predictor } of table) {
      expect(rmse("own-history", predictor)).toBeLessThan(0.8 * spread);
      expect(rmse("own-history", predictor)).toBeLessThan(rmse("age-only", predictor) ?? 0);
      // These engines start at levels of their own, which a window alone takes for wear: 12 to 14 cycles against 19 to 20.
      expect(rmse("own-history", predictor)).toBeLessThan(0.8 * (rmse("recent-window", predictor) ?? 0));
    }
  });

  test("the best of each family is chosen by the own history, and the best of all answers", () => {
    const { table, chosen, gain } = resultOf(run.answer);
    const own = table.filter(({ rung }) => rung === "own-history").toSorted((a, b) => a.rmse - b.rmse);
    const best = (among: string[]) => own.find(({ predictor }) => among.includes(predictor))?.predictor;
    expect(chosen).toEqual({
      quantum: best(["quantum-fidelity", "quantum-projected"]),
      classicalKernel: best(["rbf", "matern52"]),
      boosting: "boosting",
      answeredBy: own[0]?.predictor,
    });
    expect(gain.map(({ predictor }) => predictor)).toEqual([chosen.quantum, chosen.classicalKernel, chosen.boosting]);
  });

  test("the comparison holds one loss an engine, and a verdict follows from it", () => {
    const { comparison } = run.answer;
    if (comparison.kind !== "compared") throw new Error("not compared");
    const { scores } = compare(comparison.comparison, 1);
    const { table, chosen } = resultOf(run.answer);
    expect(scores?.individuals).toBe(16);
    expect(scores?.heldOut).toMatch(/^2-fold .* the candidate that the other folds chose$/);
    expect(scores?.quantum.name).toMatch(/^quantum/);
    expect(scores?.baseline.name).not.toMatch(/quantum/);
    // Each side is as good as its best candidate, or worse: it was chosen without the folds that score it.
    const best = (predictor?: string) =>
      table.find((row) => row.rung === "own-history" && row.predictor === predictor)?.rmse ?? Number.NaN;
    expect(scores?.quantum.score).toBeGreaterThanOrEqual(best(chosen.quantum) - 1e-9);
    expect(scores?.baseline.score).toBeGreaterThanOrEqual(
      Math.min(best(chosen.classicalKernel), best(chosen.boosting)) - 1e-9,
    );
  });

  test("progress rises from part to part and says what is done", () => {
    told.slice(1).forEach(({ fraction }, index) => expect(fraction).toBeGreaterThanOrEqual(told[index]?.fraction ?? 0));
    expect(told.length).toBeGreaterThan(20);
    expect(told.at(-1)?.fraction).toBeLessThanOrEqual(1);
    expect(told.some(({ note }) => note.startsWith("own-history, fold 2 of 2: "))).toBe(true);
  });

  test("the model holds every rung, and its calibration lies in the possible", () => {
    const saved = run.models.get(resultOf(run.answer).model);
    if (!saved) throw new Error("nothing was saved");
    const model = openModel(saved);
    expect(model.rungs.map(({ rung, answers }) => [rung, answers.length])).toEqual([
      ["age-only", 3],
      ["recent-window", 3],
      ["own-history", 3],
    ]);
    for (const { answers } of model.rungs)
      for (const { calibration } of answers) expect(calibration).toMatchObject({ lower: 0, upper: 125, coverage: 0.9 });
  });

  test("from its journal a run gives the same result and asks nothing of the backend", async () => {
    const replay = countingBackend(0);
    const { answer } = await trained({ backend: replay.backend, journal });
    expect(await digest(answer.result)).toBe(await digest(run.answer.result));
    expect(replay.submitted()).toBe(0);
  }, 60_000);

  test("the same run again, killed and resumed, gives the same result and pays no program twice", async () => {
    const half = Math.floor(counting.submitted() / 2);
    const killed = countingBackend(half);
    const kept = memoryJournal();
    const { outcome } = await training({ backend: killed.backend, journal: kept });
    expect(outcome).toMatchObject({ ok: false, failure: { code: "plugin.broke-contract" } });
    const resumed = countingBackend();
    const { answer, models } = await trained({ backend: resumed.backend, journal: kept });
    expect(await digest(answer.result)).toBe(await digest(run.answer.result));
    expect(models.get("model-1")?.digest).toBe(run.models.get("model-1")?.digest);
    expect(half + resumed.submitted()).toBe(counting.submitted());
  }, 60_000);
});

describe("what cannot be learned from is refused", () => {
  const failureOf = async (request: Parameters<typeof training>[0]) => {
    const { outcome } = await training(request);
    return outcome.ok ? undefined : outcome.failure;
  };

  test("too few engines, lives that are too short", async () => {
    expect(await failureOf({ text: wornCohort({ engines: 3 }) })).toMatchObject({
      code: "capability.refused",
      message: expect.stringContaining("3 engines are too few"),
    });
    expect(await failureOf({ text: wornCohort({ engines: 16, until: 34 }) })).toMatchObject({
      code: "capability.refused",
      message: expect.stringContaining("lived 34 cycles"),
    });
  });

  test("no quantum predictor, and no classical kernel", async () => {
    for (const predictors of [
      ["rbf", "boosting"],
      ["quantum-fidelity", "boosting"],
    ])
      expect(await failureOf({ input: { predictors } })).toMatchObject({
        code: "request.invalid",
        at: "/input/predictors",
      });
  });

  test("a dataset without the channels of an engine, by their names", async () => {
    const { columns, values } = datasetOf(wornCohort({ engines: 1 }));
    const without = columns.filter(({ name }) => name !== "T50" && name !== "phi");
    await expect(enginesOf(readerOf({ id: "cohort", columns: without, values }))).rejects.toThrow(
      "has no column T50, phi",
    );
  });
});
