// Sine and cosine of two numbers at once: subtract the nearest multiple of pi/2 in three parts (exact for arguments up
// to 1e5, others take the slow way of AssemblyScript's library), then the minimax polynomials of Sun's fdlibm.

/** Both lanes of each number, from memory: engines make a vector of a constant by four instructions, each time. */
const NUMBERS = memory.data<f64>(
  [
    // 2 / pi; a number whose sum with another leaves the nearest integer in the low bits; pi / 2 in three parts.
    0.6366197723675814, 0.6366197723675814,
    6755399441055744, 6755399441055744,
    1.57079632673412561417, 1.57079632673412561417,
    6.0771005063039659766e-11, 6.0771005063039659766e-11,
    2.0222662487111664558e-21, 2.0222662487111664558e-21,
    // The polynomial of the sine, then that of the cosine, from the lowest power up.
    -1.66666666666666324348e-1, -1.66666666666666324348e-1,
    8.33333333332248946124e-3, 8.33333333332248946124e-3,
    -1.98412698298579493134e-4, -1.98412698298579493134e-4,
    2.75573137070700676789e-6, 2.75573137070700676789e-6,
    -2.50507602534068634195e-8, -2.50507602534068634195e-8,
    1.58969099521155010221e-10, 1.58969099521155010221e-10,
    1, 1,
    -0.5, -0.5,
    4.16666666666666019037e-2, 4.16666666666666019037e-2,
    -1.38888888888741095749e-3, -1.38888888888741095749e-3,
    2.48015872894767294178e-5, 2.48015872894767294178e-5,
    -2.75573143513906633035e-7, -2.75573143513906633035e-7,
    2.08757232129817482790e-9, 2.08757232129817482790e-9,
    -1.13596475577881948265e-11, -1.13596475577881948265e-11,
    1e5, 1e5, reinterpret<f64>(i64.MAX_VALUE), reinterpret<f64>(i64.MAX_VALUE), -0.0, -0.0, 5e-324, 5e-324,
  ],
  16,
);

// @ts-ignore: decorator
@inline
function number(index: usize): v128 {
  return load<v128>(NUMBERS + index * 16);
}

const SINE: usize = 5;
const COSINE: usize = 11;
/** The largest argument; then all bits but the sign, the sign alone, and the lowest bit. */
const LARGEST: usize = 19;
const MAGNITUDE: usize = 20;
const SIGN: usize = 21;
const ONE: usize = 22;

/** a b + c, in double precision whatever the build's numbers are. */
// @ts-ignore: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(a, b, c) : f64x2.add(f64x2.mul(a, b), c);
}

/** c - a b */
// @ts-ignore: decorator
@inline
function nmadd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_nmadd(a, b, c) : f64x2.sub(c, f64x2.mul(a, b));
}

// @ts-ignore: decorator
@inline
export function isLarge(x: v128): bool {
  return v128.any_true(f64x2.gt(v128.and(x, number(MAGNITUDE)), number(LARGEST)));
}

/** The number of quarter turns nearest to `x`, in the low bits of each lane. */
// @ts-ignore: decorator
@inline
export function quarters(x: v128): v128 {
  return madd(x, number(0), number(1));
}

/** What is left of `x` beside its quarter turns. */
// @ts-ignore: decorator
@inline
export function rest(x: v128, quarter: v128): v128 {
  const k = f64x2.sub(quarter, number(1));
  return nmadd(k, number(4), nmadd(k, number(3), nmadd(k, number(2), x)));
}

/** The sine of a rest `r` with square `z`. */
// @ts-ignore: decorator
@inline
export function sine(r: v128, z: v128): v128 {
  let s = madd(z, number(SINE + 5), number(SINE + 4));
  s = madd(z, s, number(SINE + 3));
  s = madd(z, s, number(SINE + 2));
  s = madd(z, s, number(SINE + 1));
  s = madd(z, s, number(SINE));
  return madd(f64x2.mul(z, r), s, r);
}

// @ts-ignore: decorator
@inline
export function cosine(z: v128): v128 {
  let c = madd(z, number(COSINE + 7), number(COSINE + 6));
  c = madd(z, c, number(COSINE + 5));
  c = madd(z, c, number(COSINE + 4));
  c = madd(z, c, number(COSINE + 3));
  c = madd(z, c, number(COSINE + 2));
  return madd(f64x2.mul(z, z), c, madd(z, number(COSINE + 1), number(COSINE)));
}

/** Odd numbers of quarter turns exchange sine and cosine; the second lowest bit chooses the sign. */
// @ts-ignore: decorator
@inline
export function turned(quarter: v128, even: v128, odd: v128): v128 {
  const isOdd = i64x2.neg(v128.and(quarter, number(ONE)));
  const sign = v128.and(i64x2.shl(quarter, 62), number(SIGN));
  return v128.xor(v128.bitselect(odd, even, isOdd), sign);
}

/** The quarter turns whose sine is the cosine. */
// @ts-ignore: decorator
@inline
export function next(quarter: v128): v128 {
  return i64x2.add(quarter, number(ONE));
}

export function slowSine(x: v128): v128 {
  NativeMath.sincos(f64x2.extract_lane(x, 0));
  const first = f64x2.splat(NativeMath.sincos_sin);
  NativeMath.sincos(f64x2.extract_lane(x, 1));
  return f64x2.replace_lane(first, 1, NativeMath.sincos_sin);
}

export function slowCosine(x: v128): v128 {
  NativeMath.sincos(f64x2.extract_lane(x, 0));
  const first = f64x2.splat(NativeMath.sincos_cos);
  NativeMath.sincos(f64x2.extract_lane(x, 1));
  return f64x2.replace_lane(first, 1, NativeMath.sincos_cos);
}
