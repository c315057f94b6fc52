// Symmetric positive matrices through their lower Cholesky factor.

import { refuse } from "@eigentwin/core";
import { dot, rowOf, timesTransposed, zeros, type Matrix } from "./matrix.ts";

/** L with L Lᵀ = a, or nothing where a is not positive to working precision. */
export function cholesky(a: Matrix): Matrix | undefined {
  const size = a.rows;
  const factor = zeros(size, size);
  const { values } = factor;
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      let rest = a.values[row * size + column] ?? 0;
      const p = row * size;
      const q = column * size;
      for (let k = 0; k < column; k++) rest -= (values[p + k] ?? 0) * (values[q + k] ?? 0);
      if (column < row) values[p + column] = rest / (values[q + column] ?? 0);
      else if (rest > 0) values[p + column] = Math.sqrt(rest);
      else return undefined;
    }
  return factor;
}

/** For kernels of unit variance. A matrix that needs more is not a kernel matrix with rounding errors. */
const LARGEST_JITTER = 1e-3;

/** The first of `start`, 10 `start`, ... with which `attempt` succeeds; refuses rather than go on without bound. */
export function withJitter<T>(start: number, attempt: (jitter: number) => T | undefined): { value: T; jitter: number } {
  for (let jitter = start; jitter <= LARGEST_JITTER; jitter *= 10) {
    const value = attempt(jitter);
    if (value !== undefined) return { value, jitter };
  }
  return refuse("capability.refused", `a kernel matrix is not positive, even with jitter ${LARGEST_JITTER}`, {
    hint: "Its values carry too large errors: use more shots, or fewer inducing points.",
  });
}

export function addToDiagonal(a: Matrix, value: number): Matrix {
  const values = a.values.slice();
  for (let i = 0; i < a.rows; i++) values[i * a.rows + i] = (values[i * a.rows + i] ?? 0) + value;
  return { ...a, values };
}

/** x with L x = b. */
export function solveLower(factor: Matrix, b: Float64Array): Float64Array {
  const size = factor.rows;
  const x = b.slice();
  for (let row = 0; row < size; row++) {
    let rest = x[row] ?? 0;
    for (let k = 0; k < row; k++) rest -= (factor.values[row * size + k] ?? 0) * (x[k] ?? 0);
    x[row] = rest / (factor.values[row * size + row] ?? 0);
  }
  return x;
}

/** x with L Lᵀ x = b. */
export function solve(factor: Matrix, b: Float64Array): Float64Array {
  const size = factor.rows;
  const x = solveLower(factor, b);
  for (let row = size - 1; row >= 0; row--) {
    let rest = x[row] ?? 0;
    for (let k = row + 1; k < size; k++) rest -= (factor.values[k * size + row] ?? 0) * (x[k] ?? 0);
    x[row] = rest / (factor.values[row * size + row] ?? 0);
  }
  return x;
}

/** x with a x = b, or nothing where a is not positive to working precision. */
export function solvePositive(a: Matrix, b: Float64Array): Float64Array | undefined {
  const factor = cholesky(a);
  return factor && solve(factor, b);
}

/** (L Lᵀ)^-1 = V Vᵀ, where row j of V is column j of L^-1. */
export function inverseOf(factor: Matrix): Matrix {
  const size = factor.rows;
  const lower = factor.values;
  const inverted = zeros(size, size);
  const { values } = inverted;
  for (let j = 0; j < size; j++)
    for (let i = j; i < size; i++) {
      let rest = i === j ? 1 : 0;
      for (let k = j; k < i; k++) rest -= (lower[i * size + k] ?? 0) * (values[j * size + k] ?? 0);
      values[j * size + i] = rest / (lower[i * size + i] ?? 0);
    }
  return timesTransposed(inverted, inverted);
}

export function logDeterminant(factor: Matrix): number {
  let sum = 0;
  for (let i = 0; i < factor.rows; i++) sum += 2 * Math.log(factor.values[i * factor.rows + i] ?? 0);
  return sum;
}

/** xᵀ (L Lᵀ)^-1 x for each row x. */
export function quadraticForms(factor: Matrix, rows: Matrix): Float64Array {
  return Float64Array.from({ length: rows.rows }, (_, row) => {
    const half = solveLower(factor, rowOf(rows, row));
    return dot(half, half);
  });
}
