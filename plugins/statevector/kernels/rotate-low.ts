// Real rotations of the lowest bits: those inside a vector, and the three above them, in one pass over a plane of a tile.

import { exchangeLanes, LANE_BITS, madd, oddLanes, splat } from "./lanes";
import { first, read, second } from "./rotate";

/** Tangents with the sign that the first of a pair of lanes needs. */
// @ts-ignore: decorator
@inline
function turning(tangent: v128, bit: u32): v128 {
  return v128.xor(tangent, v128.xor(oddLanes(1 << bit), v128.splat<Real>(-0.0)));
}

// @ts-ignore: decorator
@inline
function within(value: v128, t0: v128, t1: v128, lanes: bool): v128 {
  if (!lanes) return value;
  const turned = madd(t0, exchangeLanes(value, 0), value);
  return LANE_BITS == 1 ? turned : madd(t1, exchangeLanes(turned, 1), turned);
}

// @ts-ignore: decorator
@inline
function sixteen(
  p: usize,
  l0: v128,
  l1: v128,
  t0: v128,
  t1: v128,
  t2: v128,
  scale: v128,
  lanes: bool,
  scaled: bool,
): void {
  let a = within(read(p, scale, scaled), l0, l1, lanes);
  let b = within(read(p + 16, scale, scaled), l0, l1, lanes);
  const a1 = first(t0, a, b);
  const b1 = second(t0, a, b);
  a = within(read(p + 32, scale, scaled), l0, l1, lanes);
  b = within(read(p + 48, scale, scaled), l0, l1, lanes);
  const c1 = first(t0, a, b);
  const d1 = second(t0, a, b);
  a = within(read(p + 64, scale, scaled), l0, l1, lanes);
  b = within(read(p + 80, scale, scaled), l0, l1, lanes);
  const e1 = first(t0, a, b);
  const f1 = second(t0, a, b);
  a = within(read(p + 96, scale, scaled), l0, l1, lanes);
  b = within(read(p + 112, scale, scaled), l0, l1, lanes);
  const g1 = first(t0, a, b);
  const h1 = second(t0, a, b);
  const a2 = first(t1, a1, c1);
  const c2 = second(t1, a1, c1);
  const e2 = first(t1, e1, g1);
  const g2 = second(t1, e1, g1);
  store<v128>(p, first(t2, a2, e2));
  store<v128>(p + 64, second(t2, a2, e2));
  store<v128>(p + 32, first(t2, c2, g2));
  store<v128>(p + 96, second(t2, c2, g2));
  const b2 = first(t1, b1, d1);
  const d2 = second(t1, b1, d1);
  const f2 = first(t1, f1, h1);
  const h2 = second(t1, f1, h1);
  store<v128>(p + 16, first(t2, b2, f2));
  store<v128>(p + 80, second(t2, b2, f2));
  store<v128>(p + 48, first(t2, d2, h2));
  store<v128>(p + 112, second(t2, d2, h2));
}

// @ts-ignore: decorator
@inline
function runs(
  plane: usize,
  bytes: usize,
  l0: v128,
  l1: v128,
  t0: v128,
  t1: v128,
  t2: v128,
  scale: v128,
  lanes: bool,
  scaled: bool,
): void {
  for (let p = plane; p < plane + bytes; p += 128) sixteen(p, l0, l1, t0, t1, t2, scale, lanes, scaled);
}

/** The bits inside a vector and the three above them; a tangent of zero leaves its bit alone. */
export function rotateLow(
  plane: usize,
  bytes: usize,
  lane0: v128,
  lane1: v128,
  t0: v128,
  t1: v128,
  t2: v128,
  scale: v128,
  scaled: bool,
): void {
  const l0 = turning(lane0, 0);
  const l1 = LANE_BITS == 1 ? splat(0) : turning(lane1, 1);
  if (v128.any_true(v128.or(lane0, lane1))) {
    if (scaled) runs(plane, bytes, l0, l1, t0, t1, t2, scale, true, true);
    else runs(plane, bytes, l0, l1, t0, t1, t2, scale, true, false);
  } else {
    if (scaled) runs(plane, bytes, l0, l1, t0, t1, t2, scale, false, true);
    else runs(plane, bytes, l0, l1, t0, t1, t2, scale, false, false);
  }
}
