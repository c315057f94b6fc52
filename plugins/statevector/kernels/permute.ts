// Runs of CX and X as one permutation of amplitudes: the new index is a linear function (over GF(2)) of the old one.
//
// A permutation is 32-bit columns: what each index bit becomes, then the constant. Within a tile the targets stand in a
// table of addresses; the bits outside add one value for a whole tile.

import { LANE_BITS, SHIFT } from "./lanes";

export function targets(table: usize, columns: usize, tileBits: u32): void {
  store<u32>(table, 0);
  for (let bit: u32 = 0; bit < tileBits; bit++) {
    const column = load<u32>(columns + bit * 4) << (<u32>SHIFT);
    const half = (<usize>4) << bit;
    for (let at = table; at < table + half; at += 4) store<u32>(at + half, load<u32>(at) ^ column);
  }
}

/** Where the first amplitude of a tile goes, in bytes. */
export function targetOf(columns: usize, bits: u32, base: usize): usize {
  let target = load<u32>(columns + bits * 4);
  for (let bit: u32 = 0; bit < bits; bit++) {
    if ((base >> bit) & 1) target ^= load<u32>(columns + bit * 4);
  }
  return (<usize>target) << SHIFT;
}

/** Bytes of the table for a vector of amplitudes. */
export const ENTRY_BYTES: usize = 4 << LANE_BITS;

/**
 * The lanes of a vector of each plane to their places in the whole state. `entry` is that of the table, `imaginary` the
 * distance from plane to plane.
 */
// @ts-ignore: decorator
@inline
export function place(re: v128, im: v128, entry: usize, whole: usize, imaginary: usize, target: usize): void {
  const at = whole + (target ^ <usize>load<u32>(entry));
  const next = whole + (target ^ <usize>load<u32>(entry, 4));
  v128.store_lane<Real>(at, re, 0);
  v128.store_lane<Real>(at + imaginary, im, 0);
  v128.store_lane<Real>(next, re, 1);
  v128.store_lane<Real>(next + imaginary, im, 1);
  if (LANE_BITS == 2) {
    const third = whole + (target ^ <usize>load<u32>(entry, 8));
    const fourth = whole + (target ^ <usize>load<u32>(entry, 12));
    v128.store_lane<f32>(third, re, 2);
    v128.store_lane<f32>(third + imaginary, im, 2);
    v128.store_lane<f32>(fourth, re, 3);
    v128.store_lane<f32>(fourth + imaginary, im, 3);
  }
}

/** A tile to its places in the whole state. */
export function moveTile(
  plane0: usize,
  plane1: usize,
  bytes: usize,
  whole: usize,
  imaginary: usize,
  table: usize,
  target: usize,
): void {
  let entry = table;
  for (let at: usize = 0; at < bytes; at += 16) {
    place(load<v128>(plane0 + at), load<v128>(plane1 + at), entry, whole, imaginary, target);
    entry += ENTRY_BYTES;
  }
}

/** A tile from its places in the whole state. */
export function fetchTile(
  plane0: usize,
  plane1: usize,
  bytes: usize,
  whole: usize,
  imaginary: usize,
  table: usize,
  target: usize,
): void {
  let entry = table;
  for (let k: usize = 0; k < bytes; k += sizeof<Real>()) {
    const at = whole + (target ^ <usize>load<u32>(entry));
    store<Real>(plane0 + k, load<Real>(at));
    store<Real>(plane1 + k, load<Real>(at + imaginary));
    entry += 4;
  }
}

// @ts-ignore: decorator
@inline
function swapWhere<T>(plane: usize, count: usize, target: usize, control: usize): void {
  for (let k: usize = 0; k < count; k++) {
    if ((k & target) != 0 || (k & control) != control) continue;
    const p = plane + k * sizeof<T>();
    const q = p + target * sizeof<T>();
    const value = load<T>(p);
    store<T>(p, load<T>(q));
    store<T>(q, value);
  }
}

/** CX within a tile: exchanges the pairs of `target` where `control` (0: none) is set. Both are index bits of the tile. */
export function exchange(plane: usize, tileBits: u32, target: usize, control: usize): void {
  const inVector = ((<usize>1) << LANE_BITS) - 1;
  const count = (<usize>1) << tileBits;
  if (((target | control) & inVector) != 0) swapWhere<Real>(plane, count, target, control);
  else swapWhere<v128>(plane, count >> LANE_BITS, target >> LANE_BITS, control >> LANE_BITS);
}
