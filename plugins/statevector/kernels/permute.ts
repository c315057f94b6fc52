// Runs of CX and X as one permutation of amplitudes: the new index is a linear function (over GF(2)) of the old one.
//
// A permutation is 32-bit columns: what each index bit becomes, then the constant. Within a tile the targets stand in a
// table of addresses; the bits outside add one value for a whole tile.

import { LANE_BITS, SHIFT } from "./lanes";

/** What is moved: single numbers, or vectors where rows lie side by side. */
export function targets(table: usize, columns: usize, tileBits: u32, unitBits: u32): void {
  store<u32>(table, 0);
  for (let bit = unitBits; bit < tileBits; bit++) {
    const column = load<u32>(columns + bit * 4) << (<u32>SHIFT);
    const half = (<usize>4) << (bit - unitBits);
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

// @ts-ignore: decorator
@inline
function move<T>(from: usize, to: usize, table: usize, count: usize, target: usize, back: bool): void {
  for (let k: usize = 0; k < count; k++) {
    const at = to + (target ^ (<usize>load<u32>(table + (k << 2))));
    if (back) store<T>(from + k * sizeof<T>(), load<T>(at));
    else store<T>(at, load<T>(from + k * sizeof<T>()));
  }
}

/** One plane of a tile to the whole state, or `back` from it. */
export function moveTile(
  tile: usize,
  tileBits: u32,
  plane: usize,
  table: usize,
  target: usize,
  rows: bool,
  back: bool,
): void {
  const count = (<usize>1) << (rows ? tileBits - LANE_BITS : tileBits);
  if (rows) {
    if (back) move<v128>(tile, plane, table, count, target, true);
    else move<v128>(tile, plane, table, count, target, false);
  } else {
    if (back) move<Real>(tile, plane, table, count, target, true);
    else move<Real>(tile, plane, table, count, target, false);
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
