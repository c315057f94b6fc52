// Features as small whole numbers: which bin of its column a value falls into.

import type { Matrix } from "../linear/matrix.ts";

export const BINS = 64;

export interface Binned {
  rows: number;
  columns: number;
  /** Column-major `[columns, rows]`. */
  bins: Uint8Array;
  /** Ascending cuts of each column; bin b holds the values above cut b - 1 and up to cut b. */
  cuts: Float64Array[];
}

/** Bins of about equal count. */
export function binned(features: Matrix): Binned {
  const { rows, columns } = features;
  const bins = new Uint8Array(rows * columns);
  const cuts = Array.from({ length: columns }, (_, column) => {
    const values = Float64Array.from({ length: rows }, (_value, row) => features.values[row * columns + column] ?? 0);
    const edges = cutsOf(values);
    for (let row = 0; row < rows; row++) bins[column * rows + row] = binOf(values[row] ?? 0, edges);
    return edges;
  });
  return { rows, columns, bins, cuts };
}

function cutsOf(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  const cuts = new Set<number>();
  for (let bin = 1; bin < BINS; bin++) {
    const at = Math.floor((bin * sorted.length) / BINS);
    const above = sorted[at] ?? 0;
    const below = sorted[at - 1] ?? above;
    // Inside a run of equal values the cut is the value itself: whole-number columns keep all their cuts.
    cuts.add((below + above) / 2);
  }
  return Float64Array.from(cuts);
}

function binOf(value: number, cuts: Float64Array): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > (cuts[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
