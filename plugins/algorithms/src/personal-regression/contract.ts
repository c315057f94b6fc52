// What can be asked of algorithms.personal-regression, and what it answers.

import * as v from "valibot";
import { PREDICTORS } from "../predictor.ts";

export const question = v.strictObject({
  predictors: v.optional(v.pipe(v.array(v.picklist(PREDICTORS)), v.minLength(1)), [...PREDICTORS]),
  folds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(10)), 5),
  /** Nominal, of all intervals. */
  coverage: v.optional(v.pipe(v.number(), v.minValue(0.5), v.maxValue(0.99)), 0.9),
  /** In units of the target. Without it a twentieth of the target's standard deviation: known before anything is scored. */
  margin: v.optional(v.pipe(v.number(), v.minValue(0))),
});

export type Question = v.InferOutput<typeof question>;

const predictor = v.picklist(PREDICTORS);

const score = v.object({
  predictor,
  quantum: v.boolean(),
  /** On held-out individuals, in units of the target. */
  rootMeanSquareError: v.number(),
  /** Of intervals calibrated on other individuals: how often they held the truth, and how wide they were. */
  coverage: v.number(),
  meanWidth: v.number(),
});

/** On the second half of each held-out individual's rows, without and with its first half. */
const gain = v.object({
  predictor: v.string(),
  without: v.number(),
  withOwnHistory: v.number(),
  individuals: v.number(),
  improvedIndividuals: v.number(),
  /** How often the personal interval held the truth. */
  coverage: v.number(),
});

export const answer = v.object({
  target: v.object({ name: v.string(), unit: v.string() }),
  rows: v.number(),
  individuals: v.number(),
  folds: v.number(),
  coverage: v.number(),
  margin: v.number(),
  scores: v.array(score),
  /** Fitted to all individuals and saved. */
  chosen: v.object({ quantum: v.nullable(predictor), classical: v.nullable(predictor) }),
  /** For the quantum choice and for the classical one among Gaussian processes. */
  gain: v.array(gain),
  modelId: v.string(),
});
