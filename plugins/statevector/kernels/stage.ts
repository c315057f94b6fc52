// A stage: operations that all act inside tiles of the index, run tile after tile while a tile is in the cache.
//
// A tile is a run of neighbours, or, where `chosen` names higher index bits, the amplitudes that differ in those bits and
// in the lowest ones; such a tile is worked on in a buffer. src/planner/encode.ts writes stages:
//   32-bit numbers: tile bits, bits of the state, chosen bits, operations, columns of a permutation (0: none), buffer,
//   table of targets (these two, like tables of phases, counted from the scratch memory), unused; then eight for each
//   operation, the first of them its opcode.

import { scratch, setScratch, setTarget } from "./diagonal";
import { tabulate } from "./factors";
import { SHIFT, splat } from "./lanes";
import { DIAGONAL } from "./opcode";
import { deposit, HEADER, operate, OPERATION, operationAt, setApart, turnsThree } from "./operate";
import { fetchTile, moveTile, targetOf, targets } from "./permute";
import { COLUMN_BYTES } from "./rotate";
import { GAP_BYTES, planeBytes } from "./state";

/** The permutation that the table of targets is of. */
let lastColumns: usize = 0;

/** A plan has been loaded: its scratch memory, where nothing is built yet. */
export function usePlan(scratchAt: usize): void {
  setScratch(scratchAt);
  lastColumns = 0;
}

/** Builds the tables of a stage; the bindings must be there. */
export function prepareStage(stage: usize, inverse: bool): void {
  const count = load<u32>(stage, 12);
  const conjugate = inverse ? splat(-0.0) : splat(0);
  for (let at = stage + HEADER; at < stage + HEADER + count * OPERATION; at += OPERATION) {
    if (load<u32>(at) == DIAGONAL && load<u32>(at, 8) != 0)
      tabulate(scratch() + <usize>load<u32>(at, 16), load<u32>(at, 4), load<u32>(at, 8), <usize>load<u32>(at, 12), conjugate);
  }
  const columns = <usize>load<u32>(stage, 16);
  if (columns == 0 || columns == lastColumns) return;
  lastColumns = columns;
  targets(scratch() + <usize>load<u32>(stage, 24), columns, load<u32>(stage));
}

/**
 * Runs a stage on tiles `from` to `to`. A permutation writes them to `other`, which is then the state; backwards it reads
 * them from `state` and writes to `other`, too.
 */
export function runStage(stage: usize, state: usize, other: usize, from: usize, to: usize, inverse: bool): void {
  const tileBits = load<u32>(stage);
  const bits = load<u32>(stage, 4);
  const chosen = <usize>load<u32>(stage, 8);
  const columns = <usize>load<u32>(stage, 16);
  const buffer = scratch() + <usize>load<u32>(stage, 20);
  const table = scratch() + <usize>load<u32>(stage, 24);
  const plane = planeBytes(bits);
  const tileBytes = (<usize>1) << (tileBits + <u32>SHIFT);
  const all = ((<usize>1) << bits) - 1;
  const fixed = all & ~(chosen | (chosen ? (COLUMN_BYTES >> SHIFT) - 1 : ((<usize>1) << tileBits) - 1));
  let base = deposit(from, fixed);
  for (let tile = from; tile < to; tile++) {
    const at = base << SHIFT;
    if (chosen) {
      operateApart(stage, state + at, plane, buffer, chosen << SHIFT, tileBits, tileBytes, base, inverse);
    } else if (columns) {
      const target = targetOf(columns, bits, base);
      const plane0 = (inverse ? other : state) + at;
      const whole = inverse ? state : other;
      if (inverse) fetchTile(plane0, plane0 + plane, tileBytes, whole, plane, table, target);
      const moves = !inverse && endsTurned(stage);
      setTarget(whole, plane, table, target);
      operate(stage, plane0, plane0 + plane, tileBits, tileBytes, base, inverse, moves);
      if (!inverse && !moves) moveTile(plane0, plane0 + plane, tileBytes, whole, plane, table, target);
    } else {
      operate(stage, state + at, state + at + plane, tileBits, tileBytes, base, inverse, false);
    }
    base = ((base | ~fixed) + 1) & fixed;
  }
}

/** The last operation multiplies by factors without a table, which can move as well. */
function endsTurned(stage: usize): bool {
  const count = <usize>load<u32>(stage, 12);
  if (count == 0) return false;
  const last = stage + HEADER + (count - 1) * OPERATION;
  return load<u32>(last) == DIAGONAL && load<u32>(last, 8) == 0;
}

/** A tile of chosen bits. Rotations of three bits that come first or last read from the state or write there themselves. */
function operateApart(
  stage: usize,
  state: usize,
  plane: usize,
  buffer: usize,
  mask: usize,
  tileBits: u32,
  bytes: usize,
  base: usize,
  inverse: bool,
): void {
  const apart = bytes + GAP_BYTES;
  const count = <usize>load<u32>(stage, 12);
  setApart(mask, state, state + plane);
  const reads = turnsThree(operationAt(stage, 0, inverse));
  const writes = turnsThree(operationAt(stage, count - 1, inverse));
  if (!reads) {
    copy(state, buffer, mask, bytes, false);
    copy(state + plane, buffer + apart, mask, bytes, false);
  }
  operate(stage, buffer, buffer + apart, tileBits, bytes, base, inverse, false);
  setApart(0, 0, 0);
  if (!writes) {
    copy(state, buffer, mask, bytes, true);
    copy(state + plane, buffer + apart, mask, bytes, true);
  }
}

/** Between a tile of chosen bits and its buffer. */
function copy(plane: usize, buffer: usize, mask: usize, tileBytes: usize, back: bool): void {
  let row: usize = 0;
  for (let at: usize = 0; at < tileBytes; at += COLUMN_BYTES) {
    const there = plane + row;
    const here = buffer + at;
    if (back) {
      for (let k: usize = 0; k < COLUMN_BYTES; k += 16) store<v128>(there + k, load<v128>(here + k));
    } else {
      for (let k: usize = 0; k < COLUMN_BYTES; k += 16) store<v128>(here + k, load<v128>(there + k));
    }
    row = ((row | ~mask) + 1) & mask;
  }
}
