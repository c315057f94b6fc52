// A state vector made from the gate matrices alone: short, obvious, and independent of every backend.

import { angleAt, type Circuit, type Gate } from "../../program/circuit.ts";
import { GATES } from "../../program/gates.ts";
import type { PauliSum } from "../../program/observable.ts";

/** Amplitudes; qubit 0 is the highest binary digit of an index. */
export interface State {
  re: Float64Array;
  im: Float64Array;
}

export function stateOf({ qubits, gates }: Circuit, parameters: ArrayLike<number>): State {
  const state = { re: new Float64Array(2 ** qubits), im: new Float64Array(2 ** qubits) };
  state.re[0] = 1;
  for (const gate of gates) apply(gate, state, qubits, parameters);
  return state;
}

function apply(gate: Gate, { re, im }: State, qubits: number, parameters: ArrayLike<number>): void {
  const matrix = GATES[gate.name].matrix(gate.angles[0] ? angleAt(gate.angles[0], parameters) : 0);
  const masks = gate.qubits.map((q) => 1 << (qubits - 1 - q));
  const all = masks.reduce((bits, mask) => bits | mask, 0);
  /** Where each row of the matrix lies, relative to an index with none of the gate's bits. */
  const places = matrix.map((_, row) =>
    masks.reduce((at, mask, k) => (row & (1 << (masks.length - 1 - k)) ? at | mask : at), 0),
  );
  for (let index = 0; index < re.length; index++) {
    if (index & all) continue;
    const before = places.map((at) => [re[index | at] ?? 0, im[index | at] ?? 0] as const);
    places.forEach((at, row) => {
      let [sumRe, sumIm] = [0, 0];
      matrix[row]?.forEach(([a, b], column) => {
        const [c, d] = before[column] ?? [0, 0];
        sumRe += a * c - b * d;
        sumIm += a * d + b * c;
      });
      re[index | at] = sumRe;
      im[index | at] = sumIm;
    });
  }
}

export const probabilities = ({ re, im }: State): Float64Array => re.map((a, k) => a * a + (im[k] ?? 0) ** 2);

/** |<a|b>|^2 */
export function overlap(a: State, b: State): number {
  let [re, im] = [0, 0];
  a.re.forEach((ar, k) => {
    const [ai, br, bi] = [a.im[k] ?? 0, b.re[k] ?? 0, b.im[k] ?? 0];
    re += ar * br + ai * bi;
    im += ar * bi - ai * br;
  });
  return re * re + im * im;
}

/** <state| sum |state>: a Pauli word flips the bits of its X and Y and turns the phase by its Y and Z. */
export function expectation(state: State, sum: PauliSum): number {
  return sum.reduce((total, { word, coefficient }) => total + coefficient * wordMean(state, word), 0);
}

function wordMean({ re, im }: State, word: string): number {
  const bit = (letters: string) =>
    Array.from(word).reduce((mask, letter) => 2 * mask + (letters.includes(letter) ? 1 : 0), 0);
  const [flip, turn] = [bit("XY"), bit("YZ")];
  const quarterTurns = Array.from(word).filter((letter) => letter === "Y").length;
  let mean = 0;
  for (let from = 0; from < re.length; from++) {
    const to = from ^ flip;
    // i^Y (-1)^(ones under Y and Z) |to><from|: Y|0> = i|1>, Y|1> = -i|0>.
    const sign = ones(from & turn) % 2 ? -1 : 1;
    const [a, b, c, d] = [re[to] ?? 0, -(im[to] ?? 0), re[from] ?? 0, im[from] ?? 0];
    const product = [a * c - b * d, -(a * d + b * c), -(a * c - b * d), a * d + b * c];
    mean += sign * (product[quarterTurns % 4] ?? 0);
  }
  return mean;
}

function ones(bits: number): number {
  let count = 0;
  for (let left = bits; left > 0; left >>>= 1) count += left & 1;
  return count;
}
