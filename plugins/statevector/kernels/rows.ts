// Circuits of few qubits on rows side by side: a lane has a row, the whole state is one tile, and one call runs it all.
//
// A program is operations of eight 32-bit numbers, the opcode first (opcode.ts); src/planner/encode-rows.ts writes it.
// Distances inside a block are constants, so that engines which check every address check few of them.

import { applyParity } from "./diagonal";
import { LANE_BITS, madd, mul, nmadd, SHIFT, splat } from "./lanes";
import { DIAGONAL, MOVE, PARITY, ROTATE, SIXTEEN, SIXTEEN_ABOVE } from "./opcode";
import { rotate } from "./rotate";
import { planeBytes } from "./state";

/** Below this the cosines that have gathered are multiplied in. */
const LEAST_SCALE: f64 = LANE_BITS == 1 ? 1e-60 : 1e-8;

/** The cosines of the rotations so far: the next pass that multiplies anyway takes them along. */
let scale: v128 = splat(1);

/** Table of targets, then table of phases. */
let tables: usize = 0;
/** The permutation whose targets are in the table. */
let lastColumns: usize = 0;

export function useRows(at: usize): void {
  tables = at;
  lastColumns = 0;
}

/** Runs a program on the state; each operation that permutes writes to `other`, and the two change places. */
export function runRows(program: usize, count: u32, bits: u32, state: usize, other: usize): void {
  const plane = planeBytes(bits);
  const bytes = (<usize>1) << (bits + <u32>SHIFT);
  scale = splat(1);
  for (let at = program; at < program + (<usize>count << 5); at += 32) {
    const opcode = load<u32>(at);
    if (opcode == DIAGONAL) {
      const columns = <usize>load<u32>(at, 28);
      const table = tables + ((<usize>4) << (bits - LANE_BITS));
      tabulate(table, load<u32>(at, 4), load<u32>(at, 8), <usize>load<u32>(at, 12));
      const tableBytes = (<usize>32) << (load<u32>(at, 4) - LANE_BITS);
      if (columns) {
        prepareTargets(columns, bits);
        turnAndMove(state, other, plane, bytes, table, tableBytes);
      } else turn(state, plane, bytes, table, tableBytes);
      if (columns) {
        const next = other;
        other = state;
        state = next;
      }
    } else if (opcode == MOVE) {
      prepareTargets(<usize>load<u32>(at, 28), bits);
      move(state, other, bytes);
      move(state + plane, other + plane, bytes);
      scale = splat(1);
      const next = other;
      other = state;
      state = next;
    } else if (opcode == PARITY) {
      const mask = load<u32>(at, 4);
      applyParity(state, state + plane, bytes, mask, <usize>load<u32>(at, 12), 0, splat(0), splat(0));
    } else {
      gather(load<u32>(at, 20), <usize>load<u32>(at, 16), state, plane + bytes);
      rotateBits(opcode, at, state, bytes);
      rotateBits(opcode, at, state + plane, bytes);
    }
  }
  if (v128.any_true(v128.ne<Real>(scale, splat(1)))) applyScale(state, plane + bytes);
}

/** Takes the cosines of `count` rotations along; together with those that have gathered they may be too small for that. */
function gather(count: u32, slots: usize, state: usize, bytes: usize): void {
  let own = load<v128>(slots, 16);
  for (let slot = slots + 32; slot < slots + (<usize>count << 5); slot += 32) own = mul(own, load<v128>(slot, 16));
  const gathered = mul(scale, own);
  if (v128.any_true(v128.lt<Real>(v128.abs<Real>(gathered), splat(<Real>LEAST_SCALE)))) {
    applyScale(state, bytes);
    scale = own;
    applyScale(state, bytes);
  } else scale = gathered;
}

function applyScale(state: usize, bytes: usize): void {
  for (let at = state; at < state + bytes; at += 16) store<v128>(at, mul(scale, load<v128>(at)));
  scale = splat(1);
}

// @ts-ignore: decorator
@inline
function rotateBits(opcode: u32, at: usize, plane: usize, bytes: usize): void {
  const slots = <usize>load<u32>(at, 16);
  const t0 = load<v128>(slots);
  const t1 = load<v128>(slots, 32);
  const t2 = load<v128>(slots, 64);
  const t3 = load<v128>(slots, 96);
  if (opcode == SIXTEEN) {
    for (let p = plane; p < plane + bytes; p += 256) sixteen<u8>(p, t0, t1, t2, t3);
  } else if (opcode == SIXTEEN_ABOVE) {
    for (let block = plane; block < plane + bytes; block += 4096) {
      for (let p = block; p < block + 256; p += 16) sixteen<v128>(p, t0, t1, t2, t3);
    }
  } else {
    const s0 = <usize>load<u32>(at, 4);
    const s1 = <usize>load<u32>(at, 8);
    const s2 = <usize>load<u32>(at, 12);
    rotate(plane, bytes, s0, s1, s2, t0, t1, t2, t0, false);
  }
}

/** Four bits whose amplitudes are a step, twice, four times and eight times that apart: as many vectors as T has bytes. */
// @ts-ignore: decorator
@inline
function sixteen<T>(p: usize, t0: v128, t1: v128, t2: v128, t3: v128): void {
  const step = sizeof<T>() << 4;
  const a0 = load<v128>(p);
  const a1 = load<v128>(p, step);
  const a2 = load<v128>(p, 2 * step);
  const a3 = load<v128>(p, 3 * step);
  const a4 = load<v128>(p, 4 * step);
  const a5 = load<v128>(p, 5 * step);
  const a6 = load<v128>(p, 6 * step);
  const a7 = load<v128>(p, 7 * step);
  const a0x = nmadd(t0, a1, a0);
  const a1x = madd(t0, a0, a1);
  const a2x = nmadd(t0, a3, a2);
  const a3x = madd(t0, a2, a3);
  const a4x = nmadd(t0, a5, a4);
  const a5x = madd(t0, a4, a5);
  const a6x = nmadd(t0, a7, a6);
  const a7x = madd(t0, a6, a7);
  const a0y = nmadd(t1, a2x, a0x);
  const a2y = madd(t1, a0x, a2x);
  const a1y = nmadd(t1, a3x, a1x);
  const a3y = madd(t1, a1x, a3x);
  const a4y = nmadd(t1, a6x, a4x);
  const a6y = madd(t1, a4x, a6x);
  const a5y = nmadd(t1, a7x, a5x);
  const a7y = madd(t1, a5x, a7x);
  const a0z = nmadd(t2, a4y, a0y);
  const a4z = madd(t2, a0y, a4y);
  const a1z = nmadd(t2, a5y, a1y);
  const a5z = madd(t2, a1y, a5y);
  const a2z = nmadd(t2, a6y, a2y);
  const a6z = madd(t2, a2y, a6y);
  const a3z = nmadd(t2, a7y, a3y);
  const a7z = madd(t2, a3y, a7y);
  const b0 = load<v128>(p, 8 * step);
  const b1 = load<v128>(p, 9 * step);
  const b2 = load<v128>(p, 10 * step);
  const b3 = load<v128>(p, 11 * step);
  const b4 = load<v128>(p, 12 * step);
  const b5 = load<v128>(p, 13 * step);
  const b6 = load<v128>(p, 14 * step);
  const b7 = load<v128>(p, 15 * step);
  const b0x = nmadd(t0, b1, b0);
  const b1x = madd(t0, b0, b1);
  const b2x = nmadd(t0, b3, b2);
  const b3x = madd(t0, b2, b3);
  const b4x = nmadd(t0, b5, b4);
  const b5x = madd(t0, b4, b5);
  const b6x = nmadd(t0, b7, b6);
  const b7x = madd(t0, b6, b7);
  const b0y = nmadd(t1, b2x, b0x);
  const b2y = madd(t1, b0x, b2x);
  const b1y = nmadd(t1, b3x, b1x);
  const b3y = madd(t1, b1x, b3x);
  const b4y = nmadd(t1, b6x, b4x);
  const b6y = madd(t1, b4x, b6x);
  const b5y = nmadd(t1, b7x, b5x);
  const b7y = madd(t1, b5x, b7x);
  const b0z = nmadd(t2, b4y, b0y);
  const b4z = madd(t2, b0y, b4y);
  const b1z = nmadd(t2, b5y, b1y);
  const b5z = madd(t2, b1y, b5y);
  const b2z = nmadd(t2, b6y, b2y);
  const b6z = madd(t2, b2y, b6y);
  const b3z = nmadd(t2, b7y, b3y);
  const b7z = madd(t2, b3y, b7y);
  store<v128>(p, nmadd(t3, b0z, a0z));
  store<v128>(p, madd(t3, a0z, b0z), 8 * step);
  store<v128>(p, nmadd(t3, b1z, a1z), step);
  store<v128>(p, madd(t3, a1z, b1z), 9 * step);
  store<v128>(p, nmadd(t3, b2z, a2z), 2 * step);
  store<v128>(p, madd(t3, a2z, b2z), 10 * step);
  store<v128>(p, nmadd(t3, b3z, a3z), 3 * step);
  store<v128>(p, madd(t3, a3z, b3z), 11 * step);
  store<v128>(p, nmadd(t3, b4z, a4z), 4 * step);
  store<v128>(p, madd(t3, a4z, b4z), 12 * step);
  store<v128>(p, nmadd(t3, b5z, a5z), 5 * step);
  store<v128>(p, madd(t3, a5z, b5z), 13 * step);
  store<v128>(p, nmadd(t3, b6z, a6z), 6 * step);
  store<v128>(p, madd(t3, a6z, b6z), 14 * step);
  store<v128>(p, nmadd(t3, b7z, a7z), 7 * step);
  store<v128>(p, madd(t3, a7z, b7z), 15 * step);
}

// @ts-ignore: decorator
@inline
function re(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  return nmadd(ai, bi, mul(ar, br));
}

// @ts-ignore: decorator
@inline
function im(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  return madd(ai, br, mul(ar, bi));
}

/** The phases of the lowest `bits` bits, by doubling (diagonal.ts), times what has gathered. */
function tabulate(table: usize, bits: u32, paired: u32, slots: usize): void {
  store<v128>(table, mul(scale, load<v128>(slots)));
  store<v128>(table, mul(scale, load<v128>(slots, 16)), 16);
  scale = splat(1);
  let slot = slots + 32;
  for (let bit = LANE_BITS; bit < bits; bit++) {
    const half = (<usize>32) << (bit - LANE_BITS);
    if (((paired >> bit) & 1) == 0) {
      double(table, table + half, half, slot);
      slot += 32;
      continue;
    }
    const upper = table + half;
    store<v128>(upper, load<v128>(slot));
    store<v128>(upper, load<v128>(slot, 16), 16);
    slot += 32;
    for (let lower = LANE_BITS; lower < bit; lower++) {
      const size = (<usize>32) << (lower - LANE_BITS);
      double(upper, upper + size, size, slot);
      slot += 32;
    }
    for (let at: usize = 0; at < half; at += 32) double(table + at, upper + at, 32, upper + at);
  }
}

/** to = from times one number in each lane. */
// @ts-ignore: decorator
@inline
function double(from: usize, to: usize, bytes: usize, factor: usize): void {
  const br = load<v128>(factor);
  const bi = load<v128>(factor, 16);
  for (let at: usize = 0; at < bytes; at += 32) {
    const ar = load<v128>(from + at);
    const ai = load<v128>(from + at, 16);
    store<v128>(to + at, re(ar, ai, br, bi));
    store<v128>(to + at, im(ar, ai, br, bi), 16);
  }
}

/** Multiplies by the table, repeated. */
function turn(state: usize, plane: usize, bytes: usize, table: usize, tableBytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const entry = table + ((at << 1) & (tableBytes - 1));
    const br = load<v128>(entry);
    const bi = load<v128>(entry, 16);
    const ar = load<v128>(state + at);
    const ai = load<v128>(state + plane + at);
    store<v128>(state + at, re(ar, ai, br, bi));
    store<v128>(state + plane + at, im(ar, ai, br, bi));
  }
}

function turnAndMove(state: usize, other: usize, plane: usize, bytes: usize, table: usize, tableBytes: usize): void {
  let target = tables;
  for (let at: usize = 0; at < bytes; at += 16) {
    const entry = table + ((at << 1) & (tableBytes - 1));
    const br = load<v128>(entry);
    const bi = load<v128>(entry, 16);
    const ar = load<v128>(state + at);
    const ai = load<v128>(state + plane + at);
    const to = other + <usize>load<u32>(target);
    store<v128>(to, re(ar, ai, br, bi));
    store<v128>(to + plane, im(ar, ai, br, bi));
    target += 4;
  }
}

function move(from: usize, to: usize, bytes: usize): void {
  let target = tables;
  for (let at: usize = 0; at < bytes; at += 16) {
    store<v128>(to + <usize>load<u32>(target), mul(scale, load<v128>(from + at)));
    target += 4;
  }
}

/** Where each vector goes, in bytes: a linear function of the bits of its number (permute.ts), then a constant. */
function prepareTargets(columns: usize, bits: u32): void {
  if (columns == lastColumns) return;
  lastColumns = columns;
  store<u32>(tables, load<u32>(columns + bits * 4) << (<u32>SHIFT));
  for (let bit = LANE_BITS; bit < bits; bit++) {
    const column = load<u32>(columns + bit * 4) << (<u32>SHIFT);
    const half = (<usize>4) << (bit - LANE_BITS);
    for (let at = tables; at < tables + half; at += 4) store<u32>(at + half, load<u32>(at) ^ column);
  }
}

/** Takes the norm of every row back to 1. */
export function normaliseRows(state: usize, bits: u32): void {
  const bytes = planeBytes(bits) + ((<usize>1) << (bits + <u32>SHIFT));
  let sum = splat(0);
  for (let at = state; at < state + bytes - planeBytes(bits); at += 16) {
    const real = load<v128>(at);
    const imaginary = load<v128>(at + planeBytes(bits));
    sum = madd(real, real, madd(imaginary, imaginary, sum));
  }
  scale = v128.div<Real>(splat(1), v128.sqrt<Real>(sum));
  applyScale(state, bytes);
}
