// Dense real matrices, row-major over Float64Array: the few products that fitting spends its time in.

export interface Matrix {
  rows: number;
  columns: number;
  /** `[rows, columns]`, row-major. */
  values: Float64Array;
}

export const zeros = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  values: new Float64Array(rows * columns),
});

export const rowOf = ({ columns, values }: Matrix, row: number): Float64Array =>
  values.subarray(row * columns, (row + 1) * columns);

export function pickRows(of: Matrix, rows: ArrayLike<number>): Matrix {
  const picked = zeros(rows.length, of.columns);
  for (let at = 0; at < rows.length; at++) picked.values.set(rowOf(of, rows[at] ?? -1), at * of.columns);
  return picked;
}

export function transpose(of: Matrix): Matrix {
  const turned = zeros(of.columns, of.rows);
  for (let row = 0; row < of.rows; row++)
    for (let column = 0; column < of.columns; column++)
      turned.values[column * of.rows + row] = of.values[row * of.columns + column] ?? 0;
  return turned;
}

/** Each column times its factor. */
export function scaleColumns(of: Matrix, factors: ArrayLike<number>): Matrix {
  const scaled = zeros(of.rows, of.columns);
  for (let row = 0, at = 0; row < of.rows; row++)
    for (let column = 0; column < of.columns; column++, at++)
      scaled.values[at] = (of.values[at] ?? 0) * (factors[column] ?? 0);
  return scaled;
}

/** At most `count` rows from row `from` on. */
export function sliceRows(of: Matrix, from: number, count: number): Matrix {
  const rows = Math.min(count, of.rows - from);
  return { rows, columns: of.columns, values: of.values.slice(from * of.columns, (from + rows) * of.columns) };
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** a b, `[n, k] [k, m]`: four rows of b at a time, so that an output row is passed over k/4 times. */
export function times(a: Matrix, b: Matrix): Matrix {
  const product = zeros(a.rows, b.columns);
  for (let row = 0; row < a.rows; row++) {
    const left = rowOf(a, row);
    const out = rowOf(product, row);
    for (let k = 0; k < a.columns; k += 4) addFourRows(out, left, b, k);
  }
  return product;
}

function addFourRows(out: Float64Array, left: Float64Array, b: Matrix, k: number): void {
  const { values, columns, rows } = b;
  // Rows beyond the last are read as the last one, times zero.
  const p = k * columns;
  const q = Math.min(k + 1, rows - 1) * columns;
  const r = Math.min(k + 2, rows - 1) * columns;
  const s = Math.min(k + 3, rows - 1) * columns;
  const u = left[k] ?? 0;
  const v = left[k + 1] ?? 0;
  const w = left[k + 2] ?? 0;
  const z = left[k + 3] ?? 0;
  for (let j = 0; j < columns; j++)
    out[j] =
      (out[j] ?? 0) +
      u * (values[p + j] ?? 0) +
      v * (values[q + j] ?? 0) +
      w * (values[r + j] ?? 0) +
      z * (values[s + j] ?? 0);
}

/** a bᵀ, `[n, k] [m, k]`, in blocks of two rows by two rows. */
export function timesTransposed(a: Matrix, b: Matrix): Matrix {
  const product = zeros(a.rows, b.rows);
  for (let row = 0; row < a.rows; row += 2)
    for (let column = 0; column < b.rows; column += 2) writeBlock(product, a, b, row, column);
  return product;
}

/** a aᵀ: half of the products, mirrored. */
export function gram(a: Matrix): Matrix {
  const product = zeros(a.rows, a.rows);
  for (let row = 0; row < a.rows; row += 2)
    for (let column = 0; column <= row; column += 2) writeBlock(product, a, a, row, column);
  for (let row = 0; row < a.rows; row++)
    for (let column = 0; column < row; column++)
      product.values[column * a.rows + row] = product.values[row * a.rows + column] ?? 0;
  return product;
}

/** Four dot products at once: two rows of a with two rows of b (the same row twice at an odd end). */
function writeBlock(product: Matrix, a: Matrix, b: Matrix, row: number, column: number): void {
  const width = a.columns;
  const nextRow = Math.min(row + 1, a.rows - 1);
  const nextColumn = Math.min(column + 1, b.rows - 1);
  const [left, right] = [a.values, b.values];
  const [x, y] = [row * width, nextRow * width];
  const [v, w] = [column * width, nextColumn * width];
  let xv = 0;
  let xw = 0;
  let yv = 0;
  let yw = 0;
  for (let k = 0; k < width; k++) {
    const xk = left[x + k] ?? 0;
    const yk = left[y + k] ?? 0;
    const vk = right[v + k] ?? 0;
    const wk = right[w + k] ?? 0;
    xv += xk * vk;
    xw += xk * wk;
    yv += yk * vk;
    yw += yk * wk;
  }
  const { values, columns } = product;
  values[row * columns + column] = xv;
  values[row * columns + nextColumn] = xw;
  values[nextRow * columns + column] = yv;
  values[nextRow * columns + nextColumn] = yw;
}

/** a x for a vector x. */
export function timesVector(a: Matrix, x: Float64Array): Float64Array {
  return Float64Array.from({ length: a.rows }, (_, row) => dot(rowOf(a, row), x));
}

/** sum of a[i, j] b[i, j]: the trace of a bᵀ. */
export const innerProduct = (a: Matrix, b: Matrix): number => dot(a.values, b.values);

/** left * a + right * b, entry by entry. */
export function combine(left: number, a: Matrix, right: number, b: Matrix): Matrix {
  const sum = zeros(a.rows, a.columns);
  for (let i = 0; i < sum.values.length; i++) sum.values[i] = left * (a.values[i] ?? 0) + right * (b.values[i] ?? 0);
  return sum;
}

export function concatenate(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
