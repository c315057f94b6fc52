// Angle encoding, repeated: each value turns its qubit in every layer, with entangling gates between the layers.

import { circuit } from "@eigentwin/core";
import type { FeatureMap } from "./feature-map.ts";

/** Turns the start away from the pole, where RZ would do nothing. */
const FIRST_TURN = Math.PI / 4;

/**
 * Data re-uploading (Pérez-Salinas et al., Quantum 4, 226, 2020) without trained gates. In each of L layers qubit q is
 * turned by RY and RZ of `bandwidth` x_q / sqrt(L) radians, the first RY by pi/4 more; a ring of CZ stands between
 * layers. The share 1/sqrt(L) keeps the kernel about as wide however many layers there are.
 */
export function angleReuploading(options: { qubits: number; layers: number; bandwidth?: number }): FeatureMap {
  const { qubits, layers, bandwidth = 1 } = options;
  const names = Array.from({ length: qubits }, (_, q) => `x${q}`);
  const share = 1 / Math.sqrt(layers);
  const builder = circuit(qubits, names);
  for (let layer = 0; layer < layers; layer++) {
    names.forEach((name, q) => {
      builder.add("ry", q, { constant: layer === 0 ? FIRST_TURN : 0, of: { [name]: share } });
      builder.add("rz", q, { of: { [name]: share } });
    });
    if (layer + 1 < layers) for (const pair of ringOf(qubits)) builder.add("cz", pair);
  }
  return {
    circuit: builder.build(),
    encode: ({ rows, values }) => ({ rows, values: values.map((value) => bandwidth * value) }),
  };
}

/** Neighbours, the last with the first; two qubits have one pair. */
const ringOf = (qubits: number): [number, number][] =>
  Array.from({ length: qubits < 3 ? qubits - 1 : qubits }, (_, q) => [q, (q + 1) % qubits]);
