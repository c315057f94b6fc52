// Gates that mix two amplitudes: each kernel walks the pairs (k | a, k | b) of opcode.ts in byte offsets.

import { add, mul, splat, sub } from "./lanes";
import { imaginaryOf, lowestBit, otherBit, skip } from "./state";

export function exchange<T>(state: usize, size: usize, a: usize, b: usize): void {
  const imaginary = imaginaryOf(state, size);
  const low = lowestBit(a | b) << 3;
  const high = otherBit((a | b) << 3);
  const end = (size << 3) >> popcnt(a | b);
  for (let i: usize = 0; i < end; i += sizeof<T>()) {
    const k = skip(skip(i, low), high);
    const p = k | (a << 3);
    const q = k | (b << 3);
    const re = load<T>(state + p);
    const im = load<T>(imaginary + p);
    store<T>(state + p, load<T>(state + q));
    store<T>(imaginary + p, load<T>(imaginary + q));
    store<T>(state + q, re);
    store<T>(imaginary + q, im);
  }
}

/** (a, b) becomes (m00 a + m01 b, m10 a + m11 b). */
export function real<T>(state: usize, size: usize, a: usize, b: usize, m00: f64, m01: f64, m10: f64, m11: f64): void {
  const imaginary = imaginaryOf(state, size);
  const low = lowestBit(a | b) << 3;
  const high = otherBit((a | b) << 3);
  const end = (size << 3) >> popcnt(a | b);
  const aa = splat<T>(m00);
  const ab = splat<T>(m01);
  const ba = splat<T>(m10);
  const bb = splat<T>(m11);
  for (let i: usize = 0; i < end; i += sizeof<T>()) {
    const k = skip(skip(i, low), high);
    const p = k | (a << 3);
    const q = k | (b << 3);
    const reP = load<T>(state + p);
    const imP = load<T>(imaginary + p);
    const reQ = load<T>(state + q);
    const imQ = load<T>(imaginary + q);
    store<T>(state + p, add<T>(mul<T>(aa, reP), mul<T>(ab, reQ)));
    store<T>(imaginary + p, add<T>(mul<T>(aa, imP), mul<T>(ab, imQ)));
    store<T>(state + q, add<T>(mul<T>(ba, reP), mul<T>(bb, reQ)));
    store<T>(imaginary + q, add<T>(mul<T>(ba, imP), mul<T>(bb, imQ)));
  }
}

/** (a, b) becomes (c a - i s b, c b - i s a): half the arithmetic of a complex matrix. */
export function flip<T>(state: usize, size: usize, a: usize, b: usize, cos: f64, sin: f64): void {
  const imaginary = imaginaryOf(state, size);
  const low = lowestBit(a | b) << 3;
  const high = otherBit((a | b) << 3);
  const end = (size << 3) >> popcnt(a | b);
  const c = splat<T>(cos);
  const s = splat<T>(sin);
  for (let i: usize = 0; i < end; i += sizeof<T>()) {
    const k = skip(skip(i, low), high);
    const p = k | (a << 3);
    const q = k | (b << 3);
    const reP = load<T>(state + p);
    const imP = load<T>(imaginary + p);
    const reQ = load<T>(state + q);
    const imQ = load<T>(imaginary + q);
    store<T>(state + p, add<T>(mul<T>(c, reP), mul<T>(s, imQ)));
    store<T>(imaginary + p, sub<T>(mul<T>(c, imP), mul<T>(s, reQ)));
    store<T>(state + q, add<T>(mul<T>(c, reQ), mul<T>(s, imP)));
    store<T>(imaginary + q, sub<T>(mul<T>(c, imQ), mul<T>(s, reP)));
  }
}

/** A complex matrix at `matrix`: m00, m01, m10, m11, each real part then imaginary part. */
export function complex<T>(state: usize, size: usize, a: usize, b: usize, matrix: usize): void {
  const imaginary = imaginaryOf(state, size);
  const low = lowestBit(a | b) << 3;
  const high = otherBit((a | b) << 3);
  const end = (size << 3) >> popcnt(a | b);
  for (let i: usize = 0; i < end; i += sizeof<T>()) {
    const k = skip(skip(i, low), high);
    const p = k | (a << 3);
    const q = k | (b << 3);
    const reP = load<T>(state + p);
    const imP = load<T>(imaginary + p);
    const reQ = load<T>(state + q);
    const imQ = load<T>(imaginary + q);
    mix<T>(state + p, imaginary + p, matrix, reP, imP, reQ, imQ);
    mix<T>(state + q, imaginary + q, matrix + 32, reP, imP, reQ, imQ);
  }
}

/** Stores one row of the matrix times the pair. */
function mix<T>(re: usize, im: usize, row: usize, reP: T, imP: T, reQ: T, imQ: T): void {
  const pr = splat<T>(load<f64>(row));
  const pi = splat<T>(load<f64>(row, 8));
  const qr = splat<T>(load<f64>(row, 16));
  const qi = splat<T>(load<f64>(row, 24));
  store<T>(re, add<T>(sub<T>(mul<T>(pr, reP), mul<T>(pi, imP)), sub<T>(mul<T>(qr, reQ), mul<T>(qi, imQ))));
  store<T>(im, add<T>(add<T>(mul<T>(pr, imP), mul<T>(pi, reP)), add<T>(mul<T>(qr, imQ), mul<T>(qi, reQ))));
}
