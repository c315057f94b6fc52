// One interface for all kernels, so that the quantum and the classical ones go through the very same Gaussian process.

import type { Matrix } from "../linear/matrix.ts";
import type { Tools } from "../tools.ts";

export interface Kernel {
  /** Rows in the form that `block` compares; a circuit is measured here if that can be done row by row. */
  prepare(rows: Matrix, backend: Tools["backend"]): Promise<Matrix>;
  /** k between prepared rows: all that a backend has to say is fetched here, once. */
  block(left: Matrix, right: Matrix, backend: Tools["backend"]): Promise<KernelBlock>;
}

export interface KernelBlock {
  /** How many log lengthscales it has. */
  parameters: number;
  at(logLengthscales: Float64Array): KernelValues;
}

export interface KernelValues {
  /** `[left rows, right rows]` */
  values: Matrix;
  /** For each log lengthscale: the sum over all entries of weight times derivative. */
  gradient(weights: Matrix): Float64Array;
}
