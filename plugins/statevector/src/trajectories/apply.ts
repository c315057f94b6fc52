// What is not unitary, and Pauli errors, on a state in the kernels' memory.

import { planesOf, type Reading } from "../session.ts";

/** How likely the qubit of this index bit is set. */
export function probabilityOfOne({ kernels, bits }: Reading, state: number, mask: number): number {
  const norm = kernels.word(state, bits, 0, 0, 0);
  return Math.min(1, Math.max(0, (1 - kernels.word(state, bits, 0, mask, 0) / norm) / 2));
}

/** Multiplies the amplitudes where the bit is 0 and those where it is 1. */
export function scaleHalves(
  reading: Reading,
  state: number,
  mask: number,
  [zero, one]: readonly [number, number],
): void {
  for (const plane of planesOf(reading, state))
    for (let k = 0; k < plane.length; k++) plane[k] = (plane[k] ?? Number.NaN) * (k & mask ? one : zero);
}

/** X where `flip`, Z where `sign`, Z first; a Y is both, up to a phase of the whole state. */
export function applyPauli(reading: Reading, state: number, flip: number, sign: number): void {
  for (const plane of planesOf(reading, state)) {
    if (sign !== 0) for (let k = 0; k < plane.length; k++) if (isOdd(k & sign)) plane[k] = -(plane[k] ?? Number.NaN);
    if (flip === 0) continue;
    for (let k = 0; k < plane.length; k++) {
      const partner = k ^ flip;
      if (partner > k) [plane[k], plane[partner]] = [plane[partner] ?? Number.NaN, plane[k] ?? Number.NaN];
    }
  }
}

function isOdd(mask: number): boolean {
  let odd = false;
  for (let rest = mask; rest !== 0; rest &= rest - 1) odd = !odd;
  return odd;
}
