// The ladder on training engines: every rung and predictor cross-validated by engine, then fitted to all of them.

import {
  crossValidate,
  fitPredictors,
  foldsByIndividual,
  type FitOptions,
  type FittedPredictor,
  type HeldOutFold,
  type LabelledRows,
  type PredictorKind,
} from "@eigentwin/algorithms";
import type { Grant } from "@eigentwin/core";
import { heldOutCuts, trainingCuts, type Cut } from "./cuts.ts";
import { featureRows, RUNGS, type Rung } from "./features.ts";
import { learnCohort, seenBy, type Cohort } from "./cohort.ts";
import type { ObservedEngine } from "./observed.ts";
import { journalled } from "./part.ts";

interface LadderRequest {
  engines: readonly ObservedEngine[];
  lifeCap: number;
  folds: number;
  cutsPerEngine: number;
  every: number;
  fit: FitOptions;
}

/** Predictions of held-out engines, fold by fold, clipped to what a remaining life can be. */
export type HeldOutLadder = Record<Rung, HeldOutFold[]>;

/** Shares of the run's progress: the folds, then the fits to all engines. */
const CROSS_VALIDATION = 0.85;

export async function crossValidateLadder(
  request: LadderRequest,
  kinds: readonly PredictorKind[],
  grant: Grant,
): Promise<HeldOutLadder> {
  const { engines, lifeCap, folds } = request;
  const heldOutIds = foldsByIndividual(
    engines.map(({ id }) => id),
    folds,
    grant.scope("folds").random,
  );
  const ladder: HeldOutLadder = { "age-only": [], "recent-window": [], "own-history": [] };
  let done = 0;
  for (const [fold, ids] of heldOutIds.entries()) {
    const training = engines.filter(({ id }) => !ids.includes(id));
    const heldOut = engines.filter(({ id }) => ids.includes(id));
    const cuts = heldOutCuts(
      heldOut,
      { count: request.cutsPerEngine, lifeCap },
      grant.scope(`cuts-${fold + 1}`).random,
    );
    const cohort = learnCohort(training, lifeCap);
    for (const rung of RUNGS) {
      const [from, to] = [done, done + 1].map((part) => (CROSS_VALIDATION * part) / (RUNGS.length * folds));
      const part = { title: `${rung}, fold ${fold + 1} of ${folds}`, from: from ?? 0, to: to ?? 0 };
      const predicted = await journalled(grant, part, async (tools) => {
        const train = labelledRows(rung, cohort, trainingCuts(training, request.every, lifeCap), lifeCap);
        const held = labelledRows(rung, cohort, cuts, lifeCap);
        await tools.progress(0, "rows are made");
        return [...(await crossValidate(kinds, [{ train, heldOut: held }], request.fit, tools))];
      });
      const clipped = predicted.map(([kind, one]) => {
        return [kind, { ...one, predicted: one.predicted.map((value) => clipLife(value, lifeCap)) }] as const;
      });
      ladder[rung].push({ heldOut: new Map(clipped) });
      done += 1;
    }
  }
  return ladder;
}

export interface FittedLadder {
  cohort: Cohort;
  rows: number;
  rungs: { rung: Rung; fitted: FittedPredictor[] }[];
}

export async function fitLadder(
  request: LadderRequest,
  kinds: readonly PredictorKind[],
  grant: Grant,
): Promise<FittedLadder> {
  const { engines, lifeCap } = request;
  const cohort = learnCohort(engines, lifeCap);
  const cuts = trainingCuts(engines, request.every, lifeCap);
  const rungs: FittedLadder["rungs"] = [];
  for (const [index, rung] of RUNGS.entries()) {
    const at = (part: number) => CROSS_VALIDATION + ((1 - CROSS_VALIDATION) * part) / RUNGS.length;
    const part = { title: `${rung}, all engines`, from: at(index), to: at(index + 1) };
    const fitted = await journalled(grant, part, async (tools) => {
      const training = labelledRows(rung, cohort, cuts, lifeCap);
      await tools.progress(0, "rows are made");
      return fitPredictors(kinds, training, request.fit, tools);
    });
    rungs.push({ rung, fitted });
  }
  return { cohort, rows: cuts.length, rungs };
}

function labelledRows(rung: Rung, cohort: Cohort, cuts: readonly Cut[], lifeCap: number): LabelledRows {
  const paths = new Map(
    [...new Set(cuts.map(({ engine }) => engine))].map((engine) => [engine, seenBy(cohort, engine)]),
  );
  const seen = cuts.flatMap(({ engine, cycles }) => {
    const path = paths.get(engine);
    return path ? [{ path, cycles }] : [];
  });
  return {
    features: featureRows(rung, seen),
    targets: Float64Array.from(cuts, ({ lifeLeft }) => Math.min(lifeCap, lifeLeft)),
    individuals: Float64Array.from(cuts, ({ engine }) => engine.id),
  };
}

/** The life left can be no less than 0, and no more than the cap is ever claimed. */
export const clipLife = (value: number, lifeCap: number): number => Math.min(lifeCap, Math.max(0, value));
