// A feature map: rows of numbers become states of a circuit.

import type { Batch, Circuit } from "@eigentwin/core";
import type { Matrix } from "../linear/matrix.ts";

export interface FeatureMap {
  /** Compiled once; all rows go through it in one batch. */
  circuit: Circuit;
  /** Rows `[rows, qubits]` without unit to the circuit's parameters `[rows, parameters]`, in radians. */
  encode(rows: Matrix): Batch;
}
