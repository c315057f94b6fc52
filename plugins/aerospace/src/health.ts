// The health index: one number a cycle, about 1 for an unworn engine and 0 at the end of its life, and what an engine's
// own path of it says. A linear map of the standardised sensors, learned by ridge regression on training engines.

import { solvePositive } from "@eigentwin/algorithms";
import { refuse } from "@eigentwin/core";
import { fitHinge, meanOf, slopeOf } from "./line.ts";

export interface HealthIndex {
  /** One a sensor. */
  weights: number[];
  offset: number;
}

/** An engine's standardised sensors, followed until it failed. */
type LivedPath = readonly Float64Array[];

const RIDGE = 1;
/** Cycles of the own baseline, which is taken from the start of the engine's life, and of "now". */
const BASELINE = 15;
const NOW = 10;

/** Least squares of min(cap, life left) / cap on single cycles; the offset is not penalised. */
export function learnHealth(paths: readonly LivedPath[], lifeCap: number): HealthIndex {
  const size = (paths[0]?.length ?? 0) + 1;
  const normal = { rows: size, columns: size, values: new Float64Array(size * size) };
  const right = new Float64Array(size);
  const row = new Float64Array(size).fill(1);
  for (const path of paths) {
    const life = path[0]?.length ?? 0;
    for (let t = 0; t < life; t++) {
      path.forEach((sensor, s) => (row[s] = sensor[t] ?? Number.NaN));
      const target = Math.min(lifeCap, life - 1 - t) / lifeCap;
      row.forEach((value, i) => {
        right[i] = (right[i] ?? 0) + value * target;
        for (let j = 0, at = i * size; j < size; j++, at++)
          normal.values[at] = (normal.values[at] ?? 0) + value * (row[j] ?? 0);
      });
    }
  }
  for (let i = 0; i < size - 1; i++) normal.values[i * size + i] = (normal.values[i * size + i] ?? 0) + RIDGE;
  const solution =
    solvePositive(normal, right) ??
    refuse("capability.refused", "the sensors of the training engines do not determine a health index");
  return { weights: [...solution.subarray(0, -1)], offset: solution.at(-1) ?? 0 };
}

export function healthPath({ weights, offset }: HealthIndex, sensors: readonly Float64Array[]): Float64Array {
  return Float64Array.from({ length: sensors[0]?.length ?? 0 }, (_, t) =>
    sensors.reduce((sum, sensor, s) => sum + (weights[s] ?? 0) * (sensor[t] ?? Number.NaN), offset),
  );
}

interface OwnHealth {
  baseline: number;
  slopePerCycle: number;
  /** Baseline minus now. */
  drop: number;
  dropPerHundredCycles: number;
  /** Cycles until the index reaches 0, if it goes on falling as it has on average since new. */
  extrapolatedLife: number;
  cyclesSinceOnset: number;
  ratePerCycle: number;
  levelBefore: number;
  levelNow: number;
}

/** What the first `cycles` values of an engine's health path say of that engine. */
export function ownHealth(health: Float64Array, cycles: number): OwnHealth {
  const baseline = meanOf(health, 0, BASELINE);
  const now = meanOf(health, cycles - NOW, cycles);
  const drop = baseline - now;
  const { onset, before, ratePerCycle } = fitHinge(health, cycles);
  return {
    baseline,
    slopePerCycle: slopeOf(health, 0, cycles),
    drop,
    dropPerHundredCycles: (100 * drop) / cycles,
    // an engine that has hardly fallen would be given any life: bounded
    extrapolatedLife: Math.max(-50, Math.min(300, now / Math.max(0.001, drop / cycles))),
    cyclesSinceOnset: cycles - onset,
    ratePerCycle,
    levelBefore: before,
    levelNow: before + ratePerCycle * (cycles - onset),
  };
}
