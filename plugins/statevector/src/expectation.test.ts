import { batch, pauli, randomFrom } from "@eigentwin/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { statevectorSimulator } from "./node.ts";
import { denseExpectation, denseState } from "./testing/dense.ts";
import { randomBatch, randomCircuit, randomObservable, rowOf } from "./testing/random-circuit.ts";

const simulator = statevectorSimulator();

test("every word of 1 to 3 qubits equals the dense reference", async () => {
  const random = randomFrom(3);
  for (let qubits = 1; qubits <= 3; qubits++) {
    const circuit = randomCircuit(random, qubits, 30);
    const parameters = randomBatch(random, 1);
    const words = Array.from({ length: 4 ** qubits }, (_, index) =>
      Array.from({ length: qubits }, (_letter, q) => "IXYZ"[(index >> (2 * q)) & 3]).join(""),
    );
    const observables = words.map((word) => pauli(word));
    const { values } = await simulator.run({ kind: "expectation", circuit, parameters, observables });
    const state = denseState(circuit, parameters.values);
    observables.forEach((sum, column) =>
      expect(values[column], words[column]).toBeCloseTo(denseExpectation(state, sum), 12),
    );
  }
});

test("batches of sums equal the dense reference, row by row and column by column", async () => {
  const random = randomFrom(4);
  for (let qubits = 1; qubits <= 6; qubits++) {
    const circuit = randomCircuit(random, qubits, 40);
    const parameters = randomBatch(random, 5);
    const observables = [3, 1, 0, 8].map((words) => randomObservable(random, qubits, words));
    const result = await simulator.run({ kind: "expectation", circuit, parameters, observables });
    expect([result.rows, result.columns, result.standardErrors]).toEqual([5, 4, undefined]);
    for (let row = 0; row < 5; row++) {
      const state = denseState(circuit, rowOf(parameters, row));
      observables.forEach((sum, column) =>
        expect(result.values[row * 4 + column]).toBeCloseTo(denseExpectation(state, sum), 11),
      );
    }
  }
});

test("property: a batch gives what its rows give alone", async () => {
  const rows = fc.integer({ min: 1, max: 6 });
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 7 }), rows, async (seed, qubits, count) => {
      const random = randomFrom(seed);
      const circuit = randomCircuit(random, qubits, 20);
      const parameters = randomBatch(random, count);
      const observables = [randomObservable(random, qubits, 4)];
      const together = await simulator.run({ kind: "expectation", circuit, parameters, observables });
      for (let row = 0; row < count; row++) {
        const one = batch([rowOf(parameters, row)]);
        const alone = await simulator.run({ kind: "expectation", circuit, parameters: one, observables });
        expect(alone.values[0]).toBeCloseTo(together.values[row] ?? Number.NaN, 12);
      }
    }),
    { seed: 1, numRuns: 50 },
  );
});
