// Vectors of amplitudes: `Real` is f64 or f32 and is chosen by the build, as is relaxed SIMD, whose multiply-add rounds once.

/** log2 of the bytes of a real number. */
export const SHIFT: usize = sizeof<Real>() == 8 ? 3 : 2;
/** Index bits that lie inside one vector. */
export const LANE_BITS: u32 = sizeof<Real>() == 8 ? 1 : 2;

// @ts-ignore: decorator
@inline
export function add(a: v128, b: v128): v128 {
  return v128.add<Real>(a, b);
}

// @ts-ignore: decorator
@inline
export function sub(a: v128, b: v128): v128 {
  return v128.sub<Real>(a, b);
}

// @ts-ignore: decorator
@inline
export function mul(a: v128, b: v128): v128 {
  return v128.mul<Real>(a, b);
}

/** a b + c */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return v128.relaxed_madd<Real>(a, b, c);
  } else {
    return v128.add<Real>(v128.mul<Real>(a, b), c);
  }
}

/** c - a b */
// @ts-ignore: decorator
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return v128.relaxed_nmadd<Real>(a, b, c);
  } else {
    return v128.sub<Real>(c, v128.mul<Real>(a, b));
  }
}

// @ts-ignore: decorator
@inline
export function splat(value: Real): v128 {
  return v128.splat<Real>(value);
}

/** Each lane takes the value of the one whose number differs in `bit`. */
// @ts-ignore: decorator
@inline
export function exchangeLanes(value: v128, bit: u32): v128 {
  if (sizeof<Real>() == 8) {
    return v128.shuffle<f64>(value, value, 1, 0);
  } else {
    return bit == 0 ? v128.shuffle<f32>(value, value, 1, 0, 3, 2) : v128.shuffle<f32>(value, value, 2, 3, 0, 1);
  }
}

/** Sign bits in the lanes whose number has an odd count of the bits of `mask`. */
export function oddLanes(mask: u32): v128 {
  if (sizeof<Real>() == 8) {
    return i64x2.replace_lane(i64x2.splat(0), 1, (<i64>(mask & 1)) << 63);
  } else {
    let signs = i32x4.splat(0);
    signs = i32x4.replace_lane(signs, 1, (mask & 1) << 31);
    signs = i32x4.replace_lane(signs, 2, ((mask >> 1) & 1) << 31);
    return i32x4.replace_lane(signs, 3, (popcnt(mask & 3) & 1) << 31);
  }
}

/** All bits of the lanes whose number has `bit` set. */
export function lanesOf(bit: u32): v128 {
  return LANE_BITS == 1 ? i64x2.shr_s(oddLanes(1), 63) : i32x4.shr_s(oddLanes(1 << bit), 31);
}

/** The sign bit in every lane where `odd` is odd. */
// @ts-ignore: decorator
@inline
export function signs(odd: u32): v128 {
  if (sizeof<Real>() == 8) {
    return i64x2.splat((<i64>odd) << 63);
  } else {
    return i32x4.splat(odd << 31);
  }
}

export function sumOfLanes(value: v128): f64 {
  if (sizeof<Real>() == 8) {
    return f64x2.extract_lane(value, 0) + f64x2.extract_lane(value, 1);
  } else {
    return (
      (<f64>f32x4.extract_lane(value, 0) + <f64>f32x4.extract_lane(value, 1)) +
      (<f64>f32x4.extract_lane(value, 2) + <f64>f32x4.extract_lane(value, 3))
    );
  }
}
