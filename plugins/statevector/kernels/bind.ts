// Angles are bound to rows of parameters: each binding fills one slot of two vectors.

import { LANE_BITS } from "./lanes";
import { cosinesOfLast, sincos, sinesOfLast } from "./sincos";

/** A slot holds cosine and sine. */
export const TURN = 0;
/** A slot holds tangent and cosine. */
export const TANGENT = 1;

/** An angle: constant, then the addresses of its first term and of the end of its terms. A term is parameter and factor. */
function angle(expression: usize, row: usize): f64 {
  let sum = load<f64>(expression);
  const end = <usize>load<u32>(expression, 12);
  for (let term = <usize>load<u32>(expression, 8); term < end; term += 16)
    sum += load<f64>(term, 8) * load<f64>(row + <usize>load<u32>(term));
  return sum;
}

/**
 * A binding is six 32-bit numbers: what the slot holds, the slot, and the angle of each lane. Rows of parameters lie
 * `stride` bytes apart where lanes are rows; otherwise `stride` is 0.
 */
export function bind(bindings: usize, count: usize, row: usize, stride: usize): void {
  for (let at = bindings; at < bindings + count * 24; at += 24) {
    const slot = <usize>load<u32>(at, 4);
    const holds = load<u32>(at);
    const first = fill(at + 8, row, stride, holds == TANGENT);
    const second = other;
    if (LANE_BITS == 1) {
      store<v128>(slot, first);
      store<v128>(slot, second, 16);
    } else {
      const third = fill(at + 16, row + 2 * stride, stride, holds == TANGENT);
      store<v128>(slot, joined(first, third));
      store<v128>(slot, joined(second, other), 16);
    }
  }
}

/** The second of the two vectors of a slot. */
let other: v128 = f64x2.splat(0);

function fill(at: usize, row: usize, stride: usize, tangent: bool): v128 {
  const e0 = <usize>load<u32>(at);
  const e1 = <usize>load<u32>(at, 4);
  const x = angle(e0, row);
  const y = e0 == e1 && stride == 0 ? x : angle(e1, row + stride);
  sincos(f64x2.replace_lane(f64x2.splat(x), 1, y));
  if (!tangent) {
    other = sinesOfLast();
    return cosinesOfLast();
  }
  const cosines = cosinesOfLast();
  // In single precision a smaller cosine is nothing beside its sine, and its tangent would leave the range.
  const least = f64x2.splat(LANE_BITS == 1 ? 0 : 1.0 / 67108864);
  other = v128.bitselect(least, cosines, f64x2.lt(f64x2.abs(cosines), least));
  return f64x2.div(sinesOfLast(), other);
}

/** Four numbers in single precision. */
function joined(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5);
}
