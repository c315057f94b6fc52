// What is learned of a cohort before any predictor, and an engine seen in its light. Refitted on every fold's training
// engines alone, so nothing of a held-out engine enters it.

import { healthPath, learnHealth, type HealthIndex } from "./health.ts";
import type { ObservedEngine } from "./observed.ts";
import { learnStandard, standardise, type Standard } from "./regimes.ts";

export interface Cohort {
  standard: Standard;
  health: HealthIndex;
}

/** An engine's path through the cohort's eyes; a row of features at cycle t reads the values before index t only. */
export interface SeenPath {
  sensors: readonly Float64Array[];
  health: Float64Array;
}

/** `engines` were followed until they failed. */
export function learnCohort(engines: readonly ObservedEngine[], lifeCap: number): Cohort {
  const standard = learnStandard(engines);
  const paths = engines.map((engine) => standardise(standard, engine));
  return { standard, health: learnHealth(paths, lifeCap) };
}

export function seenBy({ standard, health }: Cohort, engine: ObservedEngine): SeenPath {
  const sensors = standardise(standard, engine);
  return { sensors, health: healthPath(health, sensors) };
}
