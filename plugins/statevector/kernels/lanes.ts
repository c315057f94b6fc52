// Arithmetic written once for two widths: T is v128 (two amplitudes at a time) or f64 (one at a time, for gates on
// index bit 0, whose pairs lie inside one vector).

export function add<T>(a: T, b: T): T {
  if (isVector<T>()) {
    return f64x2.add(a, b);
  } else {
    return a + b;
  }
}

export function sub<T>(a: T, b: T): T {
  if (isVector<T>()) {
    return f64x2.sub(a, b);
  } else {
    return a - b;
  }
}

export function mul<T>(a: T, b: T): T {
  if (isVector<T>()) {
    return f64x2.mul(a, b);
  } else {
    return a * b;
  }
}

export function splat<T>(value: f64): T {
  if (isVector<T>()) {
    return f64x2.splat(value);
  } else {
    return value;
  }
}

/** Two amplitudes of one vector: the one with index bit 0 clear, then the one with it set. */
export function both(first: f64, second: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}

export function sumOfLanes(value: v128): f64 {
  return f64x2.extract_lane(value, 0) + f64x2.extract_lane(value, 1);
}
