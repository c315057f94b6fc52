// Angles are bound to rows of parameters: each binding fills one slot of two vectors.

import { LANE_BITS } from "./lanes";
import { cosine, isLarge, next, quarters, rest, sine, slowCosine, slowSine, turned } from "./sincos";

/** A slot holds cosine and sine. */
export const TURN = 0;
/** A slot holds tangent and cosine. */
export const TANGENT = 1;

/** In single precision a smaller cosine is nothing beside its sine, and its tangent would leave the range. */
const LEAST_COSINE: f64 = 1.0 / 67108864;

/**
 * An angle: constant, then the addresses of its first term and of the end of its terms. A term is parameter and factor.
 * A binding is six 32-bit numbers: what the slot holds, the slot, and the angle of each lane. Rows of parameters lie
 * `stride` bytes apart where lanes are rows, which all have the same angle; otherwise `stride` is 0.
 */
export function bind(bindings: usize, count: usize, row: usize, stride: usize): void {
  for (let at = bindings; at < bindings + count * 24; at += 24) {
    const slot = <usize>load<u32>(at, 4);
    const tangent = load<u32>(at) == TANGENT;
    const low = stride ? angleOfRows(load<u32>(at, 8), row, stride) : anglesOf(load<u32>(at, 8), load<u32>(at, 12), row);
    if (LANE_BITS == 1) {
      fill(slot, low, low, tangent);
    } else {
      const high = stride
        ? angleOfRows(load<u32>(at, 8), row + 2 * stride, stride)
        : anglesOf(load<u32>(at, 16), load<u32>(at, 20), row);
      fill(slot, low, high, tangent);
    }
  }
}

/**
 * Angles of one parameter, the same in all lanes: first those of tangents, then those of turns. Each binding is the slot
 * and the parameter as 32-bit numbers, then factor and constant.
 */
export function bindPlain(bindings: usize, tangents: usize, turns: usize, row: usize, stride: usize): void {
  const middle = bindings + tangents * 24;
  for (let at = bindings; at < middle; at += 24) plain(at, row, stride, true);
  for (let at = middle; at < middle + turns * 24; at += 24) plain(at, row, stride, false);
}

// @ts-ignore: decorator
@inline
function plain(at: usize, row: usize, stride: usize, tangent: bool): void {
  const parameter = row + <usize>load<u32>(at, 4);
  const factor = v128.load_splat<f64>(at, 8);
  const constant = v128.load_splat<f64>(at, 16);
  const low = f64x2.add(f64x2.mul(factor, ofRows(parameter, stride)), constant);
  if (LANE_BITS == 1) fill(<usize>load<u32>(at), low, low, tangent);
  else {
    const high = f64x2.add(f64x2.mul(factor, ofRows(parameter + 2 * stride, stride)), constant);
    fill(<usize>load<u32>(at), low, high, tangent);
  }
}

// @ts-ignore: decorator
@inline
function ofRows(parameter: usize, stride: usize): v128 {
  return v128.load_lane<f64>(parameter + stride, v128.load_zero<f64>(parameter), 1);
}

function angle(expression: usize, row: usize): f64 {
  let sum = load<f64>(expression);
  const end = <usize>load<u32>(expression, 12);
  for (let term = <usize>load<u32>(expression, 8); term < end; term += 16)
    sum += load<f64>(term, 8) * load<f64>(row + <usize>load<u32>(term));
  return sum;
}

function anglesOf(first: usize, second: usize, row: usize): v128 {
  const x = angle(first, row);
  return f64x2.replace_lane(f64x2.splat(x), 1, first == second ? x : angle(second, row));
}

/** One angle of two rows. */
// @ts-ignore: decorator
@inline
function angleOfRows(expression: usize, row: usize, stride: usize): v128 {
  let sum = v128.load_splat<f64>(expression);
  const end = <usize>load<u32>(expression, 12);
  for (let term = <usize>load<u32>(expression, 8); term < end; term += 16) {
    const values = ofRows(row + <usize>load<u32>(term), stride);
    sum = f64x2.add(f64x2.mul(v128.load_splat<f64>(term, 8), values), sum);
  }
  return sum;
}

/** The slot of two angles, or in single precision of four. */
// @ts-ignore: decorator
@inline
function fill(slot: usize, low: v128, high: v128, tangent: bool): void {
  if (isLarge(low) || (LANE_BITS == 2 && isLarge(high))) {
    put(slot, slowSine(low), slowCosine(low), slowSine(high), slowCosine(high), tangent);
    return;
  }
  const q0 = quarters(low);
  const r0 = rest(low, q0);
  const z0 = f64x2.mul(r0, r0);
  const s0 = sine(r0, z0);
  const c0 = cosine(z0);
  if (LANE_BITS == 1) {
    put(slot, turned(q0, s0, c0), turned(next(q0), s0, c0), low, low, tangent);
  } else {
    const q1 = quarters(high);
    const r1 = rest(high, q1);
    const z1 = f64x2.mul(r1, r1);
    const s1 = sine(r1, z1);
    const c1 = cosine(z1);
    put(slot, turned(q0, s0, c0), turned(next(q0), s0, c0), turned(q1, s1, c1), turned(next(q1), s1, c1), tangent);
  }
}

// @ts-ignore: decorator
@inline
function put(slot: usize, s0: v128, c0: v128, s1: v128, c1: v128, tangent: bool): void {
  if (LANE_BITS == 1) {
    store<v128>(slot, tangent ? f64x2.div(s0, c0) : c0);
    store<v128>(slot, tangent ? c0 : s0, 16);
  } else {
    const b0 = tangent ? atLeast(c0) : s0;
    const b1 = tangent ? atLeast(c1) : s1;
    store<v128>(slot, tangent ? joined(f64x2.div(s0, b0), f64x2.div(s1, b1)) : joined(c0, c1));
    store<v128>(slot, joined(b0, b1), 16);
  }
}

function atLeast(cosines: v128): v128 {
  const least = f64x2.splat(LEAST_COSINE);
  return v128.bitselect(least, cosines, f64x2.lt(f64x2.abs(cosines), least));
}

/** Four numbers in single precision. */
function joined(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5);
}
