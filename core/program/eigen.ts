// Eigenvectors of small unitary matrices, by Jacobi rotations on Hermitian combinations of their two commuting parts.

import {
  add,
  adjoint,
  conjugate,
  entry,
  identity,
  matrixOf,
  product,
  times,
  type Complex,
  type Matrix,
} from "./matrix.ts";

export interface Eigen {
  /** Columns are eigenvectors. */
  readonly vectors: Matrix;
  readonly values: readonly Complex[];
}

/** Weights of the second part: where one makes two eigenvalues meet, another does not. */
const WEIGHTS = [0.618, 1.7724, 0.2718, 3.3019, 0.0915, 7.389];
const DIAGONAL = 1e-11;

/** U = V diag(values) V^dagger. */
export function eigenOf(unitary: Matrix): Eigen {
  const dagger = adjoint(unitary);
  let best: Eigen & { off: number } = { vectors: unitary, values: [], off: Number.POSITIVE_INFINITY };
  for (const weight of WEIGHTS) {
    // (U + U^dagger) / 2 + weight (U - U^dagger) / 2i: Hermitian, with the eigenvectors of U.
    const hermitian = matrixOf(unitary.length, (row, column) => {
      const [a, b] = [entry(unitary, row, column), entry(dagger, row, column)];
      return [(a[0] + b[0]) / 2 + (weight * (a[1] - b[1])) / 2, (a[1] + b[1]) / 2 - (weight * (a[0] - b[0])) / 2];
    });
    const vectors = eigenvectorsOf(hermitian);
    const turned = product(adjoint(vectors), unitary, vectors);
    const off = offDiagonal(turned);
    if (off < best.off) best = { vectors, values: turned.map((row, k) => row[k] ?? [Number.NaN, 0]), off };
    if (off < DIAGONAL) break;
  }
  return best;
}

/** Columns that diagonalise a Hermitian matrix: cyclic Jacobi. */
export function eigenvectorsOf(hermitian: Matrix): Matrix {
  const size = hermitian.length;
  let [turned, vectors] = [hermitian, identity(size)];
  for (let sweep = 0; sweep < 40 && offDiagonal(turned) > 1e-16; sweep++)
    for (let p = 0; p < size - 1; p++)
      for (let q = p + 1; q < size; q++) {
        const rotation = rotationFor(turned, p, q);
        if (!rotation) continue;
        turned = product(adjoint(rotation), turned, rotation);
        vectors = product(vectors, rotation);
      }
  return vectors;
}

/** The unitary on rows `p` and `q` that makes their off-diagonal entry vanish. */
function rotationFor(of: Matrix, p: number, q: number): Matrix | undefined {
  const [re, im] = entry(of, p, q);
  const radius = Math.hypot(re, im);
  if (radius < 1e-300) return undefined;
  const phase: Complex = [re / radius, im / radius];
  const tau = (entry(of, q, q)[0] - entry(of, p, p)[0]) / (2 * radius);
  const tangent = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau));
  const c = 1 / Math.hypot(1, tangent);
  const s = tangent * c;
  return matrixOf(of.length, (row, column) => {
    if (row === p && column === p) return [c, 0];
    if (row === q && column === q) return [c, 0];
    if (row === p && column === q) return times([s, 0], phase);
    if (row === q && column === p) return times([-s, 0], conjugate(phase));
    return [row === column ? 1 : 0, 0];
  });
}

function offDiagonal(of: Matrix): number {
  let most = 0;
  of.forEach((row, r) =>
    row.forEach(([re, im], c) => {
      if (r !== c) most = Math.max(most, Math.hypot(re, im));
    }),
  );
  return most;
}

/** f of the matrix, by its eigenvalues. */
export function applyToEigenvalues({ vectors, values }: Eigen, f: (value: Complex) => Complex): Matrix {
  const images = values.map(f);
  return matrixOf(vectors.length, (row, column) =>
    images.reduce<Complex>(
      (sum, image, k) => add(sum, times(image, times(entry(vectors, row, k), conjugate(entry(vectors, column, k))))),
      [0, 0],
    ),
  );
}
