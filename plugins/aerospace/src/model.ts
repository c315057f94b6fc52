// What a training saves: what it learned of the cohort, and the chosen predictors of every rung with their calibrated intervals.

import type { Calibration, FittedPredictor, PredictorKind } from "@eigentwin/algorithms";
import { refuse, type SavedModel } from "@eigentwin/core";
import type { Rung } from "./features.ts";
import type { Cohort } from "./cohort.ts";

/** The capability that reads it; a body of another shape belongs to another major. */
export const ANSWERS = "aerospace.remaining-life@1";

interface FittedAnswer {
  fitted: FittedPredictor;
  calibration: Calibration;
}

export interface RemainingLifeModel {
  answers: typeof ANSWERS;
  lifeCap: number;
  cohort: Cohort;
  answeredBy: PredictorKind;
  /** The two that the training's verdict speaks of. */
  compared: { quantum: PredictorKind; classical: PredictorKind };
  rungs: { rung: Rung; answers: FittedAnswer[] }[];
}

export function openModel({ id, savedBy, body }: SavedModel): RemainingLifeModel {
  if (savedBy.plugin === "aerospace" && isRemainingLife(body)) return body;
  return refuse("capability.refused", `model ${id} does not answer ${ANSWERS}`, {
    at: "/input/model",
    hint: "Name a model that a run of aerospace.train-remaining-life@1 has saved.",
  });
}

const isRemainingLife = (body: unknown): body is RemainingLifeModel =>
  typeof body === "object" && body !== null && "answers" in body && body.answers === ANSWERS;
