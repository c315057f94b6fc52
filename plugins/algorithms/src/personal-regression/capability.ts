// algorithms.personal-regression: every predictor on one dataset, held to individuals that it has not seen.

import { defineCapability, refuse, rowsByIndividual, type ComparisonClaim, type Grant } from "@eigentwin/core";
import { crossConformalCoverage } from "../held-out/calibrate.ts";
import { choose, comparisonOf, heldOutOf, type Choice } from "../held-out/choose.ts";
import { fitFolds, type Fold, type FoldFit } from "../held-out/cross-validate.ts";
import { rootMeanSquareError } from "../held-out/scores.ts";
import { DEFAULT_FIT, isQuantum, PREDICTORS, type GaussianProcessKind, type PredictorKind } from "../predictor.ts";
import { foldsByIndividual, splitByIndividual, type LabelledRows } from "../rows.ts";
import { partOf } from "../tools.ts";
import { answer, question, type Question } from "./contract.ts";
import { personalRegressionExample } from "./example.ts";
import { measureGain, type Gain } from "./gain.ts";
import { saveChosen } from "./save.ts";
import { readTable, type Table } from "./table.ts";

/** Where each part of the work ends, as a share of the run's progress. */
const FOLDS_UNTIL = 0.7;
const GAIN_UNTIL = 0.85;

export const personalRegression = defineCapability({
  id: "algorithms.personal-regression@1",
  title: "Quantum and classical regression on individuals, and what an individual's own history gains",
  subject: { kind: "dataset" },
  input: question,
  result: answer,
  needs: { backend: { kinds: ["overlap", "expectation"], qubits: DEFAULT_FIT.components } },
  patienceMs: 60_000,
  example: personalRegressionExample,
  async run(asked, grant) {
    if (grant.subject.kind !== "dataset")
      return refuse("subject.wrong-type", "a personal regression is about a dataset");
    const table = await readTable(await grant.dataset(grant.subject.id));
    const individuals = countIndividuals(table, asked);
    const margin = asked.margin ?? 0.05 * deviationOf(table.rows.targets);
    const kinds = PREDICTORS.filter((kind) => asked.predictors.includes(kind));
    const folds = dealt(table.rows, asked.folds, grant);
    const fits = await fitFolds(kinds, folds, DEFAULT_FIT, partOf(grant, 0, FOLDS_UNTIL));
    const [quantum, classical] = [choose(kinds.filter(isQuantum), fits), choose(kinds.filter(isClassical), fits)];
    const gain = await gainsOf({ kinds, folds, fits, coverage: asked.coverage }, grant);
    const chosen = [quantum, classical].filter((choice) => choice !== undefined);
    const modelId = await saveChosen(
      {
        table,
        coverage: asked.coverage,
        chosen: chosen.map(({ overall }) => ({ kind: overall, heldOut: heldOutOf(overall, fits) })),
      },
      grant,
      [GAIN_UNTIL, 1],
    );
    return {
      result: {
        target: { name: table.target.name, unit: table.target.unit },
        rows: table.rows.targets.length,
        individuals,
        folds: asked.folds,
        coverage: asked.coverage,
        margin,
        scores: kinds.map((kind) => scoreOf(kind, fits, asked)),
        chosen: { quantum: quantum?.overall ?? null, classical: classical?.overall ?? null },
        gain,
        modelId,
      },
      comparison: claimOf({ quantum, classical }, { unit: table.target.unit, margin }),
    };
  },
});

const isClassical = (kind: PredictorKind): boolean => !isQuantum(kind);
const isProcess = (kind: PredictorKind): kind is GaussianProcessKind => kind !== "boosting";

function countIndividuals({ rows }: Table, { folds }: Question): number {
  const count = rowsByIndividual(rows.individuals).size;
  const fewest = Math.max(8, 2 * folds);
  if (count >= fewest) return count;
  return refuse("capability.refused", `${folds} folds need ${fewest} individuals or more, not ${count}`, {
    hint: "Ask for fewer folds, or bring more individuals.",
  });
}

function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function dealt(rows: LabelledRows, count: number, grant: Grant): Fold[] {
  return foldsByIndividual(rows.individuals, count, grant.scope("folds").random).map((ids) => {
    const { inside, outside } = splitByIndividual(rows, ids);
    return { train: outside, heldOut: inside };
  });
}

function scoreOf(predictor: PredictorKind, fits: readonly FoldFit[], { coverage, folds }: Question) {
  const heldOut = heldOutOf(predictor, fits);
  return {
    predictor,
    quantum: isQuantum(predictor),
    rootMeanSquareError: rootMeanSquareError(heldOut),
    ...crossConformalCoverage(heldOut, { coverage, groups: folds }),
  };
}

/** For the best quantum and the best classical process: trees cannot adapt. */
async function gainsOf(
  request: { kinds: readonly PredictorKind[]; folds: readonly Fold[]; fits: readonly FoldFit[]; coverage: number },
  grant: Grant,
): Promise<Gain[]> {
  const { kinds, ...measured } = request;
  const choices = [isQuantum, isClassical]
    .map((belongs) => choose(kinds.filter(isProcess).filter(belongs), request.fits))
    .filter((choice) => choice !== undefined);
  const gains: Gain[] = [];
  const share = (GAIN_UNTIL - FOLDS_UNTIL) / Math.max(1, choices.length);
  for (const [index, choice] of choices.entries()) {
    const from = FOLDS_UNTIL + share * index;
    gains.push(await measureGain({ choice, ...measured }, partOf(grant, from, from + share)));
  }
  return gains;
}

function claimOf(
  { quantum, classical }: Record<"quantum" | "classical", Choice | undefined>,
  measure: { unit: string; margin: number },
): ComparisonClaim {
  if (!quantum || !classical)
    return { kind: "not-compared", reason: `no ${quantum ? "classical" : "quantum"} predictor was asked for` };
  return { kind: "compared", comparison: comparisonOf({ quantum, classical }, measure) };
}
