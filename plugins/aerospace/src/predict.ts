// The remaining life of one engine, from its own streams and a model of its cohort: arithmetic, and one call of the
// backend for each quantum predictor asked.

import {
  DEFAULT_FIT,
  intervalAt,
  pathParameters,
  predict,
  PREDICTORS,
  type PredictorKind,
} from "@eigentwin/algorithms";
import {
  defineCapability,
  refuse,
  type ComparisonClaim,
  type Grant,
  type PersonalParameter,
  type Series,
} from "@eigentwin/core";
import * as v from "valibot";
import { seenBy, type SeenPath } from "./cohort.ts";
import { CYCLE, engineType, type Channel } from "./engine.ts";
import { remainingLifeExample } from "./example.ts";
import { featureRows, RUNGS, WINDOW, type Rung } from "./features.ts";
import { clipLife } from "./ladder.ts";
import { FORMAT, openModel, type RemainingLifeModel } from "./model.ts";
import { engineOfStreams, type ObservedEngine } from "./observed.ts";
import { SETTINGS } from "./regimes.ts";
import { JUDGED_RUNG, kindOf } from "./scores.ts";

/** An answer is relied on for this many further cycles, at the engine's own pace. */
const EXPIRES_AFTER_CYCLES = 10;

const cycles = (meaning: string) => v.pipe(v.number(), v.description(`${meaning}, in cycles`));
const rung = v.pipe(v.picklist(RUNGS), v.description("how much of the engine's history the answer rests on"));
const predictor = v.picklist(PREDICTORS);

const result = v.object({
  remainingCycles: cycles("flight cycles left, at most the cap"),
  interval: v.object({
    lower: cycles("lower end"),
    upper: cycles("upper end"),
    coverage: v.pipe(v.number(), v.description("nominal, calibrated on held-out engines")),
  }),
  answeredBy: predictor,
  rung,
  cycle: cycles("age at the last observation"),
  lifeCap: cycles("longer lives are not told apart"),
  capped: v.pipe(v.boolean(), v.description("the interval reaches the cap: the life left may be longer than it says")),
  alternatives: v.optional(
    v.array(
      v.object({
        rung,
        predictor,
        kind: v.picklist(["quantum", "classical"]),
        value: cycles("flight cycles left"),
        lower: cycles("lower end of the interval"),
        upper: cycles("upper end of the interval"),
      }),
    ),
  ),
});

export const remainingLife = defineCapability({
  id: "aerospace.remaining-life@1",
  title: "Remaining life of an engine, from its own history",
  subject: { kind: "twin", type: engineType.id },
  input: v.strictObject({
    model: v.pipe(v.string(), v.description("id of a model saved by aerospace.train-remaining-life@1")),
    rung: v.optional(rung, "own-history"),
    predictor: v.optional(v.pipe(predictor, v.description("instead of the one that the model chose"))),
    alternatives: v.optional(
      v.pipe(v.boolean(), v.description("also every other rung and predictor of the model")),
      false,
    ),
  }),
  result,
  needs: { backend: { kinds: ["overlap", "expectation"], qubits: DEFAULT_FIT.components } },
  reads: [FORMAT],
  patienceMs: 10_000,
  example: remainingLifeExample,
  async run(input, grant) {
    const model = openModel(await grant.model(input.model));
    const { engine, lastMs, spacingMs } = await observe(model, grant);
    const seen = { path: seenBy(model.cohort, engine), cycles: engine.cycles };
    const answeredBy = input.predictor ?? model.answeredBy;
    checkOffered(model, answeredBy);

    const answers: Answered[] = [];
    for (const { rung, answers: fitted } of model.rungs)
      for (const one of fitted) {
        const isAsked = rung === input.rung && one.fitted.kind === answeredBy;
        if (!isAsked && !input.alternatives) continue;
        const { mean } = await predict(one.fitted, featureRows(rung, [seen]), grant);
        const value = clipLife(mean[0] ?? Number.NaN, model.lifeCap);
        const kind = one.fitted.kind;
        const interval = intervalAt(one.calibration, value);
        answers.push({
          rung,
          predictor: kind,
          kind: kindOf(kind),
          value,
          ...interval,
          coverage: one.calibration.coverage,
        });
      }
    const asked = answers.find((one) => one.rung === input.rung && one.predictor === answeredBy);
    if (!asked) return refuse("plugin.broke-contract", `model ${input.model} has no rung ${input.rung}`);
    const interval = { lower: asked.lower, upper: asked.upper, coverage: asked.coverage };
    return {
      result: {
        remainingCycles: asked.value,
        interval,
        answeredBy,
        rung: input.rung,
        cycle: engine.cycles,
        lifeCap: model.lifeCap,
        capped: asked.upper >= model.lifeCap,
        ...(input.alternatives && { alternatives: answers.map(({ coverage: _same, ...answer }) => answer) }),
      },
      prediction: {
        quantity: "remaining life",
        value: asked.value,
        unit: "{cycle}",
        interval,
        expiresAt: new Date(lastMs + EXPIRES_AFTER_CYCLES * spacingMs).toISOString(),
      },
      parameters: parametersOf(seen.path),
      comparison: claimOf(model, { modelId: input.model, rung: input.rung, answeredBy }),
    };
  },
});

interface Answered {
  rung: Rung;
  predictor: PredictorKind;
  kind: "quantum" | "classical";
  value: number;
  lower: number;
  upper: number;
  coverage: number;
}

/** The training's verdict is about two predictors on one rung: an answer of another kind has none to inherit. */
function claimOf(
  { compared }: RemainingLifeModel,
  { modelId, rung, answeredBy }: { modelId: string; rung: Rung; answeredBy: PredictorKind },
): ComparisonClaim {
  const { quantum, classical } = compared;
  if (rung === JUDGED_RUNG && (answeredBy === quantum || answeredBy === classical))
    return { kind: "inherited", modelId };
  return {
    kind: "not-compared",
    reason: `${answeredBy} on ${rung} answers, and the model's training compared ${quantum} with ${classical} on ${JUDGED_RUNG}`,
  };
}

function checkOffered({ rungs }: RemainingLifeModel, predictor: PredictorKind): void {
  const offered = rungs[0]?.answers.map(({ fitted }) => fitted.kind) ?? [];
  if (!offered.includes(predictor))
    refuse("capability.refused", `this model holds no ${predictor}`, {
      at: "/input/predictor",
      hint: `It holds ${offered.join(", ")}.`,
    });
}

interface Observation {
  engine: ObservedEngine;
  lastMs: number;
  /** Median time from one cycle to the next. */
  spacingMs: number;
}

async function observe({ cohort }: RemainingLifeModel, grant: Grant): Promise<Observation> {
  const names: (Channel | typeof CYCLE)[] = [CYCLE, ...SETTINGS, ...cohort.standard.sensors];
  const series = await Promise.all(
    names.map(async (name): Promise<[Channel | typeof CYCLE, Series]> => [name, await grant.stream(name)]),
  );
  const engine = engineOfStreams(new Map(series));
  if (engine.cycles < WINDOW)
    refuse(
      "capability.refused",
      `${engine.cycles} cycles of this engine were observed: too few, ${WINDOW} are needed`,
      {
        hint: "Ask again when more of its flights have been recorded.",
      },
    );
  const times = series[0]?.[1].observedAtMs ?? new Float64Array();
  const spacings = times
    .slice(1)
    .map((at, k) => at - (times[k] ?? 0))
    .sort();
  return { engine, lastMs: times.at(-1) ?? 0, spacingMs: spacings[spacings.length >> 1] ?? 0 };
}

/** What is this engine's own: where its health began, and how fast it goes. */
function parametersOf({ health }: SeenPath): Record<string, PersonalParameter> {
  const { offset, rate } = pathParameters(
    health.map((_, t) => t + 1),
    health,
  );
  return {
    healthOffset: { value: offset.mean, standardDeviation: offset.standardDeviation, unit: "1" },
    healthRate: { value: rate.mean, standardDeviation: rate.standardDeviation, unit: "/{cycle}" },
  };
}
