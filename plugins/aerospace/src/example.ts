// Examples of what aerospace is asked: a cohort of six invented engines, and one of them in the middle of its life.

import type { Example, SourceFile } from "@eigentwin/core";
import { cmapssReader } from "./cmapss.ts";
import { wornCohort } from "./worn-cohort.ts";

const ENGINES = 6;

export const exampleFiles = (until = Infinity): SourceFile[] => [
  { name: "cohort.txt", text: wornCohort({ engines: ENGINES, until }) },
];

/** Few folds, rows and predictors: it takes about a second. */
export const trainingExample = (): Example => ({
  input: {
    folds: 2,
    cutsPerEngine: 3,
    every: 20,
    inducingPoints: 8,
    predictors: ["quantum-projected", "rbf"],
  },
  table: cmapssReader.toDataset?.(exampleFiles()) ?? { columns: [], values: [] },
  long: true,
});

export function remainingLifeExample(): Example {
  const engines = cmapssReader.toTwins?.(exampleFiles(70), { startsAt: "2026-01-01T00:00:00Z" }).twins ?? [];
  return {
    after: "aerospace.train-remaining-life@1",
    input: { model: "model-1", alternatives: true },
    properties: { serialNumber: "1" },
    streams: engines[0]?.streams ?? {},
  };
}
