// Learns the remaining life of engines from a cohort that was run to failure, and says how good each answer is: quantum
// and classical predictors on three rungs of history, cross-validated by engine.

import { calibrate, comparisonOf, DEFAULT_FIT, heldOutOf, isQuantum, PREDICTORS } from "@eigentwin/algorithms";
import { defineCapability, refuse, type Grant } from "@eigentwin/core";
import * as v from "valibot";
import { checkLives } from "./cuts.ts";
import { trainingExample } from "./example.ts";
import { RUNGS } from "./features.ts";
import { crossValidateLadder, fitLadder, type FittedLadder, type HeldOutLadder } from "./ladder.ts";
import { FORMAT, type RemainingLifeModel } from "./model.ts";
import { enginesOf } from "./observed.ts";
import { choicesOf, intervalOptions, JUDGED_RUNG, rmseOf, tableOf, type Choices } from "./scores.ts";

const whole = (from: number, to: number, meaning: string) =>
  v.pipe(v.number(), v.integer(), v.minValue(from), v.maxValue(to), v.description(meaning));
const cycles = (meaning: string) => v.pipe(v.number(), v.description(`${meaning}, in cycles`));
const predictor = v.picklist(PREDICTORS);

const input = v.strictObject({
  lifeCap: v.optional(
    whole(50, 300, "lives longer than this, in cycles, are not told apart: an unworn engine shows no wear"),
    125,
  ),
  folds: v.optional(whole(2, 20, "parts into which the engines are divided; each is held out once"), 5),
  cutsPerEngine: v.optional(whole(1, 50, "how often each held-out engine is stopped and asked about"), 10),
  every: v.optional(whole(1, 50, "a training row every this many cycles"), 5),
  inducingPoints: v.optional(whole(8, 512, "of each Gaussian process"), DEFAULT_FIT.inducingPoints),
  coverage: v.optional(
    v.pipe(v.number(), v.minValue(0.5), v.maxValue(0.99), v.description("nominal, of the intervals")),
    0.9,
  ),
  marginCycles: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.description("a difference in RMSE below this, in cycles, does not matter to the verdict"),
    ),
    0.5,
  ),
  predictors: v.optional(v.pipe(v.array(predictor), v.description("at least one quantum and one classical kernel")), [
    ...PREDICTORS,
  ]),
});
type Input = v.InferOutput<typeof input>;

const result = v.object({
  model: v.pipe(v.string(), v.description("id of the saved model")),
  lifeCap: cycles("longest life that is claimed"),
  engines: v.pipe(v.number(), v.description("engines learned from")),
  rows: v.pipe(v.number(), v.description("rows that the saved predictors were fitted to")),
  table: v.pipe(
    v.array(
      v.object({
        rung: v.picklist(RUNGS),
        predictor,
        kind: v.picklist(["quantum", "classical"]),
        rmse: cycles("root-mean-square error on held-out engines"),
        standardError: cycles("of the RMSE, over engines"),
        coverage: v.pipe(v.number(), v.description("share of held-out lives inside their interval, cross-conformal")),
        meanWidth: cycles("mean width of the intervals"),
      }),
    ),
    v.description(
      "each rung of history and each predictor, on held-out training engines; lives are capped on both sides",
    ),
  ),
  chosen: v.pipe(
    v.object({
      quantum: predictor,
      classicalKernel: predictor,
      boosting: v.optional(predictor),
      answeredBy: predictor,
    }),
    v.description("the best of each family by RMSE with the own history, and the best of all, which answers"),
  ),
  gain: v.pipe(
    v.array(
      v.object({
        predictor,
        recentWindow: cycles("RMSE on the recent window"),
        ownHistory: cycles("RMSE with the own history"),
      }),
    ),
    v.description("what the engine's own history adds, for each chosen predictor"),
  ),
});

export const trainRemainingLife = defineCapability({
  id: "aerospace.train-remaining-life@1",
  title: "Learn the remaining life of engines from a cohort run to failure",
  subject: { kind: "dataset" },
  input,
  result,
  needs: { backend: { kinds: ["overlap", "expectation"], qubits: DEFAULT_FIT.components } },
  patienceMs: 30_000,
  example: trainingExample,
  async run(request, grant) {
    const kinds = kindsOf(request);
    const engines = await enginesOf(await grant.dataset(grant.subject.id));
    checkLives(engines, 2 * request.folds);
    const { inducingPoints } = request;
    const fit = { ...DEFAULT_FIT, inducingPoints, learnWith: Math.min(DEFAULT_FIT.learnWith, inducingPoints) };
    const ladder = await crossValidateLadder({ ...request, engines, fit }, kinds, grant);
    const table = tableOf(ladder, request);
    const choices = choicesOf(ladder);
    const chosen = chosenBy(choices);
    const { quantum, classicalKernel, boosting } = chosen;
    const finalists = [quantum, classicalKernel, ...(boosting ? [boosting] : [])];
    const fitted = await fitLadder({ ...request, engines, fit }, finalists, grant);
    const model = await save({ ladder, fitted, choices, request }, grant);
    return {
      result: {
        model,
        lifeCap: request.lifeCap,
        engines: engines.length,
        rows: fitted.rows,
        table,
        chosen,
        gain: finalists.map((one) => ({
          predictor: one,
          recentWindow: rmseOf(table, "recent-window", one),
          ownHistory: rmseOf(table, JUDGED_RUNG, one),
        })),
      },
      comparison: {
        kind: "compared",
        comparison: comparisonOf(choices, { unit: "{cycle}", margin: request.marginCycles }),
      },
    };
  },
});

/** In the library's order, each once: the order in which they are named changes nothing. */
function kindsOf({ predictors }: Input) {
  const kinds = PREDICTORS.filter((kind) => predictors.includes(kind));
  if (!kinds.some(isQuantum) || !kinds.some((kind) => !isQuantum(kind) && kind !== "boosting"))
    refuse("request.invalid", "a training compares: name at least one quantum and one classical kernel", {
      at: "/input/predictors",
    });
  return kinds;
}

const chosenBy = ({ quantum, classicalKernel, boosting, answering }: Choices) => ({
  quantum: quantum.overall,
  classicalKernel: classicalKernel.overall,
  boosting: boosting?.overall,
  answeredBy: answering.overall,
});

interface Learned {
  ladder: HeldOutLadder;
  fitted: FittedLadder;
  choices: Choices;
  request: Input;
}

/** Intervals come from the errors on held-out engines, never from rows that a predictor was fitted to. */
async function save({ ladder, fitted, choices, request }: Learned, grant: Grant): Promise<string> {
  const body: RemainingLifeModel = {
    lifeCap: request.lifeCap,
    cohort: fitted.cohort,
    answeredBy: choices.answering.overall,
    compared: { quantum: choices.quantum.overall, classical: choices.classical.overall },
    rungs: fitted.rungs.map(({ rung, fitted: predictors }) => ({
      rung,
      answers: predictors.map((one) => {
        const { predicted, truth } = heldOutOf(one.kind, ladder[rung]);
        return { fitted: one, calibration: calibrate(predicted, truth, intervalOptions(request)) };
      }),
    })),
  };
  const saved = await grant.saveModel({
    title: `Remaining life, learned from ${grant.subject.kind} ${grant.subject.id}`,
    format: FORMAT,
    body,
  });
  return saved.id;
}
