// The table of a training: each rung and predictor scored on held-out engines, and who is chosen by it.

import {
  choose,
  crossConformalCoverage,
  heldOutOf,
  isQuantum,
  rootMeanSquareError,
  standardError,
  type CalibrationOptions,
  type Choice,
  type PredictorKind,
} from "@eigentwin/algorithms";
import { refuse } from "@eigentwin/core";
import { RUNGS, type Rung } from "./features.ts";
import type { HeldOutLadder } from "./ladder.ts";

interface TableRow {
  rung: Rung;
  predictor: PredictorKind;
  kind: "quantum" | "classical";
  rmse: number;
  standardError: number;
  coverage: number;
  meanWidth: number;
}

/** Choices are made, and the verdict is reached, where all that is known of an engine is used. */
export const JUDGED_RUNG: Rung = "own-history";

/** A tie goes to the one named first. */
const SIMPLEST_FIRST = [
  "rbf",
  "matern52",
  "boosting",
  "quantum-projected",
  "quantum-fidelity",
] as const satisfies PredictorKind[];

export const kindOf = (predictor: PredictorKind) => (isQuantum(predictor) ? "quantum" : "classical");

interface Limits {
  lifeCap: number;
  /** Nominal. */
  coverage: number;
}

/** How intervals are made of the errors on held-out engines. */
export const intervalOptions = ({ lifeCap, coverage }: Limits): CalibrationOptions => ({
  coverage,
  lower: 0,
  upper: lifeCap,
});

export function tableOf(ladder: HeldOutLadder, limits: Limits & { folds: number }): TableRow[] {
  return RUNGS.flatMap((rung) =>
    kindsIn(ladder, rung).map((predictor) => {
      const heldOut = heldOutOf(predictor, ladder[rung]);
      return {
        rung,
        predictor,
        kind: kindOf(predictor),
        rmse: rootMeanSquareError(heldOut),
        standardError: standardError(heldOut),
        ...crossConformalCoverage(heldOut, { ...intervalOptions(limits), groups: limits.folds }),
      };
    }),
  );
}

const kindsIn = (ladder: HeldOutLadder, rung: Rung): PredictorKind[] => [...(ladder[rung][0]?.heldOut.keys() ?? [])];

/** The best of each family; `answering` is the best of all. */
export interface Choices {
  quantum: Choice;
  classical: Choice;
  classicalKernel: Choice;
  boosting?: Choice;
  answering: Choice;
}

export function choicesOf(ladder: HeldOutLadder): Choices {
  const kinds = kindsIn(ladder, JUDGED_RUNG);
  const candidates = SIMPLEST_FIRST.filter((kind) => kinds.includes(kind));
  const best = (of: (predictor: PredictorKind) => boolean) => choose(candidates.filter(of), ladder[JUDGED_RUNG]);
  const isBoosting = (predictor: PredictorKind) => predictor === "boosting";
  const isClassical = (predictor: PredictorKind) => !isQuantum(predictor);
  const quantum = best(isQuantum);
  const classical = best(isClassical);
  const classicalKernel = best((predictor) => isClassical(predictor) && !isBoosting(predictor));
  const answering = best(() => true);
  if (!quantum || !classical || !classicalKernel || !answering)
    return refuse("plugin.broke-contract", "the ladder holds no quantum predictor, or no classical kernel");
  return { quantum, classical, classicalKernel, boosting: best(isBoosting), answering };
}

export const rmseOf = (table: readonly TableRow[], rung: Rung, predictor: PredictorKind): number =>
  table.find((row) => row.rung === rung && row.predictor === predictor)?.rmse ?? Number.NaN;
