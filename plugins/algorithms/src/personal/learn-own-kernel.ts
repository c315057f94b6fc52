// Hyperparameters of k_own by the marginal likelihood of many individuals, each seen from a population without it.

import { randomFrom, refuse, rowsByIndividual } from "@eigentwin/core";
import { conditionedOn } from "../fit-gaussian-process.ts";
import { maximise } from "../linear/maximise.ts";
import { pickRows } from "../linear/matrix.ts";
import { inputsOf, type FittedGaussianProcess, type FittedPredictor } from "../predictor.ts";
import { foldsByIndividual, pickLabelled, splitByIndividual, type LabelledRows } from "../rows.ts";
import { covarianceAt, marginalsAt, unitCovariance, variancesOf } from "../sparse-gp/posterior.ts";
import { paceOf, partOf, type Tools } from "../tools.ts";
import type { OwnKernel } from "./own-kernel.ts";
import { likelihoodOf, type Residuals } from "./own-likelihood.ts";

/** Groups of individuals, each left out of the population in turn. */
const GROUPS = 4;
/** Rows of a group that are used: keeps its covariance to one program and a tenth of a second. */
const ROWS_PER_GROUP = 600;
const FEWEST_ROWS_EACH = 2;
const STEPS = 40;

/**
 * y_i - m(X_i) ~ N(0, C(X_i, X_i) + K_own + noise), with mean m and covariance C of the population conditioned on the
 * other groups' rows (its own hyperparameters stay). `training`: the rows that the population was fitted on.
 */
export async function learnOwnKernel(
  population: FittedPredictor,
  training: LabelledRows,
  tools: Tools,
): Promise<OwnKernel> {
  if (population.kind === "boosting") return refuse("capability.refused", "boosted trees have no posterior to adapt");
  const groups = foldsByIndividual(training.individuals, GROUPS, randomFrom(Math.floor(tools.random() * 2 ** 32)));
  const everyone: Residuals[] = [];
  for (const [index, group] of groups.entries()) {
    const { inside, outside } = splitByIndividual(training, group);
    if (inside.features.rows === 0 || outside.features.rows === 0)
      refuse("capability.refused", `learning how individuals differ needs ${GROUPS} of them or more`);
    const others = await conditionedOn(population, outside, tools);
    await tools.progress((0.8 * (index + 0.5)) / GROUPS, "residuals of each individual");
    everyone.push(...(await residualsOf(others, thinned(inside), tools)));
    await tools.progress((0.8 * (index + 1)) / GROUPS, "residuals of each individual");
  }
  const pace = paceOf(partOf(tools, 0.8, 1), "learning how individuals differ");
  const operations = everyone.reduce((sum, { values }) => sum + 2 * values.length ** 3 + 80 * values.length ** 2, 0);
  let evaluations = 0;
  const { noise } = variancesOf(population.posterior.hyperparameters);
  // The population took differences between individuals for noise: start with half of it.
  const start = Float64Array.from([noise / 4, noise / 20, noise / 10, 1, noise / 2], Math.log);
  const best = await maximise(
    async (at) => {
      const slope = likelihoodOf(everyone, at);
      await pace(operations, Math.min(1, ++evaluations / STEPS));
      return slope;
    },
    { start, steps: STEPS, tolerance: 0.01, longestMove: 1.5 },
  );
  if (!best) return refuse("capability.refused", "the covariance of an individual's rows is not positive");
  return ownKernelAt(best.at, population.target.scale);
}

/** Logs of offset, slope and smooth variance, lengthscale and noise variance. */
function ownKernelAt(at: Float64Array, scale: number): OwnKernel {
  const [offset = 0, slope = 0, smooth = 0, lengthscale = 0, noise = 0] = at.map(Math.exp);
  return {
    offsetVariance: offset * scale ** 2,
    slopeVariance: slope * scale ** 2,
    smoothVariance: smooth * scale ** 2,
    lengthscale,
    noiseVariance: noise * scale ** 2,
  };
}

/** As many individuals as fit, and of each as many rows, evenly spaced. */
function thinned(rows: LabelledRows): LabelledRows {
  const byIndividual = [...rowsByIndividual(rows.individuals).values()].slice(0, ROWS_PER_GROUP / FEWEST_ROWS_EACH);
  const most = Math.floor(ROWS_PER_GROUP / byIndividual.length);
  const kept = byIndividual.flatMap((mine) => {
    const count = Math.min(most, mine.length);
    return Array.from({ length: count }, (_, index) => mine[Math.floor((index * mine.length) / count)] ?? 0);
  });
  return pickLabelled(rows, kept);
}

async function residualsOf(population: FittedGaussianProcess, rows: LabelledRows, tools: Tools): Promise<Residuals[]> {
  const { target, posterior } = population;
  const { inputs, prepared } = await inputsOf(population, rows.features, tools);
  const toInducing = await unitCovariance(posterior, prepared, posterior.inducing, tools.backend);
  const { mean } = marginalsAt(posterior, toInducing);
  const prior = await unitCovariance(posterior, prepared, prepared, tools.backend);
  const all = covarianceAt(posterior, { prior, left: toInducing, right: toInducing });
  return Array.from(rowsByIndividual(rows.individuals).values(), (mine) => ({
    inputs: pickRows(inputs, mine),
    values: Float64Array.from(
      mine,
      (row) => ((rows.targets[row] ?? 0) - target.mean) / target.scale - (mean[row] ?? 0),
    ),
    population: {
      rows: mine.length,
      columns: mine.length,
      values: Float64Array.from(
        mine.flatMap((row) => mine.map((column) => all.values[row * all.columns + column] ?? 0)),
      ),
    },
  }));
}
