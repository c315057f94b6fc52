// States of more tiles than one, where rotations of the higher bits go by threes between the state and a buffer.

import { batch, circuit, randomFrom, type Circuit } from "@eigentwin/core";
import { describe, expect, test } from "vitest";
import { statevectorSimulator } from "./node.ts";
import { ALL_ON } from "./planner/plan-circuit.ts";
import { distance, roundingOf } from "./testing/distance.ts";
import { sumOfZ } from "./testing/workloads.ts";

const LAYERS = 3;

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

describe.each([
  ["f64", 1e-13, 1e-11],
  ["f32", 2 * roundingOf("f32", 3 * LAYERS * 14), 1e-4],
] as const)("%s", (precision, ofState, ofSlopes) => {
  const whole = statevectorSimulator({ precision, switches: { ...ALL_ON, tiles: false } });
  const tiled = statevectorSimulator({ precision, tileBits: 10 });

  // One to four bits above those of a tile: one round of threes, or two.
  test.each([11, 12, 13, 14])(
    "tiles of 2^10, %i qubits: amplitudes and slopes are those of one tile",
    async (qubits) => {
      const random = randomFrom(qubits);
      const of = ring(qubits);
      const row = of.parameters.map(() => 6 * random());
      expect(distance(await whole.amplitudes(of, row), await tiled.amplitudes(of, row))).toBeLessThan(ofState);
      const [one, other] = [
        await whole.gradient(of, sumOfZ(qubits), batch([row])),
        await tiled.gradient(of, sumOfZ(qubits), batch([row])),
      ];
      expect(other.gradients).toHaveLength(one.gradients.length);
      one.gradients.forEach((slope, index) =>
        expect(Math.abs(slope - (other.gradients[index] ?? Number.NaN))).toBeLessThan(ofSlopes),
      );
    },
  );
});
