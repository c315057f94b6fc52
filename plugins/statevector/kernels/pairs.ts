// Gates that mix two amplitudes: each kernel walks the pairs (k | a, k | b) of opcode.ts by address, p for the first and
// q for the second. The innermost loop is a run of neighbours: computing every address from a counter took twice as long.

import { add, mul, splat, sub } from "./lanes";
import { highBit, lowBit, planeBytes } from "./state";

export function exchange<T>(state: usize, size: usize, a: usize, b: usize): void {
  const plane = planeBytes(size);
  const low = lowBit(a | b, size) << 3;
  const high = highBit(a | b, size) << 3;
  const step = (b - a) << 3;
  const first = state + (a << 3);
  for (let outer = first; outer < first + (size << 3); outer += high << 1) {
    for (let run = outer; run < outer + high; run += low << 1) {
      for (let p = run; p < run + low; p += sizeof<T>()) {
        const q = p + step;
        const re = load<T>(p);
        const im = load<T>(p + plane);
        store<T>(p, load<T>(q));
        store<T>(p + plane, load<T>(q + plane));
        store<T>(q, re);
        store<T>(q + plane, im);
      }
    }
  }
}

/** (a, b) becomes (m00 a + m01 b, m10 a + m11 b). */
export function real<T>(state: usize, size: usize, a: usize, b: usize, m00: f64, m01: f64, m10: f64, m11: f64): void {
  const plane = planeBytes(size);
  const low = lowBit(a | b, size) << 3;
  const high = highBit(a | b, size) << 3;
  const step = (b - a) << 3;
  const first = state + (a << 3);
  const aa = splat<T>(m00);
  const ab = splat<T>(m01);
  const ba = splat<T>(m10);
  const bb = splat<T>(m11);
  for (let outer = first; outer < first + (size << 3); outer += high << 1) {
    for (let run = outer; run < outer + high; run += low << 1) {
      for (let p = run; p < run + low; p += sizeof<T>()) {
        const q = p + step;
        const reP = load<T>(p);
        const imP = load<T>(p + plane);
        const reQ = load<T>(q);
        const imQ = load<T>(q + plane);
        store<T>(p, add<T>(mul<T>(aa, reP), mul<T>(ab, reQ)));
        store<T>(p + plane, add<T>(mul<T>(aa, imP), mul<T>(ab, imQ)));
        store<T>(q, add<T>(mul<T>(ba, reP), mul<T>(bb, reQ)));
        store<T>(q + plane, add<T>(mul<T>(ba, imP), mul<T>(bb, imQ)));
      }
    }
  }
}

/** (a, b) becomes (c a - i s b, c b - i s a): half the arithmetic of a complex matrix. */
export function flip<T>(state: usize, size: usize, a: usize, b: usize, cos: f64, sin: f64): void {
  const plane = planeBytes(size);
  const low = lowBit(a | b, size) << 3;
  const high = highBit(a | b, size) << 3;
  const step = (b - a) << 3;
  const first = state + (a << 3);
  const c = splat<T>(cos);
  const s = splat<T>(sin);
  for (let outer = first; outer < first + (size << 3); outer += high << 1) {
    for (let run = outer; run < outer + high; run += low << 1) {
      for (let p = run; p < run + low; p += sizeof<T>()) {
        const q = p + step;
        const reP = load<T>(p);
        const imP = load<T>(p + plane);
        const reQ = load<T>(q);
        const imQ = load<T>(q + plane);
        store<T>(p, add<T>(mul<T>(c, reP), mul<T>(s, imQ)));
        store<T>(p + plane, sub<T>(mul<T>(c, imP), mul<T>(s, reQ)));
        store<T>(q, add<T>(mul<T>(c, reQ), mul<T>(s, imP)));
        store<T>(q + plane, sub<T>(mul<T>(c, imQ), mul<T>(s, reP)));
      }
    }
  }
}

/** A complex matrix at `matrix`: m00, m01, m10, m11, each real part then imaginary part. */
export function complex<T>(state: usize, size: usize, a: usize, b: usize, matrix: usize): void {
  const plane = planeBytes(size);
  const low = lowBit(a | b, size) << 3;
  const high = highBit(a | b, size) << 3;
  const step = (b - a) << 3;
  const first = state + (a << 3);
  for (let outer = first; outer < first + (size << 3); outer += high << 1) {
    for (let run = outer; run < outer + high; run += low << 1) {
      for (let p = run; p < run + low; p += sizeof<T>()) {
        const q = p + step;
        const reP = load<T>(p);
        const imP = load<T>(p + plane);
        const reQ = load<T>(q);
        const imQ = load<T>(q + plane);
        mix<T>(p, plane, matrix, reP, imP, reQ, imQ);
        mix<T>(q, plane, matrix + 32, reP, imP, reQ, imQ);
      }
    }
  }
}

/** Stores one row of the matrix times the pair. */
function mix<T>(at: usize, plane: usize, row: usize, reP: T, imP: T, reQ: T, imQ: T): void {
  const pr = splat<T>(load<f64>(row));
  const pi = splat<T>(load<f64>(row, 8));
  const qr = splat<T>(load<f64>(row, 16));
  const qi = splat<T>(load<f64>(row, 24));
  store<T>(at, add<T>(sub<T>(mul<T>(pr, reP), mul<T>(pi, imP)), sub<T>(mul<T>(qr, reQ), mul<T>(qi, imQ))));
  store<T>(at + plane, add<T>(add<T>(mul<T>(pr, imP), mul<T>(pi, reP)), add<T>(mul<T>(qr, imQ), mul<T>(qi, reQ))));
}
