// Rows side by side against the same rows one by one: sizes, angles and lengths that random circuits seldom have.

import { batch, circuit, pauli, randomFrom, type Batch, type Circuit, type PauliSum } from "@eigentwin/core";
import { describe, expect, test } from "vitest";
import { statevectorSimulator } from "./node.ts";
import { planOf, settingsOf } from "./plan.ts";
import { ALL_ON } from "./planner/plan-circuit.ts";

const ROWS = 5;

/** Layers of rotations, phases of one, two and three bits, and a ring of cx; `angle` gives those of a row. */
function layered(qubits: number, layers: number, angle: () => number): { circuit: Circuit; parameters: Batch } {
  const names = Array.from({ length: 2 * qubits }, (_, index) => `t${index}`);
  const builder = circuit(qubits, names);
  for (let layer = 0; layer < layers; layer++) {
    for (let q = 0; q < qubits; q++) builder.add("ry", q, names[q] ?? "").add("rz", q, names[qubits + q] ?? "");
    for (let q = 1; q < qubits; q++) builder.add("cp", [q - 1, q], 0.3 * q);
    for (let q = 0; qubits > 1 && q < qubits; q++) builder.add("cx", [q, (q + 1) % qubits]);
    if (qubits > 2) builder.add("cx", [0, 1]).add("cx", [1, 2]).add("rz", 2, 0.7).add("cx", [1, 2]);
  }
  return { circuit: builder.build(), parameters: batch(Array.from({ length: ROWS }, () => names.map(angle))) };
}

const observablesOf = (qubits: number): PauliSum[] => [
  Array.from({ length: qubits }, (_, q) => pauli("I".repeat(q) + "Z" + "I".repeat(qubits - q - 1), q + 1)).flat(),
  [...pauli("X".repeat(qubits)), ...pauli("Y".repeat(qubits), 0.5), ...pauli("Z".repeat(qubits), 2)],
];

describe.each([
  ["f64", 1e-11],
  ["f32", 2e-4],
] as const)("%s", (precision, tolerance) => {
  const together = statevectorSimulator({ precision });
  const alone = statevectorSimulator({ precision, switches: { ...ALL_ON, rows: false } });

  async function compare(one: { circuit: Circuit; parameters: Batch }, observables: PauliSum[]) {
    const program = { kind: "expectation", ...one, observables } as const;
    const [a, b] = [await together.run(program), await alone.run(program)];
    expect(a.values).toHaveLength(ROWS * observables.length);
    a.values.forEach((value, index) =>
      expect(Math.abs(value - (b.values[index] ?? Number.NaN))).toBeLessThan(tolerance),
    );
  }

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])("%i qubits", async (qubits) => {
    const random = randomFrom(qubits);
    const one = layered(qubits, 3, () => 6 * random());
    await compare(one, observablesOf(qubits));
    // Without phases at the end, and without a permutation.
    await compare(one, observablesOf(qubits).slice(0, 1));
  });

  test.each([5, 9])("half turns, whose cosines are nearly nothing, on %i qubits", async (qubits) => {
    const random = randomFrom(qubits);
    const one = layered(qubits, 8, () => Math.PI * (1 + Math.floor(3 * random()) * 1e-15));
    await compare(one, observablesOf(qubits));
  });

  test("a program of several calls", { timeout: 30_000 }, async () => {
    const random = randomFrom(3);
    const one = layered(11, precision === "f64" ? 450 : 220, () => 6 * random());
    const program = { kind: "expectation", ...one, observables: observablesOf(11) } as const;
    expect(planOf(program, settingsOf({ precision })).circuit.encoded.stages.length).toBeGreaterThan(1);
    await compare(one, observablesOf(11));
  });
});
