// Phases as complex factors, each a cosine and a sine (or one in each lane), and tables of their products.

import { LANE_BITS, madd, mul, nmadd, splat } from "./lanes";

// @ts-ignore: decorator
@inline
export function re(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  return nmadd(ai, bi, mul(ar, br));
}

// @ts-ignore: decorator
@inline
export function im(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  return madd(ai, br, mul(ar, bi));
}

/** to = a b, one number each (or one in each lane); the sine of b is negated by `conjugate`. */
// @ts-ignore: decorator
@inline
export function times(to: usize, a: usize, b: usize, conjugate: v128): void {
  const ar = load<v128>(a);
  const ai = load<v128>(a, 16);
  const br = load<v128>(b);
  const bi = v128.xor(load<v128>(b, 16), conjugate);
  store<v128>(to, re(ar, ai, br, bi));
  store<v128>(to, im(ar, ai, br, bi), 16);
}

/** The second half of a table of `count`: the first half times a factor. */
export function double(table: usize, count: usize, factor: usize, conjugate: v128): void {
  const br = load<v128>(factor);
  const bi = v128.xor(load<v128>(factor, 16), conjugate);
  const half = count << 5;
  for (let at = table; at < table + half; at += 32) {
    const ar = load<v128>(at);
    const ai = load<v128>(at, 16);
    store<v128>(at + half, re(ar, ai, br, bi));
    store<v128>(at + half, im(ar, ai, br, bi), 16);
  }
}

export function copyFactor(to: usize, from: usize, conjugate: v128): void {
  store<v128>(to, load<v128>(from));
  store<v128>(to, v128.xor(load<v128>(from, 16), conjugate), 16);
}

export function setToOne(factor: usize): void {
  store<v128>(factor, splat(1));
  store<v128>(factor, splat(0), 16);
}

/** Builds the table of `bits` bits; its second half, as yet empty, holds the products of a bit's pairs. */
export function tabulate(table: usize, bits: u32, paired: u32, slots: usize, conjugate: v128): usize {
  copyFactor(table, slots, conjugate);
  let slot = slots + 32;
  for (let bit = LANE_BITS; bit < bits; bit++) {
    const count = (<usize>1) << (bit - LANE_BITS);
    if (((paired >> bit) & 1) == 0) {
      double(table, count, slot, conjugate);
      slot += 32;
      continue;
    }
    const upper = table + (count << 5);
    copyFactor(upper, slot, conjugate);
    slot += 32;
    for (let lower = LANE_BITS; lower < bit; lower++) {
      double(upper, (<usize>1) << (lower - LANE_BITS), slot, conjugate);
      slot += 32;
    }
    for (let at: usize = 0; at < count << 5; at += 32) times(upper + at, table + at, upper + at, splat(0));
  }
  return slot;
}
