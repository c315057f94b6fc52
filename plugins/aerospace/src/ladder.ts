// The ladder on training engines: every rung and predictor cross-validated by engine, then fitted to all of them.

import {
  crossValidate,
  fitPredictors,
  foldsByIndividual,
  type FitOptions,
  type FittedPredictor,
  type HeldOut,
  type LabelledRows,
  type PredictorKind,
} from "@eigentwin/algorithms";
import type { Grant } from "@eigentwin/core";
import { heldOutCuts, trainingCuts, type Cut } from "./cuts.ts";
import { featureRows, RUNGS, type Rung } from "./features.ts";
import { learnFleet, seenBy, type Fleet } from "./fleet.ts";
import type { ObservedEngine } from "./observed.ts";
import { journalled } from "./part.ts";

export interface LadderRequest {
  engines: readonly ObservedEngine[];
  lifeCap: number;
  folds: number;
  cutsPerEngine: number;
  every: number;
  fit: FitOptions;
}

/** Predictions of held-out engines, clipped to what a remaining life can be. */
export type HeldOutLadder = Record<Rung, Map<PredictorKind, HeldOut>>;

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
  const parts: Record<Rung, [PredictorKind, HeldOut][]> = { "age-only": [], "recent-window": [], "own-history": [] };
  let done = 0;
  for (const [fold, ids] of heldOutIds.entries()) {
    const training = engines.filter(({ id }) => !ids.includes(id));
    const heldOut = engines.filter(({ id }) => ids.includes(id));
    const cuts = heldOutCuts(
      heldOut,
      { count: request.cutsPerEngine, lifeCap },
      grant.scope(`cuts-${fold + 1}`).random,
    );
    const fleet = learnFleet(training, lifeCap);
    for (const rung of RUNGS) {
      const [from, to] = [done, done + 1].map((part) => (CROSS_VALIDATION * part) / (RUNGS.length * folds));
      const part = { title: `${rung}, fold ${fold + 1} of ${folds}`, from: from ?? 0, to: to ?? 0 };
      const predicted = await journalled(grant, part, async (tools) => {
        const train = labelledRows(rung, fleet, trainingCuts(training, request.every, lifeCap), lifeCap);
        const held = labelledRows(rung, fleet, cuts, lifeCap);
        await tools.progress(0, "rows are made");
        return [...(await crossValidate(kinds, [{ train, heldOut: held }], request.fit, tools))];
      });
      parts[rung].push(...predicted);
      done += 1;
    }
  }
  const ladderOf = (rung: Rung) =>
    new Map(
      kinds.map((kind) => [
        kind,
        joined(
          parts[rung].flatMap(([of, one]) => (of === kind ? [one] : [])),
          lifeCap,
        ),
      ]),
    );
  return {
    "age-only": ladderOf("age-only"),
    "recent-window": ladderOf("recent-window"),
    "own-history": ladderOf("own-history"),
  };
}

export interface FittedLadder {
  fleet: Fleet;
  rows: number;
  rungs: { rung: Rung; fitted: FittedPredictor[] }[];
}

export async function fitLadder(
  request: LadderRequest,
  kinds: readonly PredictorKind[],
  grant: Grant,
): Promise<FittedLadder> {
  const { engines, lifeCap } = request;
  const fleet = learnFleet(engines, lifeCap);
  const cuts = trainingCuts(engines, request.every, lifeCap);
  const rungs: FittedLadder["rungs"] = [];
  for (const [index, rung] of RUNGS.entries()) {
    const at = (part: number) => CROSS_VALIDATION + ((1 - CROSS_VALIDATION) * part) / RUNGS.length;
    const part = { title: `${rung}, all engines`, from: at(index), to: at(index + 1) };
    const fitted = await journalled(grant, part, async (tools) => {
      const training = labelledRows(rung, fleet, cuts, lifeCap);
      await tools.progress(0, "rows are made");
      return fitPredictors(kinds, training, request.fit, tools);
    });
    rungs.push({ rung, fitted });
  }
  return { fleet, rows: cuts.length, rungs };
}

function labelledRows(rung: Rung, fleet: Fleet, cuts: readonly Cut[], lifeCap: number): LabelledRows {
  const paths = new Map(
    [...new Set(cuts.map(({ engine }) => engine))].map((engine) => [engine, seenBy(fleet, engine)]),
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

function joined(parts: readonly HeldOut[], lifeCap: number): HeldOut {
  const all = (pick: (part: HeldOut) => Float64Array) => Float64Array.from(parts.flatMap((part) => [...pick(part)]));
  return {
    individuals: all((part) => part.individuals),
    predicted: all((part) => part.predicted.map((value) => clipLife(value, lifeCap))),
    truth: all((part) => part.truth),
  };
}

/** The life left can be no less than 0, and no more than the cap is ever claimed. */
export const clipLife = (value: number, lifeCap: number): number => Math.min(lifeCap, Math.max(0, value));
