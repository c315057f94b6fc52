// Small complex matrices as plain numbers: products, adjoints, and the comparison that decides "unitary".

export type Complex = readonly [re: number, im: number];

/** Row-major `[real, imaginary]` pairs; the first qubit named is the most significant bit of an index. */
export type Matrix = readonly (readonly Complex[])[];

export const ZERO: Complex = [0, 0];
export const ONE: Complex = [1, 0];

export const add = ([a, b]: Complex, [c, d]: Complex): Complex => [a + c, b + d];
export const times = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
export const conjugate = ([re, im]: Complex): Complex => [re, -im];
/** e^{i theta} */
export const cis = (theta: number): Complex => [Math.cos(theta), Math.sin(theta)];

export const entry = (of: Matrix, row: number, column: number): Complex => of[row]?.[column] ?? [Number.NaN, 0];

export const matrixOf = (size: number, at: (row: number, column: number) => Complex): Matrix =>
  Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => at(row, column)));

export const diagonalMatrix = (entries: readonly Complex[]): Matrix =>
  matrixOf(entries.length, (row, column) => (row === column ? (entries[row] ?? ZERO) : ZERO));

export const identity = (size: number): Matrix => matrixOf(size, (row, column) => (row === column ? ONE : ZERO));

export const adjoint = (of: Matrix): Matrix => matrixOf(of.length, (row, column) => conjugate(entry(of, column, row)));

export const scale = (factor: Complex, of: Matrix): Matrix => of.map((row) => row.map((one) => times(factor, one)));

/** The product as written: the rightmost acts first. */
export const product = (first: Matrix, ...others: readonly Matrix[]): Matrix =>
  others.reduce(
    (a, b) =>
      matrixOf(a.length, (row, column) =>
        a.reduce<Complex>((sum, _, k) => add(sum, times(entry(a, row, k), entry(b, k, column))), ZERO),
      ),
    first,
  );

/** The left factor is the more significant one. */
export const kron = (a: Matrix, b: Matrix): Matrix =>
  matrixOf(a.length * b.length, (row, column) =>
    times(
      entry(a, Math.floor(row / b.length), Math.floor(column / b.length)),
      entry(b, row % b.length, column % b.length),
    ),
  );

/** `of` where every one of `controls` qubits, named before its own, is set; else nothing. */
export function controlledMatrix(of: Matrix, controls = 1): Matrix {
  const size = of.length * 2 ** controls;
  const first = size - of.length;
  return matrixOf(size, (row, column) =>
    row >= first && column >= first ? entry(of, row - first, column - first) : row === column ? ONE : ZERO,
  );
}

/** The largest difference of any two entries; NaN where one of them is. */
export const distance = (a: Matrix, b: Matrix): number =>
  Math.max(
    ...a.flatMap((row, r) => row.map(([re, im], c) => Math.hypot(re - entry(b, r, c)[0], im - entry(b, r, c)[1]))),
  );

/** How far a matrix is from being unitary. */
export const unitarity = (of: Matrix): number => distance(product(of, adjoint(of)), identity(of.length));
