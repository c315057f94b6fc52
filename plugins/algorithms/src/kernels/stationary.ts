// Classical kernels of the scaled distance: k = shape(sum over columns of ((a_d - b_d) / l_d)^2).

import { scaleColumns, timesTransposed, transpose, zeros, type Matrix } from "../linear/matrix.ts";
import type { Kernel, KernelBlock, KernelValues } from "./kernel.ts";

export type StationaryShape = "rbf" | "matern52";

/** Of the squared scaled distance q; `slope` is -2 dk/dq (Rasmussen and Williams 2006, section 4.2). */
const SHAPES: Record<StationaryShape, { value(q: number): number; slope(q: number): number }> = {
  rbf: { value: (q) => Math.exp(-q / 2), slope: (q) => Math.exp(-q / 2) },
  matern52: {
    value: (q) => {
      const s = Math.sqrt(5 * q);
      return (1 + s + (s * s) / 3) * Math.exp(-s);
    },
    slope: (q) => {
      const s = Math.sqrt(5 * q);
      return (5 / 3) * (1 + s) * Math.exp(-s);
    },
  },
};

/** One lengthscale a column. */
export const stationaryKernel = (shape: StationaryShape): Kernel => ({
  prepare: async (rows) => rows,
  block: async (left, right) => stationaryBlock(shape, left, right, 1),
});

/** `columnsPerLengthscale` neighbouring columns share a lengthscale. */
export function stationaryBlock(
  shape: StationaryShape,
  left: Matrix,
  right: Matrix,
  columnsPerLengthscale: number,
): KernelBlock {
  return {
    parameters: left.columns / columnsPerLengthscale,
    at(logLengthscales) {
      const factors = Array.from({ length: left.columns }, (_, column) =>
        Math.exp(-(logLengthscales[Math.floor(column / columnsPerLengthscale)] ?? 0)),
      );
      return valuesAt(shape, scaleColumns(left, factors), scaleColumns(right, factors), columnsPerLengthscale);
    },
  };
}

function valuesAt(shape: StationaryShape, left: Matrix, right: Matrix, columnsPerLengthscale: number): KernelValues {
  const { value, slope } = SHAPES[shape];
  const squares = squaredDistances(left, right);
  return {
    values: { ...squares, values: squares.values.map(value) },
    gradient(weights) {
      // dk / dlog(l_d) = slope (a_d - b_d)^2 for scaled a, b.
      const steepness = { ...squares, values: squares.values.map((q, at) => slope(q) * (weights.values[at] ?? 0)) };
      const byColumn = weightedSquares(steepness, left, right);
      const gradient = new Float64Array(left.columns / columnsPerLengthscale);
      byColumn.forEach((sum, column) => {
        const index = Math.floor(column / columnsPerLengthscale);
        gradient[index] = (gradient[index] ?? 0) + sum;
      });
      return gradient;
    },
  };
}

/** `[left rows, right rows]` */
export function squaredDistances(left: Matrix, right: Matrix): Matrix {
  const products = timesTransposed(left, right);
  const [a, b] = [squaredNorms(left), squaredNorms(right)];
  for (let i = 0, at = 0; i < left.rows; i++)
    for (let j = 0; j < right.rows; j++, at++)
      products.values[at] = Math.max(0, (a[i] ?? 0) + (b[j] ?? 0) - 2 * (products.values[at] ?? 0));
  return products;
}

function squaredNorms({ rows, columns, values }: Matrix): Float64Array {
  const norms = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, at++) norms[row] = (norms[row] ?? 0) + (values[at] ?? 0) ** 2;
  return norms;
}

/** For each column d: sum over i, j of h_ij (a_id - b_jd)^2. */
function weightedSquares(h: Matrix, left: Matrix, right: Matrix): Float64Array {
  const cross = timesTransposed(h, transpose(right));
  const [rowSums, columnSums] = sumsOf(h);
  const sums = new Float64Array(left.columns);
  const addTo = (d: number, value: number) => (sums[d] = (sums[d] ?? 0) + value);
  for (let i = 0, at = 0; i < left.rows; i++)
    for (let d = 0; d < left.columns; d++, at++) {
      const a = left.values[at] ?? 0;
      addTo(d, (rowSums[i] ?? 0) * a * a - 2 * a * (cross.values[at] ?? 0));
    }
  for (let j = 0, at = 0; j < right.rows; j++)
    for (let d = 0; d < right.columns; d++, at++) addTo(d, (columnSums[j] ?? 0) * (right.values[at] ?? 0) ** 2);
  return sums;
}

function sumsOf({ rows, columns, values }: Matrix): [Float64Array, Float64Array] {
  const [byRow, byColumn] = [zeros(rows, 1).values, zeros(columns, 1).values];
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, at++) {
      const value = values[at] ?? 0;
      byRow[i] = (byRow[i] ?? 0) + value;
      byColumn[j] = (byColumn[j] ?? 0) + value;
    }
  return [byRow, byColumn];
}
