// The feature map of the first fidelity kernels.

import { circuit } from "@eigentwin/core";
import { rowOf, zeros } from "../linear/matrix.ts";
import type { FeatureMap } from "./feature-map.ts";

/**
 * ZZ feature map (Havlíček et al., Nature 567, 209, 2019): `repetitions` times H on every qubit, P(2 x_i), and for each
 * pair i < j the phase P(2 (pi - x_i)(pi - x_j)) on the parity of both, between two CX. Values are in radians. Angles
 * are linear in a circuit's parameters, so the products are computed here and bound as parameters of their own.
 */
export function zzFeatureMap(options: { qubits: number; repetitions: number; bandwidth?: number }): FeatureMap {
  const { qubits, repetitions, bandwidth = 1 } = options;
  const singles = Array.from({ length: qubits }, (_, i) => ({ i, name: `x${i}` }));
  const pairs = singles.flatMap(({ i }) => singles.slice(i + 1).map(({ i: j }) => ({ i, j, name: `x${i}x${j}` })));
  const builder = circuit(
    qubits,
    [...singles, ...pairs].map(({ name }) => name),
  );
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const { i } of singles) builder.add("h", i);
    for (const { i, name } of singles) builder.add("p", i, { of: { [name]: 2 } });
    for (const { i, j, name } of pairs)
      builder
        .add("cx", [i, j])
        .add("p", j, { of: { [name]: 2 } })
        .add("cx", [i, j]);
  }
  return {
    circuit: builder.build(),
    encode(rows) {
      const parameters = zeros(rows.rows, qubits + pairs.length);
      for (let row = 0; row < rows.rows; row++) {
        const x = rowOf(rows, row).map((value) => bandwidth * value);
        const away = (i: number) => Math.PI - (x[i] ?? 0);
        const out = rowOf(parameters, row);
        out.set(x);
        pairs.forEach(({ i, j }, at) => (out[qubits + at] = away(i) * away(j)));
      }
      return { rows: rows.rows, values: parameters.values };
    },
  };
}
