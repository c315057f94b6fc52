// Gates that only turn phases. Index bit 0 is chosen by coefficients of their own in the two lanes.

import { both } from "./lanes";
import { highBit, lowBit, planeBytes } from "./state";

/** Multiplies by cos + i sin where all of `bits` (one or two) are set. */
export function phase(state: usize, size: usize, bits: usize, cos: f64, sin: f64): void {
  const lane = bits & 1;
  const above = bits - lane;
  const c = both(lane ? 1 : cos, cos);
  const s = both(lane ? 0 : sin, sin);
  const plane = planeBytes(size);
  const low = lowBit(above, size) << 3;
  const high = highBit(above, size) << 3;
  const first = state + (above << 3);
  for (let outer = first; outer < first + (size << 3); outer += high << 1) {
    for (let run = outer; run < outer + high; run += low << 1) {
      for (let at = run; at < run + low; at += 16) multiply(at, plane, c, s);
    }
  }
}

/** exp(-i theta/2 Z...Z) over `bits`, from the cosine and sine of theta/2. */
export function parity(state: usize, size: usize, bits: usize, cos: f64, sin: f64): void {
  const c = f64x2.splat(cos);
  const s = both(-sin, bits & 1 ? sin : -sin);
  const above = (bits & ~1) << 3;
  const plane = planeBytes(size);
  // The sign stays the same over a run of neighbours.
  const low = lowBit(above, size << 3);
  for (let run: usize = 0; run < size << 3; run += low) {
    const signed = signedBy(s, run & above);
    for (let at = state + run; at < state + run + low; at += 16) multiply(at, plane, c, signed);
  }
}

/** `value`, negated where an odd number of bits is set. */
export function signedBy(value: v128, bits: usize): v128 {
  return v128.xor(value, i64x2.splat((<i64>popcnt(bits)) << 63));
}

function multiply(at: usize, plane: usize, c: v128, s: v128): void {
  const re = load<v128>(at);
  const im = load<v128>(at + plane);
  store<v128>(at, f64x2.sub(f64x2.mul(c, re), f64x2.mul(s, im)));
  store<v128>(at + plane, f64x2.add(f64x2.mul(c, im), f64x2.mul(s, re)));
}
