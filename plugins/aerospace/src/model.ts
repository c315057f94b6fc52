// What a training saves: what it learned of the cohort, and the chosen predictors of every rung with their calibrated intervals.

import type { Calibration, FittedPredictor, PredictorKind } from "@eigentwin/algorithms";
import type { SavedModel } from "@eigentwin/core";
import type { Rung } from "./features.ts";
import type { Cohort } from "./cohort.ts";

/** A body of another shape belongs to another major. */
export const FORMAT = "aerospace.model@1";

interface FittedAnswer {
  fitted: FittedPredictor;
  calibration: Calibration;
}

export interface RemainingLifeModel {
  lifeCap: number;
  cohort: Cohort;
  answeredBy: PredictorKind;
  /** The two that the training's verdict speaks of. */
  compared: { quantum: PredictorKind; classical: PredictorKind };
  rungs: { rung: Rung; answers: FittedAnswer[] }[];
}

/** The grant gives out nothing of another format. */
export const openModel = ({ body }: SavedModel): RemainingLifeModel => body as RemainingLifeModel;
