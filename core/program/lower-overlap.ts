// Overlaps from samples: one state prepared, the other undone, and how often nothing is left.

import type { Angle } from "./angle.ts";
import type { Circuit } from "./circuit.ts";
import { inverse } from "./inverse.ts";
import { histogramOf, type Lowered } from "./lowered.ts";
import { isUnitary, type Operation } from "./operation.ts";
import type { Batch, Histogram, OverlapProgram } from "./program.ts";

export function lowerOverlap(program: OverlapProgram, shots: number): Lowered {
  const { circuit: prepare, left, right } = program;
  const rows = left.rows;
  const columns = right.rows;
  return {
    programs: [
      {
        kind: "sample",
        circuit: computeUncompute(prepare),
        parameters: pairs(prepare.parameters.length, left, right),
        shots,
      },
    ],
    combine(results) {
      const values = new Float64Array(rows * columns);
      const standardErrors = new Float64Array(rows * columns);
      for (let pair = 0; pair < values.length; pair++) {
        const p = shareOfZeros(histogramOf(results[0], pair, prepare.qubits));
        values[pair] = p;
        // Laplace's estimate in the variance: none or all of the shots do not mean no error.
        const q = (p * shots + 1) / (shots + 2);
        standardErrors[pair] = Math.sqrt((q * (1 - q)) / shots);
      }
      return { kind: "overlap", rows, columns, values, standardErrors };
    },
  };
}

/** Prepares the right state, then undoes the left one; the left row's parameters follow the right row's. */
function computeUncompute(prepare: Circuit): Circuit {
  const shift = prepare.parameters.length;
  const shifted = (operation: Operation): Operation =>
    isUnitary(operation) && operation.name !== "unitary"
      ? ({ ...operation, angles: operation.angles.map((angle) => shiftAngle(angle, shift)) } as Operation)
      : operation;
  return {
    qubits: prepare.qubits,
    parameters: ["right", "left"].flatMap((side) => prepare.parameters.map((name) => `${side}_${name}`)),
    gates: [...prepare.gates, ...inverse(prepare).gates.map(shifted)],
  };
}

const shiftAngle = ({ constant, terms }: Angle, shift: number): Angle => ({
  constant,
  terms: terms.map(([parameter, coefficient]) => [parameter + shift, coefficient]),
});

function pairs(width: number, left: Batch, right: Batch): Batch {
  const values = new Float64Array(left.rows * right.rows * 2 * width);
  let at = 0;
  for (let l = 0; l < left.rows; l++)
    for (let r = 0; r < right.rows; r++, at += 2 * width) {
      values.set(right.values.subarray(r * width, (r + 1) * width), at);
      values.set(left.values.subarray(l * width, (l + 1) * width), at + width);
    }
  return { rows: left.rows * right.rows, values };
}

function shareOfZeros({ bitstrings, counts }: Histogram): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const zero = bitstrings.findIndex((bits) => !bits.includes("1"));
  return zero < 0 ? 0 : (counts[zero] ?? 0) / total;
}
