// Real rotations on one plane of a tile, up to three qubits for each time that an amplitude is loaded.
//
// A rotation by (cos, sin) is cos times ((1, -tan), (tan, 1)): two multiply-adds a pair. The cosines gather in `scale`.
// Planes do not mix, so the real and the imaginary one take turns.

import { madd, mul, nmadd } from "./lanes";

/** Neighbours that a tile of chosen bits keeps together: two cache lines. */
export const COLUMN_BYTES: usize = 128;

// @ts-ignore: decorator
@inline
export function read(at: usize, scale: v128, scaled: bool): v128 {
  return scaled ? mul(scale, load<v128>(at)) : load<v128>(at);
}

/** The pair of `a` and `b` after a rotation: `a` here, `b` there. */
// @ts-ignore: decorator
@inline
export function first(t: v128, a: v128, b: v128): v128 {
  return nmadd(t, b, a);
}

// @ts-ignore: decorator
@inline
export function second(t: v128, a: v128, b: v128): v128 {
  return madd(t, a, b);
}

// @ts-ignore: decorator
@inline
function one(plane: usize, bytes: usize, s0: usize, t0: v128, scale: v128, scaled: bool): void {
  for (let outer = plane; outer < plane + bytes; outer += s0 << 1) {
    for (let p = outer; p < outer + s0; p += 16) {
      const a = read(p, scale, scaled);
      const b = read(p + s0, scale, scaled);
      store<v128>(p, first(t0, a, b));
      store<v128>(p + s0, second(t0, a, b));
    }
  }
}

// @ts-ignore: decorator
@inline
function two(plane: usize, bytes: usize, s0: usize, s1: usize, t0: v128, t1: v128, scale: v128, scaled: bool): void {
  for (let outer = plane; outer < plane + bytes; outer += s1 << 1) {
    for (let run = outer; run < outer + s1; run += s0 << 1) {
      for (let p = run; p < run + s0; p += 16) {
        const q = p + s1;
        const a = read(p, scale, scaled);
        const b = read(p + s0, scale, scaled);
        const c = read(q, scale, scaled);
        const d = read(q + s0, scale, scaled);
        const a1 = first(t0, a, b);
        const b1 = second(t0, a, b);
        const c1 = first(t0, c, d);
        const d1 = second(t0, c, d);
        store<v128>(p, first(t1, a1, c1));
        store<v128>(p + s0, first(t1, b1, d1));
        store<v128>(q, second(t1, a1, c1));
        store<v128>(q + s0, second(t1, b1, d1));
      }
    }
  }
}

/** Eight vectors at `p` and its distances `s`, turned, to `q` and its distances `r`. */
// @ts-ignore: decorator
@inline
function eight(
  p: usize,
  s0: usize,
  s1: usize,
  s2: usize,
  q: usize,
  r0: usize,
  r1: usize,
  r2: usize,
  t0: v128,
  t1: v128,
  t2: v128,
  scale: v128,
  scaled: bool,
): void {
  const p1 = p + s1;
  const p2 = p + s2;
  const p3 = p2 + s1;
  let a = read(p, scale, scaled);
  let b = read(p + s0, scale, scaled);
  const a1 = first(t0, a, b);
  const b1 = second(t0, a, b);
  a = read(p1, scale, scaled);
  b = read(p1 + s0, scale, scaled);
  const c1 = first(t0, a, b);
  const d1 = second(t0, a, b);
  a = read(p2, scale, scaled);
  b = read(p2 + s0, scale, scaled);
  const e1 = first(t0, a, b);
  const f1 = second(t0, a, b);
  a = read(p3, scale, scaled);
  b = read(p3 + s0, scale, scaled);
  const g1 = first(t0, a, b);
  const h1 = second(t0, a, b);
  const q1 = q + r1;
  const q2 = q + r2;
  const q3 = q2 + r1;
  const a2 = first(t1, a1, c1);
  const c2 = second(t1, a1, c1);
  const e2 = first(t1, e1, g1);
  const g2 = second(t1, e1, g1);
  store<v128>(q, first(t2, a2, e2));
  store<v128>(q2, second(t2, a2, e2));
  store<v128>(q1, first(t2, c2, g2));
  store<v128>(q3, second(t2, c2, g2));
  const b2 = first(t1, b1, d1);
  const d2 = second(t1, b1, d1);
  const f2 = first(t1, f1, h1);
  const h2 = second(t1, f1, h1);
  store<v128>(q + r0, first(t2, b2, f2));
  store<v128>(q2 + r0, second(t2, b2, f2));
  store<v128>(q1 + r0, first(t2, d2, h2));
  store<v128>(q3 + r0, second(t2, d2, h2));
}

// @ts-ignore: decorator
@inline
function three(
  plane: usize,
  bytes: usize,
  s0: usize,
  s1: usize,
  s2: usize,
  t0: v128,
  t1: v128,
  t2: v128,
  scale: v128,
  scaled: bool,
): void {
  for (let outer = plane; outer < plane + bytes; outer += s2 << 1) {
    for (let middle = outer; middle < outer + s2; middle += s1 << 1) {
      for (let run = middle; run < middle + s1; run += s0 << 1) {
        for (let p = run; p < run + s0; p += 16) eight(p, s0, s1, s2, p, s0, s1, s2, t0, t1, t2, scale, scaled);
      }
    }
  }
}

/** One to three bits; `s` are their distances in bytes, 0 where there is none, ascending and at least a vector. */
export function rotate(
  plane: usize,
  bytes: usize,
  s0: usize,
  s1: usize,
  s2: usize,
  t0: v128,
  t1: v128,
  t2: v128,
  scale: v128,
  scaled: bool,
): void {
  if (s2) {
    if (scaled) three(plane, bytes, s0, s1, s2, t0, t1, t2, scale, true);
    else three(plane, bytes, s0, s1, s2, t0, t1, t2, scale, false);
  } else if (s1) {
    if (scaled) two(plane, bytes, s0, s1, t0, t1, scale, true);
    else two(plane, bytes, s0, s1, t0, t1, scale, false);
  } else {
    if (scaled) one(plane, bytes, s0, t0, scale, true);
    else one(plane, bytes, s0, t0, scale, false);
  }
}

// @ts-ignore: decorator
@inline
function columns(
  count: usize,
  from: usize,
  fromMask: usize,
  f0: usize,
  f1: usize,
  f2: usize,
  to: usize,
  toMask: usize,
  r0: usize,
  r1: usize,
  r2: usize,
  t0: v128,
  t1: v128,
  t2: v128,
  scale: v128,
  scaled: bool,
): void {
  fromMask &= ~(f0 | f1 | f2);
  toMask &= ~(r0 | r1 | r2);
  let a: usize = 0;
  let b: usize = 0;
  for (let index: usize = 0; index < count; index += 8) {
    let q = to + b;
    for (let p = from + a; p < from + a + COLUMN_BYTES; p += 16) {
      eight(p, f0, f1, f2, q, r0, r1, r2, t0, t1, t2, scale, scaled);
      q += 16;
    }
    a = ((a | ~fromMask) + 1) & fromMask;
    b = ((b | ~toMask) + 1) & toMask;
  }
}

/** Three bits of `count` columns that lie apart: their offsets count through the bits of a mask, here and where they go. */
export function rotateColumns(
  count: usize,
  from: usize,
  fromMask: usize,
  f0: usize,
  f1: usize,
  f2: usize,
  to: usize,
  toMask: usize,
  r0: usize,
  r1: usize,
  r2: usize,
  t0: v128,
  t1: v128,
  t2: v128,
  scale: v128,
  scaled: bool,
): void {
  if (scaled) columns(count, from, fromMask, f0, f1, f2, to, toMask, r0, r1, r2, t0, t1, t2, scale, true);
  else columns(count, from, fromMask, f0, f1, f2, to, toMask, r0, r1, r2, t0, t1, t2, scale, false);
}
