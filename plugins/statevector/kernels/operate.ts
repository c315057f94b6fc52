// The operations of a stage on one tile: rotations, phases, exchanges.

import { applyDiagonal, applyParity, scratch } from "./diagonal";
import { LANE_BITS, mul, oddLanes, splat } from "./lanes";
import { DIAGONAL, EXCHANGE, PARITY, ROTATE, ROTATE_LOW } from "./opcode";
import { exchange } from "./permute";
import { COLUMN_BYTES, rotate, rotateColumns } from "./rotate";
import { rotateLow } from "./rotate-low";

export const HEADER: usize = 32;
export const OPERATION: usize = 32;
/** Below this the cosines that have gathered are multiplied in. */
const LEAST_SCALE: f64 = LANE_BITS == 1 ? 1e-60 : 1e-8;
/** In single precision the cosines of one operation may be smaller together than a number can be; then each turns alone. */
const LEAST_TOGETHER: f64 = 1e-12;

/** The bits of `value` at the places of `mask`. */
export function deposit(value: usize, mask: usize): usize {
  let result: usize = 0;
  for (let rest = mask; rest != 0; rest &= rest - 1) {
    if (value & 1) result |= rest & -rest;
    value >>= 1;
  }
  return result;
}

export function operationAt(stage: usize, index: usize, inverse: bool): usize {
  const count = <usize>load<u32>(stage, 12);
  return stage + HEADER + (inverse ? count - 1 - index : index) * OPERATION;
}

function isRotation(at: usize): bool {
  return load<u32>(at) == ROTATE || load<u32>(at) == ROTATE_LOW;
}

export function turnsThree(at: usize): bool {
  return load<u32>(at) == ROTATE && load<u32>(at, 12) != 0;
}

/** Of a tile of chosen bits: where its planes are in the state, and which bits of an address tell its columns apart. */
let apartMask: usize = 0;
let columns0: usize = 0;
let columns1: usize = 0;

export function setApart(mask: usize, plane0: usize, plane1: usize): void {
  apartMask = mask;
  columns0 = plane0;
  columns1 = plane1;
}

let scale: v128 = splat(1);

/** Rotations that follow each other finish one plane before the other, so that it stays in the first cache. */
export function operate(
  stage: usize,
  plane0: usize,
  plane1: usize,
  tileBits: u32,
  bytes: usize,
  base: usize,
  inverse: bool,
  moves: bool,
): void {
  const count = <usize>load<u32>(stage, 12);
  scale = splat(1);
  for (let index: usize = 0; index < count; index++) {
    const at = operationAt(stage, index, inverse);
    if (!isRotation(at)) {
      perform(at, plane0, plane1, tileBits, bytes, base, inverse, index == count - 1 && moves);
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
  moves: bool,
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
  const conjugate = inverse ? splat(-0.0) : splat(0);
  const slot = <usize>load<u32>(at, 16);
  const rotations = load<u32>(at, 20);
  let gathered = scale;
  for (let rotation: u32 = 0; rotation < rotations; rotation++)
    gathered = mul(gathered, load<v128>(slot + rotation * 32, 16));
  if (LANE_BITS == 2 && isSmaller(gathered, LEAST_TOGETHER)) {
    const none = splat(0);
    for (let one: u32 = 0; one < rotations; one++) {
      const t = v128.xor(load<v128>(slot + one * 32), conjugate);
      const t0 = one == 0 ? t : none;
      const t1 = one == 1 ? t : none;
      const t2 = one == 2 ? t : none;
      const t3 = one == 3 ? t : none;
      const t4 = one == 4 ? t : none;
      const own = mul(scale, load<v128>(slot + one * 32, 16));
      turnBy(at, plane, columns, bytes, t0, t1, t2, t3, t4, own, true, starts && one == 0, ends && one == rotations - 1);
      scale = splat(1);
    }
    return;
  }
  const isLast = (load<u32>(at, 28) & (inverse ? 2 : 1)) != 0;
  const scaled = isLast || isSmaller(gathered, LEAST_SCALE);
  scale = scaled ? splat(1) : gathered;
  const t0 = v128.xor(load<v128>(slot), conjugate);
  const t1 = v128.xor(load<v128>(slot, 32), conjugate);
  const t2 = v128.xor(load<v128>(slot, 64), conjugate);
  const t3 = v128.xor(load<v128>(slot, 96), conjugate);
  const t4 = v128.xor(load<v128>(slot, 128), conjugate);
  turnBy(at, plane, columns, bytes, t0, t1, t2, t3, t4, gathered, scaled, starts, ends);
}

function turnBy(
  at: usize,
  plane: usize,
  columns: usize,
  bytes: usize,
  t0: v128,
  t1: v128,
  t2: v128,
  t3: v128,
  t4: v128,
  factor: v128,
  scaled: bool,
  starts: bool,
  ends: bool,
): void {
  const s0 = <usize>load<u32>(at, 4);
  const s1 = <usize>load<u32>(at, 8);
  const s2 = <usize>load<u32>(at, 12);
  if (load<u32>(at) == ROTATE_LOW) {
    if (LANE_BITS == 1) rotateLow(plane, bytes, t0, t0, t1, t2, t3, factor, scaled);
    else rotateLow(plane, bytes, t0, t1, t2, t3, t4, factor, scaled);
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
      factor,
      scaled,
    );
  } else {
    rotate(plane, bytes, s0, s1, s2, t0, t1, t2, factor, scaled);
  }
}

function isSmaller(value: v128, least: f64): bool {
  return v128.any_true(v128.lt<Real>(v128.abs<Real>(value), splat(<Real>least)));
}
