// A dense state vector made from the gate matrices alone: slow, obvious, and independent of every backend.

import { angleAt, type Circuit } from "../circuit.ts";
import { GATES, type Matrix } from "../gates.ts";
import type { PauliSum } from "../observable.ts";
import { randomFrom } from "../../run/random.ts";
import type { Histogram } from "../program.ts";

export type Complex = readonly [re: number, im: number];

export const add = ([a, b]: Complex, [c, d]: Complex): Complex => [a + c, b + d];
export const times = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
const at = (matrix: Matrix, row: number, column: number): Complex => matrix[row]?.[column] ?? [NaN, NaN];
const square = (size: number, entry: (row: number, column: number) => Complex): Matrix =>
  Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => entry(row, column)));

export const identity = (size: number): Matrix => square(size, (row, column) => [row === column ? 1 : 0, 0]);
export const scale = (factor: Complex, of: Matrix): Matrix => of.map((row) => row.map((entry) => times(factor, entry)));
export const sum = (a: Matrix, b: Matrix): Matrix => square(a.length, (r, c) => add(at(a, r, c), at(b, r, c)));
export const dagger = (of: Matrix): Matrix =>
  square(of.length, (row, column) => [at(of, column, row)[0], -at(of, column, row)[1]]);

/** The product of matrices as written: the rightmost acts first. */
export const product = (first: Matrix, ...others: Matrix[]): Matrix =>
  others.reduce(
    (a, b) =>
      square(a.length, (r, c) => a.reduce<Complex>((s, _, k) => add(s, times(at(a, r, k), at(b, k, c))), [0, 0])),
    first,
  );

export const kron = (a: Matrix, b: Matrix): Matrix =>
  square(a.length * b.length, (r, c) =>
    times(at(a, Math.floor(r / b.length), Math.floor(c / b.length)), at(b, r % b.length, c % b.length)),
  );

/** Largest difference of any two entries. */
export const distance = (a: Matrix, b: Matrix): number =>
  Math.max(...a.flatMap((row, r) => row.map(([re, im], c) => Math.hypot(re - at(b, r, c)[0], im - at(b, r, c)[1]))));

/** Amplitudes after the circuit; qubit 0 is the most significant bit of an index. */
export function stateOf({ qubits, gates }: Circuit, parameters: ArrayLike<number> = []): Complex[] {
  let state = Array.from({ length: 2 ** qubits }, (_, index): Complex => [index === 0 ? 1 : 0, 0]);
  for (const gate of gates) {
    const matrix = GATES[gate.name].matrix(gate.angles[0] ? angleAt(gate.angles[0], parameters) : 0);
    const masks = gate.qubits.map((q) => 1 << (qubits - 1 - q));
    const local = (index: number) => masks.reduce((bits, mask) => 2 * bits + (index & mask ? 1 : 0), 0);
    const rest = ~masks.reduce((all, mask) => all | mask, 0);
    state = state.map((_, to) =>
      state.reduce<Complex>(
        (amplitude, from, index) =>
          (index & rest) === (to & rest) ? add(amplitude, times(at(matrix, local(to), local(index)), from)) : amplitude,
        [0, 0],
      ),
    );
  }
  return state;
}

/** <a|b> */
export const inner = (a: readonly Complex[], b: readonly Complex[]): Complex =>
  a.reduce<Complex>((total, [re, im], index) => add(total, times([re, -im], b[index] ?? [NaN, NaN])), [0, 0]);

/** <state| observable |state>, word by word from Pauli matrices. */
export function expectationOf(state: readonly Complex[], observable: PauliSum): number {
  const letters: Record<string, Matrix> = {
    I: identity(2),
    X: GATES.x.matrix(0),
    Y: GATES.y.matrix(0),
    Z: GATES.z.matrix(0),
  };
  return observable.reduce((total, { word, coefficient }) => {
    const matrix = Array.from(word, (letter) => letters[letter] ?? []).reduce(kron);
    const moved = state.map((_, row) =>
      state.reduce<Complex>((s, amplitude, column) => add(s, times(at(matrix, row, column), amplitude)), [0, 0]),
    );
    return total + coefficient * inner(state, moved)[0];
  }, 0);
}

const bitsOf = (index: number, qubits: number) => index.toString(2).padStart(qubits, "0");

/** Counts in exact proportion to the probabilities, rounded to whole ones of a billion: sampling without its error. */
export function proportionalHistogram(state: readonly Complex[]): Histogram {
  const counts = state.map(([re, im]) => Math.round(1e9 * (re * re + im * im)));
  return histogram(counts);
}

export function drawnHistogram(state: readonly Complex[], shots: number, seed: number): Histogram {
  const random = randomFrom(seed);
  const counts = state.map(() => 0);
  for (let shot = 0; shot < shots; shot++) {
    let left = random();
    let index = state.findIndex(([re, im]) => (left -= re * re + im * im) < 0);
    if (index < 0) index = state.length - 1;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return histogram(counts);
}

function histogram(counts: readonly number[]): Histogram {
  const drawn = counts.map((count, index) => ({ count, bits: bitsOf(index, Math.log2(counts.length)) }));
  const seen = drawn.filter(({ count }) => count > 0);
  return { bitstrings: seen.map(({ bits }) => bits), counts: Uint32Array.from(seen, ({ count }) => count) };
}
