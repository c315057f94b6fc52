// A stage: operations that all act inside tiles of the index, run tile after tile while a tile is in the cache.
//
// A tile is a run of neighbours, or, where `chosen` names higher index bits, the amplitudes that differ in those bits and
// in the lowest ones; such a tile is copied to a buffer and back. src/encode.ts writes stages:
//   32-bit numbers: tile bits, bits of the state, chosen bits, operations, columns of a permutation (0: none), buffer,
//   table of targets (these two, like tables of phases, counted from the scratch memory), rows side by side (0 or 1); then eight for each operation, the first of them its opcode.

import {
  applyDiagonal,
  applyParity,
  NUMBERS_MOVE,
  scratch,
  setScratch,
  setTarget,
  STAYS,
  tabulate,
  VECTORS_MOVE,
} from "./diagonal";
import { LANE_BITS, mul, oddLanes, SHIFT, splat } from "./lanes";
import { exchange, fetchTile, moveTile, targetOf, targets } from "./permute";
import { COLUMN_BYTES, rotate, rotateColumns, rotateLow } from "./rotate";
import { GAP_BYTES, planeBytes } from "./state";
import { DIAGONAL, EXCHANGE, PARITY, ROTATE, ROTATE_LOW } from "./opcode";

const HEADER: usize = 32;
const OPERATION: usize = 32;
/** Below this the cosines that have gathered are multiplied in. */
const LEAST_SCALE: f64 = LANE_BITS == 1 ? 1e-60 : 1e-8;

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
  targets(scratch() + <usize>load<u32>(stage, 24), columns, load<u32>(stage), load<u32>(stage, 28) ? LANE_BITS : 0);
}

/** The bits of `value` at the places of `mask`. */
function deposit(value: usize, mask: usize): usize {
  let result: usize = 0;
  for (let rest = mask; rest != 0; rest &= rest - 1) {
    if (value & 1) result |= rest & -rest;
    value >>= 1;
  }
  return result;
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
  const rows = load<u32>(stage, 28) != 0;
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
      if (inverse) fetchTile(plane0, plane0 + plane, tileBytes, whole, plane, table, target, rows);
      const moves = inverse || !endsTurned(stage) ? STAYS : rows ? VECTORS_MOVE : NUMBERS_MOVE;
      setTarget(whole, plane, table, target);
      operate(stage, plane0, plane0 + plane, tileBits, tileBytes, base, inverse, moves);
      if (!inverse && moves == STAYS) moveTile(plane0, plane0 + plane, tileBytes, whole, plane, table, target, rows);
    } else {
      operate(stage, state + at, state + at + plane, tileBits, tileBytes, base, inverse, STAYS);
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

function operationAt(stage: usize, index: usize, inverse: bool): usize {
  const count = <usize>load<u32>(stage, 12);
  return stage + HEADER + (inverse ? count - 1 - index : index) * OPERATION;
}

function isRotation(at: usize): bool {
  return load<u32>(at) == ROTATE || load<u32>(at) == ROTATE_LOW;
}

function turnsThree(at: usize): bool {
  return load<u32>(at) == ROTATE && load<u32>(at, 12) != 0;
}

/** A tile of chosen bits. Rotations of three bits at its ends read from the state and write there, so that nothing needs copying. */
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
  apartMask = mask;
  columns0 = state;
  columns1 = state + plane;
  const reads = turnsThree(operationAt(stage, 0, inverse));
  const writes = turnsThree(operationAt(stage, count - 1, inverse));
  if (!reads) {
    copy(state, buffer, mask, bytes, false);
    copy(state + plane, buffer + apart, mask, bytes, false);
  }
  operate(stage, buffer, buffer + apart, tileBits, bytes, base, inverse, STAYS);
  apartMask = 0;
  if (!writes) {
    copy(state, buffer, mask, bytes, true);
    copy(state + plane, buffer + apart, mask, bytes, true);
  }
}

/** Of a tile of chosen bits: where its planes are in the state, and which bits of an address tell its columns apart. */
let apartMask: usize = 0;
let columns0: usize = 0;
let columns1: usize = 0;

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

let scale: v128 = splat(1);

/** Rotations that follow each other finish one plane before the other, so that it stays in the first cache. */
function operate(
  stage: usize,
  plane0: usize,
  plane1: usize,
  tileBits: u32,
  bytes: usize,
  base: usize,
  inverse: bool,
  moves: u32,
): void {
  const count = <usize>load<u32>(stage, 12);
  scale = splat(1);
  for (let index: usize = 0; index < count; index++) {
    const at = operationAt(stage, index, inverse);
    if (!isRotation(at)) {
      perform(at, plane0, plane1, tileBits, bytes, base, inverse, index == count - 1 ? moves : STAYS);
      continue;
    }
    const gathered = scale;
    let end = index;
    for (; end < count && isRotation(operationAt(stage, end, inverse)); end++)
      turn(operationAt(stage, end, inverse), plane0, columns0, bytes, inverse, end == 0, end == count - 1);
    scale = gathered;
    for (let again = index; again < end; again++)
      turn(operationAt(stage, again, inverse), plane1, columns1, bytes, inverse, again == 0, again == count - 1);
    index = end - 1;
  }
}

/** An operation other than a rotation. */
function perform(
  at: usize,
  plane0: usize,
  plane1: usize,
  tileBits: u32,
  bytes: usize,
  base: usize,
  inverse: bool,
  moves: u32,
): void {
  const opcode = load<u32>(at);
  const conjugate = inverse ? splat(-0.0) : splat(0);
  if (opcode == DIAGONAL) {
    const count = load<u32>(at, 24) & 0xffff;
    applyDiagonal(
      plane0,
      plane1,
      tileBits,
      bytes,
      scratch() + <usize>load<u32>(at, 16),
      load<u32>(at, 4),
      load<u32>(at, 8) != 0,
      <usize>load<u32>(at, 12),
      <usize>load<u32>(at, 20),
      count,
      (load<u32>(at, 24) >> 16) != 0,
      <usize>load<u32>(at, 28),
      base,
      conjugate,
      moves,
    );
  } else if (opcode == PARITY) {
    const mask = load<u32>(at, 4);
    const parity = popcnt(base & (<usize>load<u32>(at, 8))) & 1;
    const lanes = oddLanes(mask & ((1 << LANE_BITS) - 1));
    applyParity(plane0, plane1, bytes, mask, <usize>load<u32>(at, 12), parity, lanes, conjugate);
  } else if (opcode == EXCHANGE) {
    const outside = <usize>load<u32>(at, 12);
    if ((base & outside) != outside) return;
    exchange(plane0, tileBits, <usize>load<u32>(at, 4), <usize>load<u32>(at, 8));
    exchange(plane1, tileBits, <usize>load<u32>(at, 4), <usize>load<u32>(at, 8));
  }
}

/** A rotation on one plane; the last number says which is the last of its stage, forwards (1) or backwards (2). */
function turn(at: usize, plane: usize, columns: usize, bytes: usize, inverse: bool, starts: bool, ends: bool): void {
  const opcode = load<u32>(at);
  const conjugate = inverse ? splat(-0.0) : splat(0);
  const slot = <usize>load<u32>(at, 16);
  const rotations = load<u32>(at, 20);
  let gathered = scale;
  for (let rotation: u32 = 0; rotation < rotations; rotation++)
    gathered = mul(gathered, load<v128>(slot + rotation * 32, 16));
  const isLast = (load<u32>(at, 28) & (inverse ? 2 : 1)) != 0;
  const scaled = isLast || isSmall(gathered);
  scale = scaled ? splat(1) : gathered;
  const t0 = v128.xor(load<v128>(slot), conjugate);
  const t1 = v128.xor(load<v128>(slot, 32), conjugate);
  const t2 = v128.xor(load<v128>(slot, 64), conjugate);
  const s0 = <usize>load<u32>(at, 4);
  const s1 = <usize>load<u32>(at, 8);
  const s2 = <usize>load<u32>(at, 12);
  if (opcode == ROTATE_LOW) {
    const t3 = v128.xor(load<v128>(slot, 96), conjugate);
    const t4 = v128.xor(load<v128>(slot, 128), conjugate);
    if (LANE_BITS == 1) rotateLow(plane, bytes, t0, t0, t1, t2, t3, gathered, scaled);
    else rotateLow(plane, bytes, t0, t1, t2, t3, t4, gathered, scaled);
  } else if (apartMask != 0 && (starts || ends) && turnsThree(at)) {
    const inside = bytes - COLUMN_BYTES;
    const a0 = deposit(s0 / COLUMN_BYTES, apartMask);
    const a1 = deposit(s1 / COLUMN_BYTES, apartMask);
    const a2 = deposit(s2 / COLUMN_BYTES, apartMask);
    rotateColumns(
      bytes / COLUMN_BYTES,
      starts ? columns : plane,
      starts ? apartMask : inside,
      starts ? a0 : s0,
      starts ? a1 : s1,
      starts ? a2 : s2,
      ends ? columns : plane,
      ends ? apartMask : inside,
      ends ? a0 : s0,
      ends ? a1 : s1,
      ends ? a2 : s2,
      t0,
      t1,
      t2,
      gathered,
      scaled,
    );
  } else {
    rotate(plane, bytes, s0, s1, s2, t0, t1, t2, gathered, scaled);
  }
}

function isSmall(value: v128): bool {
  const least = splat(<Real>LEAST_SCALE);
  return v128.any_true(v128.lt<Real>(v128.abs<Real>(value), least));
}
