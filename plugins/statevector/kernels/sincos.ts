// Sines and cosines of two angles at a time, to one unit in the last place.
//
// The angle is reduced by multiples of pi/2 in three parts (exact up to 10^5 radians, the library beyond), then the
// Taylor-like polynomials of Sun's fdlibm, correct on [-pi/4, pi/4].

const TWO_OVER_PI: f64 = 0.6366197723675814;
const PART_1: f64 = 1.57079632673412561417;
const PART_2: f64 = 6.0771005063039659766e-11;
const PART_3: f64 = 2.0222662487111664558e-21;
/** Adding it leaves the nearest integer in the low bits of the mantissa. */
const ROUND: f64 = 6755399441055744;
const LARGEST: f64 = 1e5;

let sines: v128 = f64x2.splat(0);
let cosines: v128 = f64x2.splat(0);

export function sinesOfLast(): v128 {
  return sines;
}

export function cosinesOfLast(): v128 {
  return cosines;
}

export function sincos(x: v128): void {
  if (v128.any_true(f64x2.gt(f64x2.abs(x), f64x2.splat(LARGEST)))) {
    NativeMath.sincos(f64x2.extract_lane(x, 0));
    sines = f64x2.splat(NativeMath.sincos_sin);
    cosines = f64x2.splat(NativeMath.sincos_cos);
    NativeMath.sincos(f64x2.extract_lane(x, 1));
    sines = f64x2.replace_lane(sines, 1, NativeMath.sincos_sin);
    cosines = f64x2.replace_lane(cosines, 1, NativeMath.sincos_cos);
    return;
  }
  const shifted = f64x2.add(f64x2.mul(x, f64x2.splat(TWO_OVER_PI)), f64x2.splat(ROUND));
  const k = f64x2.sub(shifted, f64x2.splat(ROUND));
  let r = f64x2.sub(x, f64x2.mul(k, f64x2.splat(PART_1)));
  r = f64x2.sub(r, f64x2.mul(k, f64x2.splat(PART_2)));
  r = f64x2.sub(r, f64x2.mul(k, f64x2.splat(PART_3)));
  const z = f64x2.mul(r, r);
  let s = f64x2.add(f64x2.splat(-2.50507602534068634195e-8), f64x2.mul(z, f64x2.splat(1.58969099521155010221e-10)));
  s = f64x2.add(f64x2.splat(2.75573137070700676789e-6), f64x2.mul(z, s));
  s = f64x2.add(f64x2.splat(-1.98412698298579493134e-4), f64x2.mul(z, s));
  s = f64x2.add(f64x2.splat(8.33333333332248946124e-3), f64x2.mul(z, s));
  s = f64x2.add(f64x2.splat(-1.66666666666666324348e-1), f64x2.mul(z, s));
  s = f64x2.add(r, f64x2.mul(f64x2.mul(z, r), s));
  let c = f64x2.add(f64x2.splat(2.08757232129817482790e-9), f64x2.mul(z, f64x2.splat(-1.13596475577881948265e-11)));
  c = f64x2.add(f64x2.splat(-2.75573143513906633035e-7), f64x2.mul(z, c));
  c = f64x2.add(f64x2.splat(2.48015872894767294178e-5), f64x2.mul(z, c));
  c = f64x2.add(f64x2.splat(-1.38888888888741095749e-3), f64x2.mul(z, c));
  c = f64x2.add(f64x2.splat(4.16666666666666019037e-2), f64x2.mul(z, c));
  const half = f64x2.mul(z, f64x2.splat(0.5));
  const w = f64x2.sub(f64x2.splat(1), half);
  c = f64x2.add(f64x2.sub(f64x2.sub(f64x2.splat(1), w), half), f64x2.mul(f64x2.mul(z, z), c));
  c = f64x2.add(w, c);
  // The quadrant: odd ones exchange sine and cosine, two bits choose the signs.
  const odd = i64x2.shr_s(i64x2.shl(shifted, 63), 63);
  const sign = i64x2.splat(i64.MIN_VALUE);
  sines = v128.xor(v128.bitselect(c, s, odd), v128.and(i64x2.shl(shifted, 62), sign));
  cosines = v128.xor(
    v128.bitselect(s, c, odd),
    v128.and(i64x2.shl(i64x2.add(shifted, i64x2.splat(1)), 62), sign),
  );
}
