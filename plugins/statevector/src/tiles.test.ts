// States of more tiles than one, where rotations of the higher bits go by threes between the state and a buffer.

import { batch, circuit, randomFrom, type Circuit } from "@eigentwin/core";
import { expect, test } from "vitest";
import { statevectorSimulator } from "./node.ts";
import { DEFAULTS } from "./plan.ts";
import { ALL_ON } from "./planner/plan-circuit.ts";
import { sumOfZ } from "./testing/workloads.ts";

const LAYERS = 3;
const whole = statevectorSimulator({ ...DEFAULTS, switches: { ...ALL_ON, tiles: false } });
const tiled = statevectorSimulator({ ...DEFAULTS, tileBits: 10 });

function ring(qubits: number): Circuit {
  const names = Array.from({ length: 2 * LAYERS * qubits }, (_, index) => `t${index}`);
  const builder = circuit(qubits, names);
  for (let layer = 0; layer < LAYERS; layer++) {
    for (let q = 0; q < qubits; q++) {
      const at = 2 * (layer * qubits + q);
      builder.add("ry", q, `t${at}`).add("rz", q, `t${at + 1}`);
    }
    for (let q = 0; q < qubits; q++) builder.add("cx", [q, (q + 1) % qubits]);
  }
  return builder.build();
}

const distance = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, k) => Math.max(most, Math.abs(value - (b[k] ?? Number.NaN))), 0);

// One to four bits above those of a tile: one round of threes, or two.
test.each([11, 12, 13, 14])("tiles of 2^10, %i qubits: amplitudes and slopes are those of one tile", async (qubits) => {
  const random = randomFrom(qubits);
  const of = ring(qubits);
  const row = of.parameters.map(() => 6 * random());
  const [wanted, found] = [await whole.amplitudes(of, row), await tiled.amplitudes(of, row)];
  expect(distance(wanted.re, found.re) + distance(wanted.im, found.im)).toBeLessThan(1e-13);
  const slopes = [whole, tiled].map((simulator) => simulator.gradient(of, sumOfZ(qubits), batch([row])));
  const [one, other] = await Promise.all(slopes);
  expect(
    distance(one?.gradients ?? new Float64Array([Number.NaN]), other?.gradients ?? new Float64Array(0)),
  ).toBeLessThan(1e-11);
});
