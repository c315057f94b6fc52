// Any unitary on two qubits as (A x B) exp(i (a XX + b YY + c ZZ)) (C x D) and a phase (Cartan's decomposition).

import { eigenvectorsOf } from "./eigen.ts";
import { adjoint, cis, entry, matrixOf, product, scale, times, type Complex, type Matrix } from "./matrix.ts";

export interface Kak {
  /** The factors that act first, then those that act last: on the first qubit and the second. */
  readonly before: readonly [Matrix, Matrix];
  readonly after: readonly [Matrix, Matrix];
  readonly xx: number;
  readonly yy: number;
  readonly zz: number;
  readonly phase: number;
}

const R = Math.SQRT1_2;
/** Columns are Bell states with phases that make local unitaries real. */
const MAGIC: Matrix = [
  [
    [R, 0],
    [0, 0],
    [0, 0],
    [0, R],
  ],
  [
    [0, 0],
    [0, R],
    [R, 0],
    [0, 0],
  ],
  [
    [0, 0],
    [0, R],
    [-R, 0],
    [0, 0],
  ],
  [
    [R, 0],
    [0, 0],
    [0, 0],
    [0, -R],
  ],
];
/** The eigenvalue of XX, YY and ZZ in each magic state. */
const SIGNS = { xx: [1, 1, -1, -1], yy: [-1, 1, -1, 1], zz: [1, -1, -1, 1] };
const WEIGHTS = [0.618, 1.7724, 0.2718, 3.3019, 0.0915, 7.389];

export function kakOf(unitary: Matrix): Kak {
  const determinantPhase = argument(determinant(unitary)) / 4;
  const magic = product(adjoint(MAGIC), scale(cis(-determinantPhase), unitary), MAGIC);
  const square = product(transpose(magic), magic);
  const right = withDeterminantOne(realEigenvectors(square));
  const phases = product(transpose(right), square, right).map((row, k) => argument(row[k] ?? [Number.NaN, 0]) / 2);
  const leftOf = (): Matrix =>
    matrixOf(4, (row, column) => times(entry(product(magic, right), row, column), cis(-(phases[column] ?? 0))));
  // A root has two signs: the one is taken that makes the left factor a rotation.
  if (determinant(leftOf())[0] < 0) phases[0] = (phases[0] ?? 0) + Math.PI;
  const share = (signs: readonly number[]) => phases.reduce((sum, phase, k) => sum + phase * (signs[k] ?? 0), 0) / 4;
  const [after, afterPhase] = factors(product(MAGIC, leftOf(), adjoint(MAGIC)));
  const [before, beforePhase] = factors(product(MAGIC, transpose(right), adjoint(MAGIC)));
  return {
    before,
    after,
    xx: share(SIGNS.xx),
    yy: share(SIGNS.yy),
    zz: share(SIGNS.zz),
    phase: determinantPhase + share([1, 1, 1, 1]) + beforePhase + afterPhase,
  };
}

/** Real eigenvectors of a symmetric unitary matrix: of its real and imaginary part at once, which commute. */
function realEigenvectors(symmetric: Matrix): Matrix {
  let best = { vectors: symmetric, off: Number.POSITIVE_INFINITY };
  for (const weight of WEIGHTS) {
    const mixed = matrixOf(4, (row, column) => {
      const [a, b] = [entry(symmetric, row, column), entry(symmetric, column, row)];
      return [(a[0] + b[0]) / 2 + (weight * (a[1] + b[1])) / 2, 0];
    });
    const vectors = eigenvectorsOf(mixed);
    const turned = product(transpose(vectors), symmetric, vectors);
    const off = Math.max(...turned.flatMap((row, r) => row.map(([re, im], c) => (r === c ? 0 : Math.hypot(re, im)))));
    if (off < best.off) best = { vectors, off };
    if (off < 1e-13) break;
  }
  return best.vectors;
}

const withDeterminantOne = (of: Matrix): Matrix =>
  determinant(of)[0] > 0 ? of : of.map((row) => row.map(([re, im], column) => (column ? [re, im] : [-re, -im])));

/** A (x) B = `local`, each of determinant 1, and the phase that is left. */
function factors(local: Matrix): [readonly [Matrix, Matrix], number] {
  let [row, column] = [0, 0];
  for (let r = 0; r < 4; r++)
    for (let c = 0; c < 4; c++) if (size(entry(local, r, c)) > size(entry(local, row, column))) [row, column] = [r, c];
  const second = unimodular(matrixOf(2, (r, c) => entry(local, (row & 2) + r, (column & 2) + c)));
  const first = unimodular(matrixOf(2, (r, c) => entry(local, 2 * r + (row & 1), 2 * c + (column & 1))));
  const made = times(entry(first, row >> 1, column >> 1), entry(second, row & 1, column & 1));
  return [[first, second], argument(entry(local, row, column)) - argument(made)];
}

/** The multiple of a matrix that has determinant 1. */
function unimodular(of: Matrix): Matrix {
  const determined = determinant(of);
  return scale(times(cis(-argument(determined) / 2), [1 / Math.sqrt(size(determined)), 0]), of);
}

const argument = ([re, im]: Complex): number => Math.atan2(im, re);
const size = ([re, im]: Complex): number => Math.hypot(re, im);
const transpose = (of: Matrix): Matrix => matrixOf(of.length, (row, column) => entry(of, column, row));

function determinant(of: Matrix): Complex {
  const [first = []] = of;
  if (of.length === 1) return first[0] ?? [Number.NaN, 0];
  return first.reduce<Complex>(
    ([re, im], one, column) => {
      const minor = of.slice(1).map((row) => row.filter((_, at) => at !== column));
      const [a, b] = times(one, determinant(minor));
      return column % 2 ? [re - a, im - b] : [re + a, im + b];
    },
    [0, 0],
  );
}
