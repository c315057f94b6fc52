// A problem as the kernels take it: spins, whole numbers in a unit that is a power of two, and each coupling at both ends.
// Fields are then sums of whole numbers, which nothing can make drift; integer problems are exact.

import { forEachCoupling, toSpin, type AnnealProblem } from "@eigentwin/core";
import { FIELD_BYTES } from "./kernels.ts";

/** No field may be larger, so that twice a field is still a whole number of 32 bits. */
const LARGEST_FIELD = 2 ** 29;

export interface WholeProblem {
  variables: number;
  /** Energy of one. */
  unit: number;
  biases: Int32Array;
  /** Where the couplings of each variable begin, in bytes; one entry more than variables. */
  rows: Uint32Array;
  /** Pairs: address of the other's field within a slice, strength. */
  couplings: Int32Array;
  /** Of each variable: the root of the sum of squares of all that acts on it, in energy; 0 where nothing does. */
  scales: Float64Array;
}

/** `couplings` has four places for each coupling: they are written where the kernels read them, without a copy. */
export function wholeOf(problem: AnnealProblem, couplings: Int32Array): WholeProblem {
  const spin = toSpin(problem);
  const { variables, linear } = spin;
  const degrees = new Uint32Array(variables);
  const largest = linear.map(Math.abs);
  const scales = linear.map(Math.abs);
  forEachCoupling(spin, (i, j, value) => {
    for (const end of [i, j]) {
      degrees[end] = (degrees[end] ?? 0) + 1;
      largest[end] = (largest[end] ?? 0) + Math.abs(value);
      scales[end] = Math.hypot(scales[end] ?? 0, value);
    }
  });
  const rows = new Uint32Array(variables + 1);
  degrees.forEach((degree, i) => (rows[i + 1] = (rows[i] ?? 0) + 8 * degree));
  const unit = unitFor(largest.reduce((most, value) => Math.max(most, value), 0));
  const next = rows.map((bytes) => bytes / 4);
  forEachCoupling(spin, (i, j, value) => {
    for (const [from, to] of [
      [i, j],
      [j, i],
    ] as const) {
      const at = next[from] ?? 0;
      couplings[at] = to * FIELD_BYTES;
      couplings[at + 1] = Math.round(value / unit);
      next[from] = at + 2;
    }
  });
  const biases = Int32Array.from(linear, (value) => Math.round(value / unit));
  return { variables, unit, biases, rows, couplings, scales };
}

const unitFor = (largest: number): number => (largest > 0 ? 2 ** Math.ceil(Math.log2(largest / LARGEST_FIELD)) : 1);
