// What is read off a state: products of amplitudes by index. A transform (transform.ts) then makes of them the values of
// all Pauli words that flip the same bits.

import { add, exchangeLanes, LANE_BITS, madd, mul, nmadd, oddLanes, SHIFT, signs, splat, sub, sumOfLanes } from "./lanes";
import { planeBytes } from "./state";
import { rotate } from "./rotate";
import { rotateLow } from "./rotate-low";

/** In single precision a sum goes on in double precision each time these bits of an address are 0: after 64 vectors. */
export const SUMMED_APART: usize = 0x3f0;

/** Rounding has changed the norm a little: takes it back to 1. */
export function normalise(state: usize, bits: u32): void {
  const scale = splat(<Real>(1 / sqrt<f64>(word(state, bits, 0, 0, false))));
  const end = state + planeBytes(bits) + ((<usize>1) << (bits + <u32>SHIFT));
  for (let at = state; at < end; at += 16) store<v128>(at, mul(scale, load<v128>(at)));
}

/** |amplitude|^2 to a plane. */
export function probabilities(state: usize, bits: u32, to: usize): void {
  const imaginary = state + planeBytes(bits);
  for (let k: usize = 0; k < (<usize>1) << (bits + <u32>SHIFT); k += 16) {
    const re = load<v128>(state + k);
    const im = load<v128>(imaginary + k);
    store<v128>(to + k, madd(re, re, mul(im, im)));
  }
}

// @ts-ignore: decorator
@inline
function partner(plane: usize, k: usize, above: usize, lanes: u32): v128 {
  let value = load<v128>(plane + (k ^ above));
  if (lanes & 1) value = exchangeLanes(value, 0);
  if (LANE_BITS == 2 && (lanes & 2) != 0) value = exchangeLanes(value, 1);
  return value;
}

/** conj(left[k]) right[k ^ flip], its real or its imaginary part, to a plane. */
export function products(left: usize, right: usize, bits: u32, flip: u32, imaginary: bool, to: usize): void {
  const plane = planeBytes(bits);
  const lanes = flip & ((1 << LANE_BITS) - 1);
  const above = (<usize>(flip >> LANE_BITS)) << 4;
  for (let k: usize = 0; k < (<usize>1) << (bits + <u32>SHIFT); k += 16) {
    const ar = load<v128>(left + k);
    const ai = load<v128>(left + plane + k);
    const br = partner(right, k, above, lanes);
    const bi = partner(right + plane, k, above, lanes);
    store<v128>(to + k, imaginary ? nmadd(ai, br, mul(ar, bi)) : madd(ai, bi, mul(ar, br)));
  }
}

/** to[k] += weight[k] from[k ^ flip], times i where `imaginary`. */
export function addWeighted(to: usize, from: usize, bits: u32, flip: u32, imaginary: bool, weights: usize): void {
  const plane = planeBytes(bits);
  const lanes = flip & ((1 << LANE_BITS) - 1);
  const above = (<usize>(flip >> LANE_BITS)) << 4;
  for (let k: usize = 0; k < (<usize>1) << (bits + <u32>SHIFT); k += 16) {
    const w = load<v128>(weights + k);
    const br = partner(from, k, above, lanes);
    const bi = partner(from + plane, k, above, lanes);
    const re = load<v128>(to + k);
    const im = load<v128>(to + plane + k);
    store<v128>(to + k, imaginary ? nmadd(w, bi, re) : madd(w, br, re));
    store<v128>(to + plane + k, imaginary ? madd(w, br, im) : madd(w, bi, im));
  }
}

/**
 * Sums and differences over every bit: entry m becomes the sum of entry k times -1 for each common bit of k and the
 * complement of m; `back`, for each common bit of m and the complement of k.
 */
export function transform(plane: usize, bits: u32, back: bool): void {
  const t = splat(back ? -1 : 1);
  const low = LANE_BITS + 3;
  const tile = min<u32>(bits, 12);
  for (let at: usize = 0; at < (<usize>1) << (bits + <u32>SHIFT); at += (<usize>1) << (tile + <u32>SHIFT)) {
    rotateLow(plane + at, (<usize>1) << (tile + <u32>SHIFT), t, t, t, t, t, t, false);
    rotateAll(plane + at, tile, low, tile, t);
  }
  rotateAll(plane, bits, tile, bits, t);
}

/** The same of each lane by itself, where rows lie side by side. */
export function transformRows(plane: usize, bits: u32): void {
  rotateAll(plane, bits, LANE_BITS, bits, splat(1));
}

function rotateAll(plane: usize, bits: u32, from: u32, to: u32, t: v128): void {
  const bytes = (<usize>1) << (bits + <u32>SHIFT);
  for (let bit = from; bit < to; bit += 3) {
    const s0 = (<usize>1) << (bit + <u32>SHIFT);
    rotate(plane, bytes, s0, bit + 1 < to ? s0 << 1 : 0, bit + 2 < to ? s0 << 2 : 0, t, t, t, t, false);
  }
}

/** The sum over k of -1 for each common bit of k and `sign`, times conj(state[k]) state[k ^ flip], real or imaginary. */
export function word(state: usize, bits: u32, flip: u32, sign: u32, imaginary: bool): f64 {
  const plane = planeBytes(bits);
  const inVector = (1 << LANE_BITS) - 1;
  const above = (<usize>(flip >> LANE_BITS)) << 4;
  const signed = sign >> LANE_BITS;
  // Both orders of a pair give the same number or, with its sign, the same sum; so one of them counts twice.
  const half: usize = above ? (<usize>1) << (31 - clz(<u32>above)) : (<usize>1) << (bits + <u32>SHIFT);
  const lanes = oddLanes(sign & inVector);
  let sum = splat(0);
  let total: f64 = 0;
  for (let run: usize = 0; run < (<usize>1) << (bits + <u32>SHIFT); run += half << 1) {
    for (let k = run; k < run + half; k += 16) {
      if (LANE_BITS == 2 && (k & SUMMED_APART) == 0) {
        total += sumOfLanes(v128.xor(sum, lanes));
        sum = splat(0);
      }
      const ar = load<v128>(state + k);
      const ai = load<v128>(state + plane + k);
      const br = partner(state, k, above, flip & inVector);
      const bi = partner(state + plane, k, above, flip & inVector);
      const value = imaginary ? nmadd(ai, br, mul(ar, bi)) : madd(ai, bi, mul(ar, br));
      sum = add(sum, v128.xor(value, signs(popcnt((<u32>(k >> 4)) & signed))));
    }
  }
  return (total + sumOfLanes(v128.xor(sum, lanes))) * (above ? 2 : 1);
}

/** The same of each row, where they lie side by side, to a vector. */
export function wordRows(state: usize, bits: u32, flip: u32, sign: u32, imaginary: bool, to: usize): void {
  const plane = planeBytes(bits);
  const above = (<usize>(flip >> LANE_BITS)) << 4;
  const signed = sign >> LANE_BITS;
  let sum = splat(0);
  for (let k: usize = 0; k < (<usize>1) << (bits + <u32>SHIFT); k += 16) {
    const ar = load<v128>(state + k);
    const ai = load<v128>(state + plane + k);
    const br = load<v128>(state + (k ^ above));
    const bi = load<v128>(state + plane + (k ^ above));
    const value = imaginary ? nmadd(ai, br, mul(ar, bi)) : madd(ai, bi, mul(ar, br));
    sum = add(sum, v128.xor(value, signs(popcnt((<u32>(k >> 4)) & signed))));
  }
  store<v128>(to, sum);
}
