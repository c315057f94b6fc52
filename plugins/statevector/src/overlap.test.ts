import { batch, randomFrom } from "@eigentwin/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { statevectorSimulator } from "./node.ts";
import { planOf } from "./plan.ts";
import { denseOverlap, denseState } from "./testing/dense.ts";
import { randomBatch, randomCircuit, rowOf } from "./testing/random-circuit.ts";

const simulator = statevectorSimulator();

test("equals the dense reference for odd and even numbers of rows", async () => {
  const random = randomFrom(5);
  for (const [qubits, lefts, rights] of [
    [1, 1, 1],
    [2, 2, 3],
    [3, 5, 1],
    [4, 3, 4],
    [6, 7, 5],
  ] as const) {
    const circuit = randomCircuit(random, qubits, 30);
    const left = randomBatch(random, lefts);
    const right = randomBatch(random, rights);
    const { rows, columns, values } = await simulator.run({ kind: "overlap", circuit, left, right });
    expect([rows, columns, values.length]).toEqual([lefts, rights, lefts * rights]);
    for (let l = 0; l < lefts; l++)
      for (let r = 0; r < rights; r++) {
        const wanted = denseOverlap(denseState(circuit, rowOf(left, l)), denseState(circuit, rowOf(right, r)));
        expect(values[l * rights + r]).toBeCloseTo(wanted, 12);
      }
  }
});

test("property: a batch gives what each pair gives alone, and swapping sides transposes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 6 }), async (seed, qubits) => {
      const random = randomFrom(seed);
      const circuit = randomCircuit(random, qubits, 20);
      const left = randomBatch(random, 3);
      const right = randomBatch(random, 2);
      const together = await simulator.run({ kind: "overlap", circuit, left, right });
      const swapped = await simulator.run({ kind: "overlap", circuit, left: right, right: left });
      for (let l = 0; l < 3; l++)
        for (let r = 0; r < 2; r++) {
          const [one, other] = [batch([rowOf(left, l)]), batch([rowOf(right, r)])];
          const alone = await simulator.run({ kind: "overlap", circuit, left: one, right: other });
          expect(together.values[l * 2 + r]).toBeCloseTo(alone.values[0] ?? Number.NaN, 13);
          expect(swapped.values[r * 3 + l]).toBeCloseTo(alone.values[0] ?? Number.NaN, 14);
        }
    }),
    { seed: 2, numRuns: 30 },
  );
});

test("batches that do not fit are tiled, and the tiles do not show", async () => {
  const random = randomFrom(6);
  const circuit = randomCircuit(random, 14, 4);
  const left = randomBatch(random, 70);
  const right = randomBatch(random, 50);
  const { tile } = planOf({ kind: "overlap", circuit, left, right });
  expect(tile.lefts).toBeLessThan(left.rows);
  expect(tile.rights).toBeLessThan(right.rows);
  const { values } = await simulator.run({ kind: "overlap", circuit, left, right });
  for (const [l, r] of [
    [0, 0],
    [31, 31],
    [32, 33],
    [69, 49],
    [5, 40],
    [60, 3],
  ] as const) {
    const pair = { left: batch([rowOf(left, l)]), right: batch([rowOf(right, r)]) };
    const alone = await simulator.run({ kind: "overlap", circuit, ...pair });
    expect(values[l * 50 + r]).toBe(alone.values[0]);
  }
});

test("a Gram matrix is symmetric, has ones on its diagonal, and is what two different batches give", async () => {
  const random = randomFrom(9);
  for (const [qubits, rows] of [
    [3, 7],
    [13, 8],
  ] as const) {
    const circuit = randomCircuit(random, qubits, 20);
    const left = randomBatch(random, rows);
    const gram = await simulator.run({ kind: "overlap", circuit, left, right: left });
    const more = batch([...Array.from({ length: rows }, (_, row) => rowOf(left, row)), rowOf(left, 0)]);
    const wanted = await simulator.run({ kind: "overlap", circuit, left, right: more });
    for (let l = 0; l < rows; l++) {
      expect(gram.values[l * rows + l]).toBeCloseTo(1, 12);
      for (let r = 0; r < rows; r++) {
        expect(gram.values[l * rows + r]).toBeCloseTo(wanted.values[l * (rows + 1) + r] ?? Number.NaN, 12);
        expect(gram.values[l * rows + r]).toBe(gram.values[r * rows + l]);
      }
    }
  }
});
