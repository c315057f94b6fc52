// The projected kernel: states are compared by what is measured on each of their qubits.

import { pauliOn } from "@eigentwin/core";
import { featureMapOf, type FeatureMapChoice } from "../feature-maps/choose.ts";
import { zeros, type Matrix } from "../linear/matrix.ts";
import { NUMBERS_PER_PROGRAM, type Tools } from "../tools.ts";
import type { Kernel } from "./kernel.ts";
import { stationaryBlock, type StationaryShape } from "./stationary.ts";

const LETTERS = ["X", "Y", "Z"] as const;

/**
 * A stationary kernel of the expectation values of X, Y, Z of each qubit, which fix its reduced state rho_q; one
 * lengthscale l_q a qubit. With the shape `rbf` this is the projected kernel of Huang et al. (Nature Communications 12,
 * 2631, 2021), exp(-gamma sum_q |rho_q(a) - rho_q(b)|_F^2) with gamma = 1 / l^2, since |rho - rho'|_F^2 is half of the
 * squared distance of the expectation values; there gamma is one number, here each qubit has its own.
 */
export const projectedKernel = (choice: FeatureMapChoice, shape: StationaryShape): Kernel => ({
  prepare: (rows, backend) => expectations(choice, rows, backend),
  block: async (left, right) => stationaryBlock(shape, left, right, LETTERS.length),
});

/** `[rows, 3 qubits]`: <X>, <Y>, <Z> of qubit 0, then of qubit 1, ... One program where the rows fit into it. */
async function expectations(choice: FeatureMapChoice, rows: Matrix, backend: Tools["backend"]): Promise<Matrix> {
  const { circuit, encode } = featureMapOf(choice);
  const observables = Array.from({ length: circuit.qubits }, (_, qubit) =>
    LETTERS.map((letter) => pauliOn(letter, qubit, circuit.qubits)),
  ).flat();
  const { rows: count, values: angles } = encode(rows);
  const width = circuit.parameters.length;
  const perProgram = Math.floor(NUMBERS_PER_PROGRAM / Math.max(width, observables.length));
  const measured = zeros(count, observables.length);
  for (let from = 0; from < count; from += perProgram) {
    const some = Math.min(perProgram, count - from);
    const parameters = { rows: some, values: angles.slice(from * width, (from + some) * width) };
    const { values } = await backend.run({ kind: "expectation", circuit, parameters, observables });
    measured.values.set(values, from * observables.length);
  }
  return measured;
}
