// A stage: operations that all act inside tiles of the index, run tile after tile while a tile is in the cache.
//
// A tile is a run of neighbours, or, where `chosen` names higher index bits, the amplitudes that differ in those bits and
// in the lowest ones; such a tile is copied to a buffer and back. src/encode.ts writes stages:
//   32-bit numbers: tile bits, bits of the state, chosen bits, operations, columns of a permutation (0: none), buffer,
//   table of targets (these two, like tables of phases, counted from the scratch memory), rows side by side (0 or 1); then eight for each operation, the first of them its opcode.

import { applyDiagonal, applyParity, scratch, setScratch, tabulate } from "./diagonal";
import { LANE_BITS, mul, oddLanes, SHIFT, splat } from "./lanes";
import { exchange, moveTile, targetOf, targets } from "./permute";
import { rotate, rotateLow } from "./rotate";
import { GAP_BYTES, planeBytes } from "./state";
import { DIAGONAL, EXCHANGE, PARITY, ROTATE, ROTATE_LOW } from "./opcode";

const HEADER: usize = 32;
const OPERATION: usize = 32;
/** Neighbours in a tile of chosen bits: two cache lines. */
const COLUMN_BYTES: usize = 128;
/** Below this the cosines that have gathered are multiplied in. */
const LEAST_SCALE: f64 = LANE_BITS == 1 ? 1e-60 : 1e-8;
/** In single precision the cosines of one operation may be smaller together than a number can be; then each turns alone. */
const LEAST_TOGETHER: f64 = 1e-12;

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
    if (load<u32>(at) == DIAGONAL)
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
    if (chosen) {
      const plane0 = buffer;
      const plane1 = buffer + tileBytes + GAP_BYTES;
      copy(state + (base << SHIFT), plane0, chosen, tileBytes, false);
      copy(state + plane + (base << SHIFT), plane1, chosen, tileBytes, false);
      operate(stage, plane0, plane1, tileBits, tileBytes, base, inverse);
      copy(state + (base << SHIFT), plane0, chosen, tileBytes, true);
      copy(state + plane + (base << SHIFT), plane1, chosen, tileBytes, true);
    } else if (columns) {
      const target = targetOf(columns, bits, base);
      const plane0 = (inverse ? other : state) + (base << SHIFT);
      const plane1 = plane0 + plane;
      const whole = inverse ? state : other;
      if (inverse) {
        moveTile(plane0, tileBits, whole, table, target, rows, true);
        moveTile(plane1, tileBits, whole + plane, table, target, rows, true);
      }
      operate(stage, plane0, plane1, tileBits, tileBytes, base, inverse);
      if (!inverse) {
        moveTile(plane0, tileBits, whole, table, target, rows, false);
        moveTile(plane1, tileBits, whole + plane, table, target, rows, false);
      }
    } else {
      const plane0 = state + (base << SHIFT);
      operate(stage, plane0, plane0 + plane, tileBits, tileBytes, base, inverse);
    }
    base = ((base | ~fixed) + 1) & fixed;
  }
}

/** Between a tile of chosen bits and its buffer. */
function copy(plane: usize, buffer: usize, chosen: usize, tileBytes: usize, back: bool): void {
  const mask = chosen << SHIFT;
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

function operate(
  stage: usize,
  plane0: usize,
  plane1: usize,
  tileBits: u32,
  bytes: usize,
  base: usize,
  inverse: bool,
): void {
  const count = <usize>load<u32>(stage, 12);
  const first = stage + HEADER;
  const last = first + count * OPERATION - OPERATION;
  scale = splat(1);
  for (let index: usize = 0; index < count; index++) {
    const at = inverse ? last - index * OPERATION : first + index * OPERATION;
    perform(at, plane0, plane1, tileBits, bytes, base, inverse);
  }
}

/** An operation; of a rotation the last number says which is the last of its stage, forwards (1) or backwards (2). */
function perform(
  at: usize,
  plane0: usize,
  plane1: usize,
  tileBits: u32,
  bytes: usize,
  base: usize,
  inverse: bool,
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
      <usize>load<u32>(at, 20),
      count,
      (load<u32>(at, 24) >> 16) != 0,
      <usize>load<u32>(at, 28),
      base,
      conjugate,
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
  } else {
    turn(at, opcode, plane0, plane1, bytes, inverse, conjugate);
  }
}

function turn(
  at: usize,
  opcode: u32,
  plane0: usize,
  plane1: usize,
  bytes: usize,
  inverse: bool,
  conjugate: v128,
): void {
  const slot = <usize>load<u32>(at, 16);
  const rotations = load<u32>(at, 20);
  let gathered = scale;
  for (let rotation: u32 = 0; rotation < rotations; rotation++)
    gathered = mul(gathered, load<v128>(slot + rotation * 32, 16));
  if (LANE_BITS == 2 && isSmaller(gathered, LEAST_TOGETHER)) {
    turnApart(at, opcode, plane0, plane1, bytes, conjugate);
    return;
  }
  const isLast = (load<u32>(at, 28) & (inverse ? 2 : 1)) != 0;
  const scaled = isLast || isSmaller(gathered, LEAST_SCALE);
  scale = scaled ? splat(1) : gathered;
  const t0 = v128.xor(load<v128>(slot), conjugate);
  const t1 = v128.xor(load<v128>(slot, 32), conjugate);
  const t2 = v128.xor(load<v128>(slot, 64), conjugate);
  if (opcode == ROTATE) {
    const s0 = <usize>load<u32>(at, 4);
    const s1 = <usize>load<u32>(at, 8);
    const s2 = <usize>load<u32>(at, 12);
    rotate(plane0, bytes, s0, s1, s2, t0, t1, t2, gathered, scaled);
    rotate(plane1, bytes, s0, s1, s2, t0, t1, t2, gathered, scaled);
  } else if (opcode == ROTATE_LOW) {
    const t3 = v128.xor(load<v128>(slot, 96), conjugate);
    if (LANE_BITS == 1) {
      rotateLow(plane0, bytes, t0, t0, t1, t2, t3, gathered, scaled);
      rotateLow(plane1, bytes, t0, t0, t1, t2, t3, gathered, scaled);
    } else {
      const t4 = v128.xor(load<v128>(slot, 128), conjugate);
      rotateLow(plane0, bytes, t0, t1, t2, t3, t4, gathered, scaled);
      rotateLow(plane1, bytes, t0, t1, t2, t3, t4, gathered, scaled);
    }
  }
}

function isSmaller(value: v128, least: f64): bool {
  return v128.any_true(v128.lt<Real>(v128.abs<Real>(value), splat(<Real>least)));
}

/** One rotation after the other, each with its own cosine and all that have gathered. */
function turnApart(at: usize, opcode: u32, plane0: usize, plane1: usize, bytes: usize, conjugate: v128): void {
  const slot = <usize>load<u32>(at, 16);
  const none = splat(0);
  for (let rotation: u32 = 0; rotation < load<u32>(at, 20); rotation++) {
    const gathered = mul(scale, load<v128>(slot + rotation * 32, 16));
    const t = v128.xor(load<v128>(slot + rotation * 32), conjugate);
    const distance = opcode == ROTATE ? <usize>load<u32>(at + 4 * (<usize>rotation + 1)) : 0;
    for (let plane = plane0; ; plane = plane1) {
      if (distance) rotate(plane, bytes, distance, 0, 0, t, t, t, gathered, true);
      else
        rotateLow(
          plane,
          bytes,
          rotation == 0 ? t : none,
          rotation == 1 ? t : none,
          rotation == 2 ? t : none,
          rotation == 3 ? t : none,
          rotation == 4 ? t : none,
          gathered,
          true,
        );
      if (plane == plane1) break;
    }
    scale = splat(1);
  }
}
