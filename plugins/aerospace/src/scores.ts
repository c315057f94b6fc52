// The table of a training: each rung and predictor scored on held-out engines, and who is chosen by it.

import {
  crossConformalCoverage,
  individualLosses,
  isQuantum,
  type CalibrationOptions,
  type HeldOut,
  type PredictorKind,
} from "@eigentwin/algorithms";
import { refuse, type Comparison } from "@eigentwin/core";
import { RUNGS, type Rung } from "./features.ts";
import type { HeldOutLadder } from "./ladder.ts";

export interface TableRow {
  rung: Rung;
  predictor: PredictorKind;
  kind: "quantum" | "classical";
  rmse: number;
  standardError: number;
  coverage: number;
  meanWidth: number;
}

export interface Chosen {
  quantum: PredictorKind;
  classicalKernel: PredictorKind;
  boosting?: PredictorKind;
  answeredBy: PredictorKind;
}

/** A tie goes to the one named first. */
const SIMPLEST_FIRST = [
  "rbf",
  "matern52",
  "boosting",
  "quantum-projected",
  "quantum-fidelity",
] as const satisfies PredictorKind[];

const MOST_BINS = 8;
/** Errors beyond each end of an interval, in each bin: with fewer, the end would be no more than the worst one seen. */
const TAIL_ERRORS = 2;

export const kindOf = (predictor: PredictorKind) => (isQuantum(predictor) ? "quantum" : "classical");

interface Limits {
  lifeCap: number;
  /** Nominal. */
  coverage: number;
}

/** How intervals are made of the errors on held-out engines: as many bins as those errors can fill. */
export function intervalOptions({ predicted }: HeldOut, { lifeCap, coverage }: Limits): CalibrationOptions {
  const fillable = Math.floor((predicted.length * (1 - coverage)) / 2 / TAIL_ERRORS);
  return { coverage, bins: Math.max(1, Math.min(MOST_BINS, fillable)), lower: 0, upper: lifeCap };
}

export function tableOf(ladder: HeldOutLadder, limits: Limits & { folds: number }): TableRow[] {
  return RUNGS.flatMap((rung) =>
    [...ladder[rung]].map(([predictor, heldOut]) => ({
      rung,
      predictor,
      kind: kindOf(predictor),
      ...errorOf(heldOut),
      ...crossConformalCoverage(heldOut, { ...intervalOptions(heldOut, limits), groups: limits.folds }),
    })),
  );
}

/** The standard error is over engines, by the delta method: se(√m) = se(m) / (2 √m). */
function errorOf(heldOut: HeldOut): { rmse: number; standardError: number } {
  const { losses } = individualLosses(heldOut);
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / (losses.length - 1);
  const rmse = Math.sqrt(mean);
  return { rmse, standardError: rmse > 0 ? Math.sqrt(variance / losses.length) / (2 * rmse) : 0 };
}

/** By the error on the rung of the own history. */
export function choose(table: readonly TableRow[]): Chosen {
  const best = (of: (predictor: PredictorKind) => boolean): PredictorKind | undefined => {
    let least: TableRow | undefined;
    for (const predictor of SIMPLEST_FIRST.filter(of)) {
      const row = table.find((one) => one.rung === "own-history" && one.predictor === predictor);
      if (row && row.rmse < (least?.rmse ?? Infinity)) least = row;
    }
    return least?.predictor;
  };
  const quantum = best(isQuantum);
  const classicalKernel = best((predictor) => !isQuantum(predictor) && predictor !== "boosting");
  const answeredBy = best(() => true);
  if (!quantum || !classicalKernel || !answeredBy)
    return refuse("request.invalid", "a training compares: name at least one quantum and one classical kernel", {
      at: "/input/predictors",
    });
  return { quantum, classicalKernel, boosting: best((predictor) => predictor === "boosting"), answeredBy };
}

export interface Scored {
  ladder: HeldOutLadder;
  table: readonly TableRow[];
  chosen: Chosen;
}

/** The best quantum answer against the best classical one, engine by engine. */
export function comparisonOf(
  { ladder, table, chosen }: Scored,
  { marginCycles, folds }: { marginCycles: number; folds: number },
): Comparison {
  const classical = [chosen.classicalKernel, ...(chosen.boosting ? [chosen.boosting] : [])];
  const errorOn = (predictor: PredictorKind) => rmseOf(table, "own-history", predictor);
  const baseline = classical.reduce((best, one) => (errorOn(one) < errorOn(best) ? one : best));
  const lossesOf = (name: PredictorKind) => {
    const heldOut = ladder["own-history"].get(name);
    return heldOut
      ? { name, ...individualLosses(heldOut) }
      : refuse("plugin.broke-contract", `${name} was not cross-validated`);
  };
  const quantum = lossesOf(chosen.quantum);
  return {
    metric: "RMSE",
    unit: "{cycle}",
    aggregate: "root-mean",
    margin: marginCycles,
    individuals: quantum.individuals,
    quantum: { name: quantum.name, losses: quantum.losses },
    baseline: { name: baseline, losses: lossesOf(baseline).losses },
    heldOut: `training engines, ${folds}-fold cross-validation by engine`,
  };
}

export const rmseOf = (table: readonly TableRow[], rung: Rung, predictor: PredictorKind): number =>
  table.find((row) => row.rung === rung && row.predictor === predictor)?.rmse ?? Number.NaN;
