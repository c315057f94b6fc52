// One regression tree, grown level by level on histograms.

import { BINS, type Binned } from "./bins.ts";

export const LEAF = 0xffffffff;

/** A complete binary tree in breadth-first order: node k has the children 2k + 1 and 2k + 2. */
export interface Tree {
  /** Column that a node asks about, or LEAF. */
  columns: Uint32Array;
  /** Values above the cut go to the second child. */
  cuts: Float64Array;
  values: Float64Array;
}

export interface TreeRequest {
  data: Binned;
  /** `[rows]` */
  residuals: Float64Array;
  rows: Uint32Array;
  columns: Uint32Array;
  depth: number;
  rowsPerLeaf: number;
  /** Added to the count of rows where a leaf's value is taken: shrinks small leaves. */
  ridge: number;
}

/** The best cut of each node of one level. */
interface Cuts {
  gain: Float64Array;
  column: Uint32Array;
  bin: Uint8Array;
}

/** For each node of one level: sum of residuals and count of rows. */
interface Totals {
  sums: Float64Array;
  counts: Float64Array;
}

export const nodesOf = (depth: number): number => 2 ** (depth + 1) - 1;

/** Squared error, second-order gain (Chen and Guestrin, KDD 2016, equation 7). */
export function growTree(request: TreeRequest): Tree {
  const { data, rows, depth, ridge } = request;
  const size = nodesOf(depth);
  const tree: Tree = {
    columns: new Uint32Array(size).fill(LEAF),
    cuts: new Float64Array(size),
    values: new Float64Array(size),
  };
  // Where each row stands: its node within the level, or LEAF once it has arrived.
  const places = new Uint32Array(data.rows);
  for (let level = 0; level <= depth; level++) {
    const width = 2 ** level;
    const first = width - 1;
    const totals = totalsOf(request, places, width);
    totals.sums.forEach((sum, node) => (tree.values[first + node] = sum / ((totals.counts[node] ?? 0) + ridge)));
    if (level === depth) break;
    const best = bestCuts(request, places, totals, width);
    best.column.forEach((column, node) => {
      tree.columns[first + node] = column;
      tree.cuts[first + node] = data.cuts[column]?.[best.bin[node] ?? 0] ?? 0;
    });
    moveDown(data, rows, places, best);
  }
  return tree;
}

function totalsOf({ residuals, rows }: TreeRequest, places: Uint32Array, width: number): Totals {
  const sums = new Float64Array(width);
  const counts = new Float64Array(width);
  for (const row of rows) {
    const node = places[row] ?? LEAF;
    if (node === LEAF) continue;
    sums[node] = (sums[node] ?? 0) + (residuals[row] ?? 0);
    counts[node] = (counts[node] ?? 0) + 1;
  }
  return { sums, counts };
}

function bestCuts(request: TreeRequest, places: Uint32Array, totals: Totals, width: number): Cuts {
  const best: Cuts = {
    gain: new Float64Array(width),
    column: new Uint32Array(width).fill(LEAF),
    bin: new Uint8Array(width),
  };
  const sums = new Float64Array(width * BINS);
  const counts = new Float64Array(width * BINS);
  for (const column of request.columns) {
    fillHistogram(request, places, column, { sums, counts });
    for (let node = 0; node < width; node++) improveCut(request, { sums, counts }, totals, { best, node, column });
  }
  return best;
}

function fillHistogram(
  { data, residuals, rows }: TreeRequest,
  places: Uint32Array,
  column: number,
  into: Totals,
): void {
  const { sums, counts } = into;
  const bins = data.bins.subarray(column * data.rows, (column + 1) * data.rows);
  sums.fill(0);
  counts.fill(0);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] ?? 0;
    const node = places[row] ?? LEAF;
    if (node === LEAF) continue;
    const at = node * BINS + (bins[row] ?? 0);
    sums[at] = (sums[at] ?? 0) + (residuals[row] ?? 0);
    counts[at] = (counts[at] ?? 0) + 1;
  }
}

/** Tries every cut of one column for one node. */
function improveCut(
  { data, ridge, rowsPerLeaf }: TreeRequest,
  histogram: Totals,
  totals: Totals,
  { best, node, column }: { best: Cuts; node: number; column: number },
): void {
  const sum = totals.sums[node] ?? 0;
  const count = totals.counts[node] ?? 0;
  const whole = sum ** 2 / (count + ridge);
  let leftSum = 0;
  let leftCount = 0;
  for (let bin = 0; bin < (data.cuts[column]?.length ?? 0); bin++) {
    leftSum += histogram.sums[node * BINS + bin] ?? 0;
    leftCount += histogram.counts[node * BINS + bin] ?? 0;
    const rightCount = count - leftCount;
    if (leftCount < rowsPerLeaf || rightCount < rowsPerLeaf) continue;
    const gain = leftSum ** 2 / (leftCount + ridge) + (sum - leftSum) ** 2 / (rightCount + ridge) - whole;
    if (gain <= (best.gain[node] ?? 0) + 1e-12) continue;
    best.gain[node] = gain;
    best.column[node] = column;
    best.bin[node] = bin;
  }
}

function moveDown(data: Binned, rows: Uint32Array, places: Uint32Array, best: Cuts): void {
  for (const row of rows) {
    const node = places[row] ?? LEAF;
    if (node === LEAF) continue;
    const column = best.column[node] ?? LEAF;
    const isAbove = column !== LEAF && (data.bins[column * data.rows + row] ?? 0) > (best.bin[node] ?? 0);
    places[row] = column === LEAF ? LEAF : 2 * node + (isAbove ? 1 : 0);
  }
}
