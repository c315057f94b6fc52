// Gates that only turn phases. Index bit 0 is chosen by coefficients of their own in the two lanes.

import { both } from "./lanes";
import { imaginaryOf, lowestBit, NO_BIT, otherBit, skip } from "./state";

/** Multiplies by cos + i sin where all of `bits` (one or two) are set. */
export function phase(state: usize, size: usize, bits: usize, cos: f64, sin: f64): void {
  const lane = bits & 1;
  const above = (bits - lane) << 3;
  const c = both(lane ? 1 : cos, cos);
  const s = both(lane ? 0 : sin, sin);
  const low = above ? lowestBit(above) : NO_BIT;
  const high = otherBit(above);
  const end = (size << 3) >> popcnt(above);
  const imaginary = imaginaryOf(state, size);
  for (let i: usize = 0; i < end; i += 16) {
    const k = skip(skip(i, low), high) | above;
    multiply(state + k, imaginary + k, c, s);
  }
}

/** exp(-i theta/2 Z...Z) over `bits`, from the cosine and sine of theta/2. */
export function parity(state: usize, size: usize, bits: usize, cos: f64, sin: f64): void {
  const c = f64x2.splat(cos);
  const s = both(-sin, bits & 1 ? sin : -sin);
  const above = (bits & ~1) << 3;
  const imaginary = imaginaryOf(state, size);
  for (let k: usize = 0; k < size << 3; k += 16) {
    multiply(state + k, imaginary + k, c, signedBy(s, k & above));
  }
}

/** `value`, negated where an odd number of bits is set. */
export function signedBy(value: v128, bits: usize): v128 {
  return v128.xor(value, i64x2.splat((<i64>popcnt(bits)) << 63));
}

function multiply(re: usize, im: usize, c: v128, s: v128): void {
  const x = load<v128>(re);
  const y = load<v128>(im);
  store<v128>(re, f64x2.sub(f64x2.mul(c, x), f64x2.mul(s, y)));
  store<v128>(im, f64x2.add(f64x2.mul(c, y), f64x2.mul(s, x)));
}
