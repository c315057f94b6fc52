// Phases of rows side by side: a table of one number for each amplitude and row, multiplied into the state.

import { im, re } from "./factors";
import { LANE_BITS, mul } from "./lanes";

/** The phases of the lowest `bits` bits, by doubling (factors.ts), times a number in each lane. */
export function tabulate(table: usize, bits: u32, paired: u32, slots: usize, scale: v128): void {
  store<v128>(table, mul(scale, load<v128>(slots)));
  store<v128>(table, mul(scale, load<v128>(slots, 16)), 16);
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
export function turn(state: usize, plane: usize, bytes: usize, table: usize, tableBytes: usize): void {
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

/** The same on the way to another state: `targets` are the places of the vectors. */
export function turnAndMove(
  state: usize,
  other: usize,
  plane: usize,
  bytes: usize,
  table: usize,
  tableBytes: usize,
  targets: usize,
): void {
  let target = targets;
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
