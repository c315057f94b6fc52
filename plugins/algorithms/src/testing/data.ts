// Seeded data for tests.

import { randomFrom } from "@eigentwin/core";
import { normalFrom } from "../invented-cohort.ts";
import { zeros, type Matrix } from "../linear/matrix.ts";
import type { Tools } from "../tools.ts";

export { cohort, normalFrom } from "../invented-cohort.ts";

export const toolsOn =
  (backend: Tools["backend"]) =>
  (seed: number): Tools => ({ backend, random: randomFrom(seed), progress: async () => undefined });

export function randomMatrix(rows: number, columns: number, seed: number): Matrix {
  const normal = normalFrom(randomFrom(seed));
  const matrix = zeros(rows, columns);
  return { ...matrix, values: matrix.values.map(normal) };
}

export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))), 0);
