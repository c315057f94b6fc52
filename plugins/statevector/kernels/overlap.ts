// |<left|right>|^2 of all pairs of two lists of states: a Hermitian matrix product in blocks of 2 x 2 states, so that
// every vector loaded is used twice.

import { LANE_BITS, madd, nmadd, SHIFT, splat, sumOfLanes } from "./lanes";
import { planeBytes } from "./state";

/** Right states that stay in the second cache while all left ones pass by. */
const RIGHT_TILE_BYTES: usize = 524288;

/**
 * `values` is row-major [lefts, rights]. States lie `stride` bytes apart. Left states are rows from `firstRow` on of the
 * same list as the right ones, and entries before the diagonal are left out, unless `firstRow` is the largest number.
 */
export function overlaps(
  left: usize,
  lefts: usize,
  right: usize,
  rights: usize,
  stride: usize,
  bits: u32,
  values: usize,
  firstRow: usize,
): void {
  const tile = max<usize>(2, (RIGHT_TILE_BYTES / stride) & ~1);
  for (let first: usize = 0; first < rights; first += tile) {
    const end = min<usize>(rights, first + tile);
    for (let l: usize = 0; l < lefts; l += 2) {
      // At an odd edge a block counts its last state twice and stores the same number twice.
      const l1 = min<usize>(l + 1, lefts - 1);
      for (let r = first; r < end; r += 2) {
        const r1 = min<usize>(r + 1, end - 1);
        if (firstRow != usize.MAX_VALUE && r1 < firstRow + l) continue;
        block(
          left + l * stride,
          left + l1 * stride,
          right + r * stride,
          right + r1 * stride,
          bits,
          values + (l * rights + r) * 8,
          (r1 - r) * 8,
          (l1 - l) * rights * 8,
        );
      }
    }
  }
}

/** In single precision so much of a plane is summed by itself, and then in double precision. */
const SUMMED_APART_BYTES: usize = 4096;

function block(a0: usize, a1: usize, b0: usize, b1: usize, bits: u32, at: usize, next: usize, below: usize): void {
  const bytes = (<usize>1) << (bits + <u32>SHIFT);
  const step = LANE_BITS == 1 ? bytes : SUMMED_APART_BYTES;
  clear();
  for (let from: usize = 0; from < bytes; from += step) multiply(a0, a1, b0, b1, planeBytes(bits), from, min(from + step, bytes));
  store<f64>(at, x00 * x00 + y00 * y00);
  store<f64>(at + next, x01 * x01 + y01 * y01);
  store<f64>(at + below, x10 * x10 + y10 * y10);
  store<f64>(at + below + next, x11 * x11 + y11 * y11);
}

/** Real and imaginary parts of the four products. */
let x00: f64 = 0;
let y00: f64 = 0;
let x01: f64 = 0;
let y01: f64 = 0;
let x10: f64 = 0;
let y10: f64 = 0;
let x11: f64 = 0;
let y11: f64 = 0;

function clear(): void {
  x00 = y00 = x01 = y01 = x10 = y10 = x11 = y11 = 0;
}

function multiply(a0: usize, a1: usize, b0: usize, b1: usize, plane: usize, from: usize, to: usize): void {
  let re00 = splat(0);
  let im00 = splat(0);
  let re01 = splat(0);
  let im01 = splat(0);
  let re10 = splat(0);
  let im10 = splat(0);
  let re11 = splat(0);
  let im11 = splat(0);
  for (let k = from; k < to; k += 16) {
    const br0 = load<v128>(b0 + k);
    const bi0 = load<v128>(b0 + plane + k);
    const br1 = load<v128>(b1 + k);
    const bi1 = load<v128>(b1 + plane + k);
    let ar = load<v128>(a0 + k);
    let ai = load<v128>(a0 + plane + k);
    re00 = madd(ai, bi0, madd(ar, br0, re00));
    im00 = nmadd(ai, br0, madd(ar, bi0, im00));
    re01 = madd(ai, bi1, madd(ar, br1, re01));
    im01 = nmadd(ai, br1, madd(ar, bi1, im01));
    ar = load<v128>(a1 + k);
    ai = load<v128>(a1 + plane + k);
    re10 = madd(ai, bi0, madd(ar, br0, re10));
    im10 = nmadd(ai, br0, madd(ar, bi0, im10));
    re11 = madd(ai, bi1, madd(ar, br1, re11));
    im11 = nmadd(ai, br1, madd(ar, bi1, im11));
  }
  x00 += sumOfLanes(re00);
  y00 += sumOfLanes(im00);
  x01 += sumOfLanes(re01);
  y01 += sumOfLanes(im01);
  x10 += sumOfLanes(re10);
  y10 += sumOfLanes(im10);
  x11 += sumOfLanes(re11);
  y11 += sumOfLanes(im11);
}
