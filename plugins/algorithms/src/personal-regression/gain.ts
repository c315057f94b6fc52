// What an individual's own first half of rows gains on its second half: the same population, without and with adapting.

import { rowsByIndividual } from "@eigentwin/core";
import { joined, type Fold, type FoldFit, type HeldOut } from "../held-out/cross-validate.ts";
import { individualLosses, rootMeanSquareError } from "../held-out/scores.ts";
import { adapt, predictPersonal } from "../personal/adapt.ts";
import { learnOwnKernel } from "../personal/learn-own-kernel.ts";
import { predict, type FittedPredictor, type GaussianProcessKind, type Predicted } from "../predictor.ts";
import { pickLabelled, type LabelledRows } from "../rows.ts";
import { partOf, type Tools } from "../tools.ts";

export interface Gain {
  predictor: string;
  /** Root-mean-square errors over individuals, in units of the target. */
  without: number;
  withOwnHistory: number;
  individuals: number;
  improvedIndividuals: number;
  /** How often the second half lay inside the personal model's interval of the nominal coverage. */
  coverage: number;
}

export interface GainRequest {
  choice: { byFold: readonly GaussianProcessKind[]; name: string };
  folds: readonly Fold[];
  fits: readonly FoldFit[];
  /** Nominal, of the personal intervals. */
  coverage: number;
}

interface Halves {
  without: HeldOut;
  withOwn: HeldOut;
  inside: number;
}

export async function measureGain({ choice, folds, fits, coverage }: GainRequest, tools: Tools): Promise<Gain> {
  const deviations = deviationsFor(coverage);
  const parts: Halves[] = [];
  for (const [index, { train, heldOut }] of folds.entries()) {
    const part = partOf(tools, index / folds.length, (index + 1) / folds.length);
    const population = fits[index]?.fitted.get(choice.byFold[index] ?? "rbf");
    if (population) parts.push(...(await scoreIndividuals({ population, train, heldOut, deviations }, part)));
  }
  const without = joined(parts.map((part) => part.without));
  const withOwn = joined(parts.map((part) => part.withOwn));
  const [before, after] = [individualLosses(without).losses, individualLosses(withOwn).losses];
  return {
    predictor: choice.name,
    without: rootMeanSquareError(without),
    withOwnHistory: rootMeanSquareError(withOwn),
    individuals: before.length,
    improvedIndividuals: before.filter((loss, index) => (after[index] ?? loss) < loss).length,
    coverage: parts.reduce((sum, { inside }) => sum + inside, 0) / without.truth.length,
  };
}

async function scoreIndividuals(
  fold: { population: FittedPredictor; train: LabelledRows; heldOut: LabelledRows; deviations: number },
  tools: Tools,
): Promise<Halves[]> {
  const { population, train, heldOut, deviations } = fold;
  const ownKernel = await learnOwnKernel(population, train, partOf(tools, 0, 0.5));
  const individuals = [...rowsByIndividual(heldOut.individuals).values()].filter((rows) => rows.length > 1);
  const parts: Halves[] = [];
  for (const [index, rows] of individuals.entries()) {
    const half = Math.floor(rows.length / 2);
    const later = pickLabelled(heldOut, rows.slice(half));
    const posterior = await adapt(population, pickLabelled(heldOut, rows.slice(0, half)), ownKernel, tools);
    const without = await predict(population, later.features, { backend: tools.backend });
    const withOwn = await predictPersonal(population, posterior, later.features, { backend: tools.backend });
    parts.push({
      without: heldOutOf(later, without),
      withOwn: heldOutOf(later, withOwn),
      inside: countInside(later, withOwn, deviations),
    });
    await tools.progress(0.5 + (0.5 * (index + 1)) / individuals.length, "adapting to each individual");
  }
  return parts;
}

const heldOutOf = ({ individuals, targets }: LabelledRows, { mean }: Predicted): HeldOut => ({
  individuals,
  predicted: mean,
  truth: targets,
});

const countInside = ({ targets }: LabelledRows, { mean, standardDeviation }: Predicted, deviations: number): number =>
  targets.filter((truth, row) => Math.abs(truth - (mean[row] ?? 0)) <= deviations * (standardDeviation[row] ?? 0))
    .length;

/** Standard deviations on either side of a normal mean (Abramowitz and Stegun, formula 26.2.23, to 0.00045). */
function deviationsFor(coverage: number): number {
  const t = Math.sqrt(-2 * Math.log((1 - coverage) / 2));
  return t - (2.515517 + 0.802853 * t + 0.010328 * t ** 2) / (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3);
}
