import { expect, test } from "vitest";
import { gram } from "../linear/matrix.ts";
import { randomMatrix } from "../testing/data.ts";
import { likelihoodOf, type Residuals } from "./own-likelihood.ts";

const individual = (rows: number, seed: number): Residuals => ({
  inputs: randomMatrix(rows, 2, seed),
  values: randomMatrix(rows, 1, seed + 1).values,
  population: gram(randomMatrix(rows, 3, seed + 2)),
});

test("the likelihood of k_own has the gradient that differences show", () => {
  const everyone = [individual(5, 90), individual(1, 93), individual(8, 96)];
  const at = Float64Array.of(-0.5, -1.5, -1, 0.3, -0.8);
  const { gradient } = likelihoodOf(everyone, at) ?? { gradient: at };
  gradient.forEach((slope, index) => {
    const moved = (by: number) =>
      likelihoodOf(
        everyone,
        at.map((value, other) => (other === index ? value + by : value)),
      )?.value ?? Number.NaN;
    expect(slope).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 6);
  });
});
