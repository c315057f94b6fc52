// The example of algorithms.personal-regression: eight invented individuals, seen through two features.

import type { Column, Example } from "@eigentwin/core";
import { cohort } from "../invented-cohort.ts";

const columns: Column[] = [
  { name: "a", role: "feature", unit: "1" },
  { name: "b", role: "feature", unit: "1" },
  { name: "y", role: "target", unit: "mm" },
  { name: "who", role: "individual", unit: "1" },
];

export function personalRegressionExample(): Example {
  const rows = cohort({ individuals: 8, rowsEach: 6, features: 2, offset: 0.7, noise: 0.3, seed: 3 });
  const feature = (index: number) => rows.targets.map((_, row) => rows.features.values[row * 2 + index] ?? 0);
  return {
    input: { folds: 2, predictors: ["quantum-projected", "rbf"] },
    table: { columns, values: [feature(0), feature(1), rows.targets, rows.individuals] },
    long: true,
  };
}
