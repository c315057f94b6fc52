// A permutation in place: as CX and X, one after another, for states that have no room for a second one.

import { bitsOf } from "./frame.ts";

/** CX where there is a control, X where there is none; index bits. */
export interface Exchange {
  target: number;
  control?: number;
}

/** Gauss-Jordan elimination of the columns: the operations that undo it, read backwards, are those that make it. */
export function exchangesOf(columns: readonly number[]): Exchange[] {
  const bits = columns.length - 1;
  // Row r of the map: which old bits make up new bit r.
  const rows = Array.from({ length: bits }, (_, row) =>
    columns.slice(0, bits).reduce((mask, column, bit) => (column & (2 ** row) ? mask | (2 ** bit) : mask), 0),
  );
  const undoing: Exchange[] = [];
  const addRow = (target: number, control: number) => {
    rows[target] = (rows[target] ?? 0) ^ (rows[control] ?? 0);
    undoing.push({ target, control });
  };
  for (let bit = 0; bit < bits; bit++) {
    const has = (row: number) => ((rows[row] ?? 0) & (2 ** bit)) !== 0;
    if (!has(bit)) {
      const pivot = rows.findIndex((_, row) => row > bit && has(row));
      addRow(bit, pivot);
    }
    for (let row = 0; row < bits; row++) if (row !== bit && has(row)) addRow(row, bit);
  }
  return [...undoing.toReversed(), ...bitsOf(columns[bits] ?? 0).map((target) => ({ target }))];
}
