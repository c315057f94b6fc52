// The machine's own limits, as WebAssembly sees them: an in-place scale of a state by a complex number, and multiply-adds.

/** Two planes of `bytes` bytes: every number times re + i im. */
export function scale(plane0: usize, plane1: usize, bytes: usize, re: f64, im: f64): void {
  const c = f64x2.splat(re);
  const s = f64x2.splat(im);
  for (let k: usize = 0; k < bytes; k += 16) {
    const a = load<v128>(plane0 + k);
    const b = load<v128>(plane1 + k);
    store<v128>(plane0 + k, f64x2.sub(f64x2.mul(c, a), f64x2.mul(s, b)));
    store<v128>(plane1 + k, f64x2.add(f64x2.mul(c, b), f64x2.mul(s, a)));
  }
}

// @ts-ignore: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return f64x2.relaxed_madd(a, b, c);
  } else {
    return f64x2.add(f64x2.mul(a, b), c);
  }
}

/** 20 multiply-adds of numbers each time, on ten independent vectors; returns their sum so that none is left out. */
export function multiplyAdd(times: u32): f64 {
  const m = f64x2.splat(0.999999);
  const d = f64x2.splat(1e-9);
  let a = f64x2.splat(1);
  let b = f64x2.splat(2);
  let c = f64x2.splat(3);
  let e = f64x2.splat(4);
  let f = f64x2.splat(5);
  let g = f64x2.splat(6);
  let h = f64x2.splat(7);
  let i = f64x2.splat(8);
  let j = f64x2.splat(9);
  let k = f64x2.splat(10);
  for (let n: u32 = 0; n < times; n++) {
    a = madd(a, m, d);
    b = madd(b, m, d);
    c = madd(c, m, d);
    e = madd(e, m, d);
    f = madd(f, m, d);
    g = madd(g, m, d);
    h = madd(h, m, d);
    i = madd(i, m, d);
    j = madd(j, m, d);
    k = madd(k, m, d);
  }
  const sum = f64x2.add(
    f64x2.add(f64x2.add(f64x2.add(a, b), f64x2.add(c, e)), f64x2.add(f64x2.add(f, g), f64x2.add(h, i))),
    f64x2.add(j, k),
  );
  return f64x2.extract_lane(sum, 0);
}
