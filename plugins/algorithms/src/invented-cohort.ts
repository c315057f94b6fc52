// A seeded, invented cohort for examples and tests: what it holds is known, so what is learned from it can be judged.

import { randomFrom } from "@eigentwin/core";
import { zeros } from "./linear/matrix.ts";
import type { LabelledRows } from "./rows.ts";

export function normalFrom(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
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
