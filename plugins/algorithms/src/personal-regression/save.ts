// The chosen predictors, fitted to everyone, with intervals from the folds.

import type { Grant } from "@eigentwin/core";
import { fitPredictors } from "../fit.ts";
import { calibrate, type Calibration } from "../held-out/calibrate.ts";
import type { HeldOut } from "../held-out/cross-validate.ts";
import { learnOwnKernel } from "../personal/learn-own-kernel.ts";
import type { OwnKernel } from "../personal/own-kernel.ts";
import { DEFAULT_FIT, type FittedPredictor, type PredictorKind } from "../predictor.ts";
import { partOf, type Tools } from "../tools.ts";
import type { Table } from "./table.ts";

/** How the body of the saved model is laid out. */
const FORMAT = "algorithms.model@1";

/** Body of the saved model. */
export interface PersonalRegressionModel {
  /** Columns in the order in which `predict` takes them. */
  features: string[];
  target: { name: string; unit: string };
  predictors: {
    fitted: FittedPredictor;
    calibration: Calibration;
    /** Absent for boosted trees, which do not adapt. */
    ownKernel?: OwnKernel;
  }[];
}

export async function saveChosen(
  request: { table: Table; chosen: readonly { kind: PredictorKind; heldOut: HeldOut }[]; coverage: number },
  tools: Tools & Pick<Grant, "saveModel">,
  [from, to]: readonly [number, number],
): Promise<string> {
  const { table, chosen, coverage } = request;
  const middle = (from + to) / 2;
  const kinds = chosen.map(({ kind }) => kind);
  const fits = await fitPredictors(kinds, table.rows, DEFAULT_FIT, partOf(tools, from, middle));
  const predictors: PersonalRegressionModel["predictors"] = [];
  for (const [index, { heldOut }] of chosen.entries()) {
    const fitted = fits[index];
    if (!fitted) continue;
    const calibration = calibrate(heldOut.predicted, heldOut.truth, { coverage });
    const [start, end] = [index, index + 1].map((part) => middle + ((to - middle) * part) / chosen.length);
    const part = partOf(tools, start ?? middle, end ?? to);
    const ownKernel = fitted.kind === "boosting" ? undefined : await learnOwnKernel(fitted, table.rows, part);
    predictors.push({ fitted, calibration, ownKernel });
  }
  const { name, unit } = table.target;
  const body: PersonalRegressionModel = { features: table.features, target: { name, unit }, predictors };
  const { id } = await tools.saveModel({ title: `${name} by ${kinds.join(" and ")}`, format: FORMAT, body });
  return id;
}
