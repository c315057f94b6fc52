// Circuits of few qubits on rows side by side: a lane has a row, the whole state is one tile, and one call runs it all.
//
// A program is operations of eight 32-bit numbers, the opcode first (opcode.ts); src/planner/encode-rows.ts writes it.
// Distances inside a block are constants, so that engines which check every address check few of them.

import { applyParity } from "./diagonal";
import { LANE_BITS, madd, mul, SHIFT, splat } from "./lanes";
import { DIAGONAL, MOVE, PARITY, ROTATE, SIXTEEN, SIXTEEN_ABOVE } from "./opcode";
import { rotate } from "./rotate";
import { tabulate, turn, turnAndMove } from "./rows-phases";
import { sixteen } from "./sixteen";
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
      tabulate(table, load<u32>(at, 4), load<u32>(at, 8), <usize>load<u32>(at, 12), scale);
      scale = splat(1);
      const tableBytes = (<usize>32) << (load<u32>(at, 4) - LANE_BITS);
      if (columns) {
        prepareTargets(columns, bits);
        turnAndMove(state, other, plane, bytes, table, tableBytes, tables);
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
