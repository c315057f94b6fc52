// A feature map: rows of numbers become states of a circuit.

import type { Batch, Circuit } from "@eigentwin/core";
import type { Matrix } from "../linear/matrix.ts";
import { angleReuploading } from "./angle-reuploading.ts";
import { zzFeatureMap } from "./zz-feature-map.ts";

export interface FeatureMap {
  /** Compiled once; all rows go through it in one batch. */
  circuit: Circuit;
  /** Rows `[rows, qubits]` without unit to the circuit's parameters `[rows, parameters]`, in radians. */
  encode(rows: Matrix): Batch;
}

/** Encodable. Every value is multiplied by `bandwidth` before it becomes an angle: smaller means a smoother kernel. */
export type FeatureMapChoice =
  | { name: "angle-reuploading"; qubits: number; layers: number; bandwidth: number }
  | { name: "zz"; qubits: number; repetitions: number; bandwidth: number };

export const featureMapOf = (choice: FeatureMapChoice): FeatureMap =>
  choice.name === "zz" ? zzFeatureMap(choice) : angleReuploading(choice);
