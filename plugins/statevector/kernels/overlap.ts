// |<left|right>|^2 of all pairs of two lists of states: a Hermitian matrix product in blocks of 2 x 2 states, so that
// every vector loaded is used twice.

import { madd, nmadd, SHIFT, splat, sumOfLanes } from "./lanes";
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

function block(a0: usize, a1: usize, b0: usize, b1: usize, bits: u32, at: usize, next: usize, below: usize): void {
  const plane = planeBytes(bits);
  let re00 = splat(0);
  let im00 = splat(0);
  let re01 = splat(0);
  let im01 = splat(0);
  let re10 = splat(0);
  let im10 = splat(0);
  let re11 = splat(0);
  let im11 = splat(0);
  for (let k: usize = 0; k < (<usize>1) << (bits + <u32>SHIFT); k += 16) {
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
  store<f64>(at, squared(re00, im00));
  store<f64>(at + next, squared(re01, im01));
  store<f64>(at + below, squared(re10, im10));
  store<f64>(at + below + next, squared(re11, im11));
}

function squared(re: v128, im: v128): f64 {
  const x = sumOfLanes(re);
  const y = sumOfLanes(im);
  return x * x + y * y;
}
