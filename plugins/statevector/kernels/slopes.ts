// The slopes of rotations, read off two states: one sum over the pairs of a bit, three bits for each time that an
// amplitude is loaded.

import { exchangeLanes, LANE_BITS, madd, oddLanes, SHIFT, splat, sub, sumOfLanes } from "./lanes";
import { SUMMED_APART } from "./observe";
import { planeBytes } from "./state";

/** For the bits `first` on, `count` of them: the sum over pairs of left_b right_a - left_a right_b, as real vectors. */
export function slopes(left: usize, right: usize, bits: u32, first: u32, count: u32, values: usize): void {
  const end = first + count;
  let bit = first;
  for (; bit < min(end, LANE_BITS); bit++) store<f64>(values + (bit - first) * 8, slopeWithin(left, right, bits, bit));
  for (; bit + 3 <= end; bit += 3) threeSlopes(left, right, bits, bit, values + (bit - first) * 8);
  for (; bit < end; bit++) store<f64>(values + (bit - first) * 8, slope(left, right, bits, bit));
}

/** Of three bits for each time that an amplitude is loaded. */
function threeSlopes(left: usize, right: usize, bits: u32, bit: u32, values: usize): void {
  const s0 = (<usize>1) << (bit + <u32>SHIFT);
  const s1 = s0 << 1;
  const s2 = s0 << 2;
  const bytes = (<usize>1) << (bits + <u32>SHIFT);
  const apart = right - left;
  store<f64>(values, 0);
  store<f64>(values, 0, 8);
  store<f64>(values, 0, 16);
  let more0 = splat(0);
  let less0 = splat(0);
  let more1 = splat(0);
  let less1 = splat(0);
  let more2 = splat(0);
  let less2 = splat(0);
  let blocks: u32 = 0;
  for (let plane: usize = 0; plane < 2; plane++) {
    const start = left + plane * planeBytes(bits);
    for (let run = start; run < start + bytes; run += s2 << 1) {
      for (let p = run; p < run + s0; p += 16) {
        const p1 = p + s0;
        const p2 = p + s1;
        const p3 = p2 + s0;
        const p4 = p + s2;
        const p5 = p4 + s0;
        const p6 = p4 + s1;
        const p7 = p6 + s0;
        const a0 = load<v128>(p);
        const b0 = load<v128>(p + apart);
        const a1 = load<v128>(p1);
        const b1 = load<v128>(p1 + apart);
        const a2 = load<v128>(p2);
        const b2 = load<v128>(p2 + apart);
        const a3 = load<v128>(p3);
        const b3 = load<v128>(p3 + apart);
        const a4 = load<v128>(p4);
        const b4 = load<v128>(p4 + apart);
        const a5 = load<v128>(p5);
        const b5 = load<v128>(p5 + apart);
        const a6 = load<v128>(p6);
        const b6 = load<v128>(p6 + apart);
        const a7 = load<v128>(p7);
        const b7 = load<v128>(p7 + apart);
        more0 = madd(a1, b0, more0);
        less0 = madd(a0, b1, less0);
        more0 = madd(a3, b2, more0);
        less0 = madd(a2, b3, less0);
        more0 = madd(a5, b4, more0);
        less0 = madd(a4, b5, less0);
        more0 = madd(a7, b6, more0);
        less0 = madd(a6, b7, less0);
        more1 = madd(a2, b0, more1);
        less1 = madd(a0, b2, less1);
        more1 = madd(a3, b1, more1);
        less1 = madd(a1, b3, less1);
        more1 = madd(a6, b4, more1);
        less1 = madd(a4, b6, less1);
        more1 = madd(a7, b5, more1);
        less1 = madd(a5, b7, less1);
        more2 = madd(a4, b0, more2);
        less2 = madd(a0, b4, less2);
        more2 = madd(a5, b1, more2);
        less2 = madd(a1, b5, less2);
        more2 = madd(a6, b2, more2);
        less2 = madd(a2, b6, less2);
        more2 = madd(a7, b3, more2);
        less2 = madd(a3, b7, less2);
        if (LANE_BITS == 2 && (++blocks & 7) == 0) {
          addTo(values, more0, less0);
          addTo(values + 8, more1, less1);
          addTo(values + 16, more2, less2);
          more0 = splat(0);
          less0 = splat(0);
          more1 = splat(0);
          less1 = splat(0);
          more2 = splat(0);
          less2 = splat(0);
        }
      }
    }
  }
  addTo(values, more0, less0);
  addTo(values + 8, more1, less1);
  addTo(values + 16, more2, less2);
}

function addTo(value: usize, more: v128, less: v128): void {
  store<f64>(value, load<f64>(value) + sumOfLanes(sub(more, less)));
}

function slope(left: usize, right: usize, bits: u32, bit: u32): f64 {
  const step = (<usize>1) << (bit + <u32>SHIFT);
  const bytes = (<usize>1) << (bits + <u32>SHIFT);
  let sum0 = splat(0);
  let sum1 = splat(0);
  let total: f64 = 0;
  for (let plane: usize = 0; plane < 2; plane++) {
    const shift = plane * planeBytes(bits);
    const apart = right - left;
    for (let run = left + shift; run < left + shift + bytes; run += step << 1) {
      for (let p = run; p < run + step; p += 16) {
        const q = p + step;
        if (LANE_BITS == 2 && (p & SUMMED_APART) == 0) {
          total += sumOfLanes(sub(sum0, sum1));
          sum0 = splat(0);
          sum1 = splat(0);
        }
        sum0 = madd(load<v128>(q), load<v128>(p + apart), sum0);
        sum1 = madd(load<v128>(p), load<v128>(q + apart), sum1);
      }
    }
    total += sumOfLanes(sub(sum0, sum1));
    sum0 = splat(0);
    sum1 = splat(0);
  }
  return total;
}

function slopeWithin(left: usize, right: usize, bits: u32, bit: u32): f64 {
  let sum = splat(0);
  let total: f64 = 0;
  for (let plane: usize = 0; plane < 2; plane++) {
    const shift = plane * planeBytes(bits);
    for (let k = shift; k < shift + ((<usize>1) << (bits + <u32>SHIFT)); k += 16) {
      if (LANE_BITS == 2 && (k & SUMMED_APART) == 0) {
        total += differenceOfLanes(sum, bit);
        sum = splat(0);
      }
      sum = madd(exchangeLanes(load<v128>(left + k), bit), load<v128>(right + k), sum);
    }
  }
  return total + differenceOfLanes(sum, bit);
}

/** In the first of two lanes stands left_b right_a, in the second left_a right_b. */
function differenceOfLanes(sum: v128, bit: u32): f64 {
  return sumOfLanes(v128.xor(sum, oddLanes(1 << bit)));
}
