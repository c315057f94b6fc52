// Metropolis: a change of logarithm `y` is taken with probability min(1, e^y).

/** Where e^y is below the last bit of a random number of 32 bits. */
export const NEVER: f32 = -22.2;

const LOG2E: f32 = 1.4426950408889634;

/** The unsigned number below which a random one of 32 bits must be: 2^32 e^y for y <= 0, by halving and a Taylor series. */
// @ts-ignore: decorator
@inline
function threshold(y: v128): v128 {
  const exponent = f32x4.mul(f32x4.max(f32x4.min(y, f32x4.splat(0)), f32x4.splat(NEVER - 1)), f32x4.splat(LOG2E));
  const whole = f32x4.nearest(exponent);
  const rest = f32x4.mul(f32x4.sub(exponent, whole), f32x4.splat(0.6931471805599453));
  let series = f32x4.add(f32x4.mul(rest, f32x4.splat(1.0 / 720.0)), f32x4.splat(1.0 / 120.0));
  series = f32x4.add(f32x4.mul(series, rest), f32x4.splat(1.0 / 24.0));
  series = f32x4.add(f32x4.mul(series, rest), f32x4.splat(1.0 / 6.0));
  series = f32x4.add(f32x4.mul(series, rest), f32x4.splat(0.5));
  series = f32x4.add(f32x4.mul(series, rest), f32x4.splat(1));
  series = f32x4.add(f32x4.mul(series, rest), f32x4.splat(1));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(whole), i32x4.splat(32)), 23);
  return i32x4.trunc_sat_f32x4_u(i32x4.add(series, scale));
}

/** For tests: how many of the 2^32 random numbers take a change of logarithm `y`. */
export function chances(y: f32): u32 {
  return i32x4.extract_lane(threshold(f32x4.splat(y)), 0);
}

/** All bits set where the change is taken. */
// @ts-ignore: decorator
@inline
export function accept(y: v128, random: v128): v128 {
  return v128.or(f32x4.ge(y, f32x4.splat(0)), i32x4.lt_u(random, threshold(y)));
}
