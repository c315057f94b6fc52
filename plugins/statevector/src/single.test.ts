import { batch, circuit, noParameters, pauli, randomFrom, type Circuit } from "@eigentwin/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NoiseModel } from "./noise/model.ts";
import { statevectorSimulator } from "./node.ts";
import { distance, normOf, roundingOf } from "./testing/distance.ts";
import { randomBatch, randomCircuit, randomObservable, rowOf } from "./testing/random-circuit.ts";
import { randomDynamic } from "./testing/random-dynamic.ts";
import { ringAnsatz, sumOfZ } from "./testing/workloads.ts";

const double = statevectorSimulator();
const single = statevectorSimulator({ precision: "f32" }, true);
const plain = statevectorSimulator({ precision: "f32" }, false);

const seeds = fc.integer();
const upTo = (most: number) => fc.integer({ min: 1, max: most });
const mustBeClose = (found: ArrayLike<number>, due: ArrayLike<number>, most: number) => {
  expect(found.length).toBe(due.length);
  for (let at = 0; at < due.length; at++)
    expect(Math.abs((found[at] ?? Number.NaN) - (due[at] ?? Number.NaN))).toBeLessThan(most);
};

describe("property: single precision is within its stated bound of double precision", () => {
  test.each([
    ["circuits", 2000, 40],
    ["long circuits", 25, 1000],
  ])(
    "amplitudes and norm, both builds: %s",
    async (_, numRuns, most) => {
      await fc.assert(
        fc.asyncProperty(seeds, upTo(10), upTo(most), async (seed, qubits, gates) => {
          const random = randomFrom(seed);
          const of = randomCircuit(random, qubits, gates);
          const row = randomBatch(random, 1).values;
          const due = await double.amplitudes(of, row);
          for (const simulator of [single, plain]) {
            const found = await simulator.amplitudes(of, row);
            expect(distance(found, due)).toBeLessThan(roundingOf("f32", gates));
            expect(Math.abs(normOf(found) - 1)).toBeLessThan(2 ** -21);
          }
        }),
        { seed: 1, numRuns },
      );
    },
    120_000,
  );

  test("one angle again and again, whose roundings all go one way", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: -7, max: 7, noNaN: true }), upTo(1000), async (angle, times) => {
        const of = circuit(2, ["t"]);
        for (let time = 0; time < times; time++) of.add(time % 2 ? "rx" : "ry", 0, "t");
        const [found, due] = [
          await single.amplitudes(of.build(), [angle]),
          await double.amplitudes(of.build(), [angle]),
        ];
        expect(distance(found, due)).toBeLessThan(2 ** -24 * (8 + times));
        expect(Math.abs(normOf(found) - 1)).toBeLessThan(2 ** -21);
      }),
      { seed: 2, numRuns: 40 },
    );
  });

  test("means, overlaps and gradients of batches", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, upTo(9), upTo(60), upTo(6), async (seed, qubits, gates, rows) => {
        const random = randomFrom(seed);
        const of = randomCircuit(random, qubits, gates);
        const parameters = randomBatch(random, rows);
        // Two observables of few words and one of many, with coefficients up to 2.
        const observables = [1, 2, 12].map((words) => randomObservable(random, qubits, words));
        const most = 2 * 2 * 12 * roundingOf("f32", gates);
        const means = { kind: "expectation", circuit: of, parameters, observables } as const;
        mustBeClose((await single.run(means)).values, (await double.run(means)).values, most);
        const overlaps = { kind: "overlap", circuit: of, left: parameters, right: randomBatch(random, 3) } as const;
        mustBeClose((await single.run(overlaps)).values, (await double.run(overlaps)).values, most);
        const [observable = []] = observables;
        const [found, due] = [
          await single.gradient(of, observable, parameters),
          await double.gradient(of, observable, parameters),
        ];
        mustBeClose(found.values, due.values, most);
        // A slope adds up those of every gate that its parameter turns, by factors up to 2.
        mustBeClose(found.gradients, due.gradients, most * gates);
      }),
      { seed: 3, numRuns: 150 },
    );
  }, 60_000);

  test("means along every way of circuits that measure, reset and branch", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 2, max: 5 }), upTo(4), async (seed, qubits, splits) => {
        const random = randomFrom(seed);
        const of = randomDynamic(random, qubits, splits);
        const observables = [randomObservable(random, qubits, 3)];
        const program = { kind: "expectation", circuit: of, parameters: randomBatch(random, 2), observables } as const;
        mustBeClose((await single.run(program)).values, (await double.run(program)).values, 2e-5);
      }),
      { seed: 4, numRuns: 100 },
    );
  });
});

test.each<readonly number[]>([
  [Math.PI],
  [3.1415],
  [-Math.PI, 3.1],
  [0.7, 3.089, Math.PI],
  [0.7, 3, Math.PI - 1e-6, 3.1415],
])(
  "layers that turn every qubit by %d, %d...: no cosine is lost",
  async (...angles) => {
    for (const qubits of [2, 5, 10, 22]) {
      const layers = circuit(
        qubits,
        angles.map((_, layer) => `t${layer}`),
      );
      angles.forEach((_, layer) => {
        for (let q = 0; q < qubits; q++) layers.add("ry", q, `t${layer}`);
        for (let q = 0; q + 1 < qubits; q++) layers.add("cz", [q, q + 1]);
      });
      const observables = ["Z", "X", "I"].map((letter) => pauli(letter.repeat(qubits)));
      for (const rows of qubits > 10 ? [1] : [1, 5]) {
        const parameters = batch(Array.from({ length: rows }, () => angles));
        const program = { kind: "expectation", circuit: layers.build(), parameters, observables } as const;
        const [found, due] = [await single.run(program), await double.run(program)];
        expect(due.values[2]).toBeCloseTo(1, 10);
        mustBeClose(found.values, due.values, 2e-6);
      }
    }
  },
  60_000,
);

describe("samples", () => {
  // Pearson's statistic has mean `degrees` and variance 2 `degrees`; five standard deviations, and the seed is fixed.
  test.each([5, 12])("of %i qubits follow the probabilities", async (qubits) => {
    const random = randomFrom(8);
    const of = randomCircuit(random, qubits, 60);
    const parameters = randomBatch(random, 3);
    const shots = 300_000;
    const { histograms } = await single.run({ kind: "sample", circuit: of, parameters, shots, seed: 9 });
    for (const [row, { bitstrings, counts }] of histograms.entries()) {
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(shots);
      const drawn = new Map(bitstrings.map((bits, index) => [Number.parseInt(bits, 2), counts[index] ?? 0]));
      const [statistic, degrees] = (await double.probabilities(of, rowOf(parameters, row))).reduce(
        ([sum, count], probability, k) => {
          const wanted = shots * probability;
          return wanted < 5 ? [sum, count] : [sum + ((drawn.get(k) ?? 0) - wanted) ** 2 / wanted, count + 1];
        },
        [0, -1],
      );
      expect(Math.abs(statistic - degrees)).toBeLessThan(5 * Math.sqrt(2 * degrees) + 1);
    }
  });

  test("of a state of 2^20 equal amplitudes reach its far end", async () => {
    const even = circuit(20);
    for (let q = 0; q < 20; q++) even.add("h", q);
    const shots = 100_000;
    const { histograms } = await single.run({
      kind: "sample",
      circuit: even.build(),
      parameters: noParameters,
      shots,
      seed: 1,
    });
    const late = histograms[0]?.bitstrings.reduce(
      (sum, bits, index) => (bits.startsWith("111") ? sum + (histograms[0]?.counts[index] ?? 0) : sum),
      0,
    );
    expect(Math.abs((late ?? 0) / shots - 1 / 8)).toBeLessThan((5 * Math.sqrt((1 / 8) * (7 / 8))) / Math.sqrt(shots));
  });
});

test("under noise the trajectories are those of double precision, with the same seed", async () => {
  const noise: NoiseModel = {
    gates: [
      { channels: [{ kind: "depolarising", probability: 0.05 }] },
      { channels: [{ kind: "amplitude-damping", probability: 0.1 }] },
    ],
    readout: { read1Of0: 0.02, read0Of1: 0.05 },
  };
  const of = circuit(3)
    .add("ry", 0, 0.9)
    .add("cx", [0, 1])
    .add("rx", 2, 1.1)
    .add("rzz", [1, 2], 0.4)
    .add("h", 2)
    .build();
  const observables = [pauli("ZZI"), pauli("IXX")];
  const program = { kind: "expectation", circuit: of, parameters: noParameters, observables } as const;
  const [found, due] = [await single.runNoisy(program, noise), await double.runNoisy(program, noise)];
  mustBeClose(found.values, due.values, 1e-5);
  mustBeClose(found.standardErrors ?? [], due.standardErrors ?? [], 1e-5);
});

test("reference values, as close as single precision allows", async () => {
  const mean = async (of: Circuit) => {
    const program = { kind: "expectation", circuit: of, parameters: noParameters } as const;
    return (await single.run({ ...program, observables: [sumOfZ(of.qubits)] })).values[0] ?? Number.NaN;
  };
  expect(Math.abs((await mean(ringAnsatz(8))) + 0.003140308638)).toBeLessThan(2e-6);
  expect(Math.abs((await mean(ringAnsatz(16))) + 0.006490696206)).toBeLessThan(2e-6);
});
