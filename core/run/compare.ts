// The verdict: paired losses of two candidates on the same held-out individuals, bootstrapped over individuals.

import { refuse } from "../failure.ts";
import { randomFrom } from "./random.ts";

/** Losses of one candidate, one for each held-out individual in the order of `Comparison.individuals`. */
export interface Scored {
  name: string;
  losses: Float64Array;
}

export interface Comparison {
  metric: string;
  unit: string;
  /** How losses become the metric: their mean, or the root of it (squared errors to RMSE). Smaller is better. */
  aggregate: "mean" | "root-mean";
  /** In units of the metric, stated before anything was scored: a smaller difference does not matter. */
  margin: number;
  individuals: readonly string[];
  quantum: Scored;
  baseline: Scored;
  /** What was held out, for example `training engines, 5-fold cross-validation`. */
  heldOut: string;
}

export type VerdictWord = "better" | "worse" | "equal" | "inconclusive" | "not-compared";

export interface Verdict {
  word: VerdictWord;
  reason: string;
  /** Absent when not compared. */
  scores?: {
    metric: string;
    unit: string;
    quantum: { name: string; score: number };
    baseline: { name: string; score: number };
    /** Quantum minus baseline, with its 95 % bootstrap interval. */
    difference: { value: number; lower: number; upper: number };
    margin: number;
    individuals: number;
    heldOut: string;
  };
}

const RESAMPLES = 2000;

/** Percentile bootstrap (Efron and Tibshirani 1993, chapter 13) of the difference in metric over individuals. */
export function compare(comparison: Comparison, seed: number): Verdict {
  const { quantum, baseline, individuals, margin } = comparison;
  const count = individuals.length;
  if (count < 2 || quantum.losses.length !== count || baseline.losses.length !== count)
    refuse(
      "plugin.broke-contract",
      `a comparison needs one loss of each candidate for each of 2 individuals or more, not ${quantum.losses.length} and ${baseline.losses.length} for ${count}`,
    );
  if (new Set(individuals).size < count)
    refuse("plugin.broke-contract", "an individual is compared twice: a loss belongs to an individual, not to a row");
  if (!(margin >= 0)) refuse("plugin.broke-contract", `a margin is a size in units of the metric, not ${margin}`);
  const smallest = comparison.aggregate === "mean" ? -Infinity : 0;
  for (const { name, losses } of [quantum, baseline])
    if (!losses.every((loss) => Number.isFinite(loss) && loss >= smallest))
      refuse("plugin.broke-contract", `a loss of ${name} is not finite, or negative under a root`);
  const score = (losses: Float64Array, rows: Uint32Array) => {
    let sum = 0;
    for (const row of rows) sum += losses[row] ?? Number.NaN;
    return comparison.aggregate === "mean" ? sum / rows.length : Math.sqrt(sum / rows.length);
  };
  const everyone = Uint32Array.from({ length: count }, (_, row) => row);
  const random = randomFrom(seed);
  const drawn = new Uint32Array(count);
  const differences = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    for (let k = 0; k < count; k++) drawn[k] = Math.floor(random() * count);
    differences[resample] = score(quantum.losses, drawn) - score(baseline.losses, drawn);
  }
  differences.sort();
  const lower = differences[Math.floor(0.025 * RESAMPLES)] ?? Number.NaN;
  const upper = differences[Math.ceil(0.975 * RESAMPLES) - 1] ?? Number.NaN;
  const quantumScore = score(quantum.losses, everyone);
  const baselineScore = score(baseline.losses, everyone);
  return {
    ...judge(lower, upper, margin),
    scores: {
      metric: comparison.metric,
      unit: comparison.unit,
      quantum: { name: quantum.name, score: quantumScore },
      baseline: { name: baseline.name, score: baselineScore },
      difference: { value: quantumScore - baselineScore, lower, upper },
      margin,
      individuals: count,
      heldOut: comparison.heldOut,
    },
  };
}

function judge(lower: number, upper: number, margin: number): { word: VerdictWord; reason: string } {
  if (lower >= -margin && upper <= margin) return { word: "equal", reason: "the 95 % interval lies inside the margin" };
  if (upper < 0) return { word: "better", reason: "the 95 % interval lies below zero" };
  if (lower > 0) return { word: "worse", reason: "the 95 % interval lies above zero" };
  return { word: "inconclusive", reason: "the 95 % interval contains zero and exceeds the margin" };
}

export const notCompared = (reason: string): Verdict => ({ word: "not-compared", reason });
