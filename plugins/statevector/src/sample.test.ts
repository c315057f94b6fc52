import { circuit, noParameters, randomFrom, type Histogram } from "@eigentwin/core";
import { expect, test } from "vitest";
import { statevectorSimulator } from "./node.ts";
import { randomBatch, randomCircuit, rowOf } from "./testing/random-circuit.ts";

const simulator = statevectorSimulator();
const random = randomFrom(8);
const prepare = randomCircuit(random, 5, 40);
const parameters = randomBatch(random, 6);

test("counts sum to the shots, and bitstrings ascend", async () => {
  const { histograms } = await simulator.run({ kind: "sample", circuit: prepare, parameters, shots: 5000, seed: 3 });
  expect(histograms).toHaveLength(6);
  for (const { bitstrings, counts } of histograms) {
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5000);
    expect(bitstrings).toEqual([...new Set(bitstrings)].toSorted());
    expect(bitstrings.every((bits) => /^[01]{5}$/.test(bits))).toBe(true);
  }
});

test("the same seed draws the same, another seed does not, and later rows do not change earlier ones", async () => {
  const draw = async (seed: number, rows: number) => {
    const first = { rows, values: parameters.values.slice(0, rows * 3) };
    return (await simulator.run({ kind: "sample", circuit: prepare, parameters: first, shots: 100, seed })).histograms;
  };
  const drawn = await draw(3, 6);
  expect(await draw(3, 6)).toEqual(drawn);
  expect(await draw(4, 6)).not.toEqual(drawn);
  expect(await draw(3, 2)).toEqual(drawn.slice(0, 2));
});

// Pearson's statistic has mean `degrees` and variance 2 `degrees`; five standard deviations, and the seed is fixed.
test("frequencies follow the probabilities", async () => {
  const shots = 200_000;
  const { histograms } = await simulator.run({ kind: "sample", circuit: prepare, parameters, shots, seed: 9 });
  for (const [row, histogram] of histograms.entries()) {
    const probabilities = await simulator.probabilities(prepare, rowOf(parameters, row));
    const drawn = countsOf(histogram, probabilities.length);
    let degrees = -1;
    let statistic = 0;
    probabilities.forEach((probability, k) => {
      const wanted = shots * probability;
      if (wanted < 1e-6) expect(drawn[k]).toBe(0);
      if (wanted < 5) return;
      degrees += 1;
      statistic += ((drawn[k] ?? 0) - wanted) ** 2 / wanted;
    });
    expect(Math.abs(statistic - degrees)).toBeLessThan(5 * Math.sqrt(2 * degrees) + 1);
  }
});

// Seeds 0, 1, 2... are what people write: their first shots must not be alike. Five standard deviations.
test("first shots of neighbouring seeds are independent", async () => {
  const coin = circuit(1).add("h", 0).build();
  const seeds = Array.from({ length: 2000 }, (_, seed) => seed);
  let ones = 0;
  for (const seed of seeds) {
    const { histograms } = await simulator.run({
      kind: "sample",
      circuit: coin,
      parameters: noParameters,
      shots: 1,
      seed,
    });
    if (histograms[0]?.bitstrings[0] === "1") ones += 1;
  }
  expect(Math.abs(ones - 1000)).toBeLessThan(5 * Math.sqrt(500));
});

test("outcomes without probability are never drawn", async () => {
  const pair = circuit(4).add("h", 1).add("cx", [1, 2]).build();
  const { histograms } = await simulator.run({
    kind: "sample",
    circuit: pair,
    parameters: noParameters,
    shots: 20_000,
    seed: 5,
  });
  expect(histograms[0]?.bitstrings).toEqual(["0000", "0110"]);
});

function countsOf({ bitstrings, counts }: Histogram, size: number): Uint32Array {
  const all = new Uint32Array(size);
  bitstrings.forEach((bits, index) => (all[Number.parseInt(bits, 2)] = counts[index] ?? 0));
  return all;
}
