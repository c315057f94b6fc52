import { randomFrom } from "@eigentwin/core";
import { statevectorSimulator } from "@eigentwin/statevector/node";
import { describe, expect, test } from "vitest";
import { kernelOf, type KernelChoice } from "../kernels/choose.ts";
import { addToDiagonal, cholesky, logDeterminant, quadraticForms, solve } from "../linear/cholesky.ts";
import { combine, dot, pickRows, timesVector } from "../linear/matrix.ts";
import { largestDifference, normalFrom, randomMatrix } from "../testing/data.ts";
import { paceOf } from "../tools.ts";
import { boundOf } from "./bound.ts";
import { inducingPoints } from "./inducing.ts";
import { learn } from "./learn.ts";
import { condition, covarianceAt, marginals, unitCovariance } from "./posterior.ts";

const backend = statevectorSimulator();

const pace = paceOf({}, "");
const rows = randomMatrix(40, 2, 20);
const noise = normalFrom(randomFrom(21));
const targets = Float64Array.from(
  { length: 40 },
  (_, row) => Math.sin(2 * (rows.values[2 * row] ?? 0)) + 0.1 * noise(),
);

const KERNELS: { choice: KernelChoice; parameters: number }[] = [
  { choice: { kind: "matern52" }, parameters: 2 },
  { choice: { kind: "rbf" }, parameters: 2 },
  {
    choice: { kind: "fidelity", map: { name: "angle-reuploading", qubits: 2, layers: 2, bandwidth: 1 } },
    parameters: 0,
  },
  {
    choice: {
      kind: "projected",
      map: { name: "angle-reuploading", qubits: 2, layers: 2, bandwidth: 0.5 },
      shape: "matern52",
    },
    parameters: 2,
  },
];

describe.each(KERNELS)("with the kernel $choice.kind", ({ choice, parameters }) => {
  const at = Float64Array.of(0.3, -1.5, ...new Array<number>(parameters).fill(-0.2));

  const boundWith = async (inducing: typeof rows) => {
    const kernel = kernelOf(choice);
    const [u, x] = [await kernel.prepare(inducing, backend), await kernel.prepare(rows, backend)];
    return boundOf({ uu: await kernel.block(u, u, backend), ux: await kernel.block(u, x, backend), targets });
  };

  test("the bound has the gradient that differences show", async () => {
    const bound = await boundWith(inducingPoints(rows, 7, randomFrom(22)));
    const { gradient } = bound(at) ?? { gradient: at };
    gradient.forEach((slope, index) => {
      const moved = (by: number) =>
        bound(at.map((value, other) => (other === index ? value + by : value)))?.value ?? Number.NaN;
      expect(slope).toBeCloseTo((moved(1e-4) - moved(-1e-4)) / 2e-4, 4);
    });
  });

  test("more inducing points raise the bound, up to the exact log evidence", async () => {
    const some = (await boundWith(pickRows(rows, [...Array(10).keys()])))(at)?.value ?? Number.NaN;
    const more = (await boundWith(pickRows(rows, [...Array(25).keys()])))(at)?.value ?? Number.NaN;
    const all = (await boundWith(rows))(at)?.value ?? Number.NaN;
    const kernel = kernelOf(choice);
    const x = await kernel.prepare(rows, backend);
    const k = (await kernel.block(x, x, backend)).at(at.subarray(2)).values;
    const factor = cholesky(addToDiagonal(combine(Math.exp(0.3), k, 0, k), Math.exp(-1.5)));
    if (!factor) throw new Error("not positive");
    const exact = -0.5 * (dot(targets, solve(factor, targets)) + logDeterminant(factor) + 40 * Math.log(2 * Math.PI));
    expect(some).toBeLessThan(more);
    expect(more).toBeLessThan(exact);
    expect(all).toBeCloseTo(exact, 2);
  });
});

test("with every row as an inducing point it is the exact Gaussian process", async () => {
  const hyperparameters = Float64Array.of(0.3, -1.5, -0.7, -0.7);
  const kernel: KernelChoice = { kind: "matern52" };
  const posterior = await condition({ kernel, hyperparameters, inducing: rows, rows, targets, jitter: 1e-13 }, backend);
  const query = randomMatrix(15, 2, 23);
  const found = await marginals(posterior, query, backend, pace);

  const [signal, noiseVariance] = [Math.exp(0.3), Math.exp(-1.5)];
  const blockOf = async (a: typeof rows, b: typeof rows) => {
    const k = (await kernelOf(kernel).block(a, b, backend)).at(hyperparameters.subarray(2)).values;
    return combine(signal, k, 0, k);
  };
  const factor = cholesky(addToDiagonal(await blockOf(rows, rows), noiseVariance));
  if (!factor) throw new Error("not positive");
  const toQuery = await blockOf(query, rows);
  const taken = quadraticForms(factor, toQuery);
  expect(posterior.jitter).toBe(1e-13);
  expect(largestDifference(found.mean, timesVector(toQuery, solve(factor, targets)))).toBeLessThan(1e-8);
  expect(
    largestDifference(
      found.variance,
      taken.map((value) => signal - value),
    ),
  ).toBeLessThan(1e-8);
  const toInducing = await unitCovariance(posterior, query, rows, backend);
  const prior = await unitCovariance(posterior, query, query, backend);
  const joint = covarianceAt(posterior, { prior, left: toInducing, right: toInducing });
  expect(
    largestDifference(
      found.variance,
      found.variance.map((_, i) => joint.values[i * 16] ?? 0),
    ),
  ).toBeLessThan(1e-8);
});

test("learning finds the column that matters and the noise", async () => {
  const many = randomMatrix(300, 2, 24);
  const draw = normalFrom(randomFrom(25));
  const y = Float64Array.from({ length: 300 }, (_, row) => Math.sin(2 * (many.values[2 * row] ?? 0)) + 0.2 * draw());
  const inducing = inducingPoints(many, 24, randomFrom(26));
  const request = {
    kernel: { kind: "rbf" },
    inducing,
    rows: many,
    targets: y,
    startLengthscale: 3,
    steps: 40,
  } as const;
  const { hyperparameters } = await learn(request, backend, pace);
  const [, logNoise = 0, first = 0, second = 0] = hyperparameters;
  expect(Math.exp(logNoise / 2)).toBeCloseTo(0.2, 1);
  expect(second - first).toBeGreaterThan(1.5);
});

test("inducing points are drawn by the seed, no more than rows that differ", () => {
  const once = inducingPoints(rows, 8, randomFrom(27));
  expect(inducingPoints(rows, 8, randomFrom(27))).toEqual(once);
  expect(once.rows).toBe(8);
  const repeated = pickRows(rows, [0, 1, 2, 0, 1, 2, 0]);
  expect(inducingPoints(repeated, 6, randomFrom(28)).rows).toBe(3);
});
