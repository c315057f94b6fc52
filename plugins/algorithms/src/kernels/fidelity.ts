// The fidelity kernel: how much the states of two rows overlap.

import { featureMapOf, type FeatureMapChoice } from "../feature-maps/choose.ts";
import { rowOf, sliceRows, zeros, type Matrix } from "../linear/matrix.ts";
import { NUMBERS_PER_PROGRAM, type Tools } from "../tools.ts";
import type { Kernel } from "./kernel.ts";

/** k(a, b) = |<psi(a)|psi(b)>|^2 (Havlíček et al., Nature 567, 209, 2019; Schuld and Killoran, PRL 122, 040504, 2019). */
export function fidelityKernel(choice: FeatureMapChoice): Kernel {
  return {
    prepare: async (rows) => rows,
    async block(left, right, backend) {
      const values = await overlaps(choice, left, right, backend);
      return { parameters: 0, at: () => ({ values, gradient: () => new Float64Array(0) }) };
    },
  };
}

/** One overlap program where the block fits into it; else tiles of both sides. */
async function overlaps(
  choice: FeatureMapChoice,
  left: Matrix,
  right: Matrix,
  backend: Tools["backend"],
): Promise<Matrix> {
  const { circuit, encode } = featureMapOf(choice);
  const width = Math.max(1, circuit.parameters.length);
  const lefts = Math.min(left.rows, Math.floor(Math.min(1000, NUMBERS_PER_PROGRAM / width)));
  const rights = Math.floor(Math.min(NUMBERS_PER_PROGRAM / lefts, NUMBERS_PER_PROGRAM / width));
  const values = zeros(left.rows, right.rows);
  for (let row = 0; row < left.rows; row += lefts)
    for (let column = 0; column < right.rows; column += rights) {
      const tile = await backend.run({
        kind: "overlap",
        circuit,
        left: encode(sliceRows(left, row, lefts)),
        right: encode(sliceRows(right, column, rights)),
      });
      for (let i = 0; i < tile.rows; i++)
        rowOf(values, row + i).set(tile.values.subarray(i * tile.columns, (i + 1) * tile.columns), column);
    }
  return values;
}
