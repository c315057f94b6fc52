// Seeded data for tests.

import { randomFrom } from "@eigentwin/core";
import type { LabelledRows } from "../rows.ts";
import { zeros, type Matrix } from "../linear/matrix.ts";
import type { Tools } from "../tools.ts";

export const toolsOn =
  (backend: Tools["backend"]) =>
  (seed: number): Tools => ({ backend, random: randomFrom(seed), progress: async () => undefined });

export function normalFrom(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function randomMatrix(rows: number, columns: number, seed: number): Matrix {
  const normal = normalFrom(randomFrom(seed));
  const matrix = zeros(rows, columns);
  return { ...matrix, values: matrix.values.map(normal) };
}

/**
 * Individuals whose target is sin(u) + v / 2 plus an offset of their own and noise, with u, v standard normal and seen
 * through `features` noisy mixtures.
 */
export function cohort(options: {
  individuals: number;
  rowsEach: number;
  features: number;
  offset: number;
  noise: number;
  seed: number;
}): LabelledRows {
  const normal = normalFrom(randomFrom(options.seed));
  const mixing = Array.from({ length: options.features }, () => [normal(), normal()] as const);
  const rows = options.individuals * options.rowsEach;
  const features = zeros(rows, options.features);
  const targets = new Float64Array(rows);
  const individuals = new Float64Array(rows);
  for (let individual = 0, row = 0; individual < options.individuals; individual++) {
    const own = options.offset * normal();
    for (let k = 0; k < options.rowsEach; k++, row++) {
      const [u, v] = [normal(), normal()];
      mixing.forEach(
        ([a, b], column) => (features.values[row * options.features + column] = a * u + b * v + 0.05 * normal()),
      );
      targets[row] = Math.sin(u) + v / 2 + own + options.noise * normal();
      individuals[row] = 100 + individual;
    }
  }
  return { features, targets, individuals };
}

export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))), 0);
