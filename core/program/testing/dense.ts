// A dense state vector made from the gate matrices alone: slow, obvious, and independent of every backend.

import { stateOf as referenceState } from "../../conformance/reference/state.ts";
import { circuit, type Circuit } from "../circuit.ts";
import { GATES } from "../gates.ts";
import { add, entry, identity, kron, matrixOf, ONE, times, ZERO, type Complex, type Matrix } from "../matrix.ts";
import { controlsOf, isUnitary, type UnitaryOperation } from "../operation.ts";
import type { PauliSum } from "../observable.ts";
import { randomFrom } from "../../run/random.ts";
import type { Histogram } from "../program.ts";
import { matrixAt } from "../unitary.ts";

/** The matrix of one operation on all qubits, entry by entry. */
function onAllQubits(operation: UnitaryOperation, qubits: number, parameters: ArrayLike<number>): Matrix {
  const matrix = matrixAt(operation, parameters);
  const bit = (index: number, qubit: number) => (index >> (qubits - 1 - qubit)) & 1;
  const local = (index: number) => operation.qubits.reduce((bits, qubit) => 2 * bits + bit(index, qubit), 0);
  const others = Array.from({ length: qubits }, (_, q) => q).filter((q) => !operation.qubits.includes(q));
  const acts = (index: number) => controlsOf(operation).every(({ qubit, value }) => bit(index, qubit) === value);
  return identity(2 ** qubits).map((row, to) =>
    row.map((_, from) => {
      if (!acts(from)) return to === from ? ONE : ZERO;
      return others.every((q) => bit(to, q) === bit(from, q)) ? entry(matrix, local(to), local(from)) : ZERO;
    }),
  );
}

/** The unitary of a circuit that measures nothing, column by column; qubit 0 is the most significant bit of an index. */
export function unitaryOf(of: Circuit, parameters: ArrayLike<number> = []): Matrix {
  const size = 2 ** of.qubits;
  const columns = Array.from({ length: size }, (_, column) => {
    const prepare = circuit(of.qubits);
    for (let q = 0; q < of.qubits; q++) if ((column >> (of.qubits - 1 - q)) & 1) prepare.add("x", q);
    return referenceState({ ...of, gates: [...prepare.build().gates, ...of.gates] }, parameters);
  });
  return matrixOf(size, (row, column) => [columns[column]?.re[row] ?? NaN, columns[column]?.im[row] ?? NaN]);
}

/** What the circuit makes of one state that is like no other, as a column: equal columns mean equal unitaries. */
export function imageOf(of: Circuit, parameters: ArrayLike<number> = []): Matrix {
  const prepare = circuit(of.qubits);
  for (let layer = 0; layer < 2; layer++) {
    for (let q = 0; q < of.qubits; q++) prepare.add("u3", q, 0.9 + q + layer, 0.4 - 0.7 * q, 1.3 + layer);
    for (let q = 1; q < of.qubits; q++) prepare.add("rxx", [q - 1, q], 0.8 + 0.3 * q);
  }
  const { re, im } = referenceState({ ...of, gates: [...prepare.build().gates, ...of.gates] }, parameters);
  return Array.from(re, (value, row) => [[value, im[row] ?? NaN]]);
}

/** Amplitudes after the circuit. */
export function stateOf({ qubits, gates }: Circuit, parameters: ArrayLike<number> = []): Complex[] {
  const ground = Array.from({ length: 2 ** qubits }, (_, index) => (index === 0 ? ONE : ZERO));
  return gates
    .filter(isUnitary)
    .reduce<Complex[]>(
      (state, gate) =>
        onAllQubits(gate, qubits, parameters).map((row) =>
          row.reduce((sum, one, column) => add(sum, times(one, state[column] ?? ZERO)), ZERO),
        ),
      ground,
    );
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
      state.reduce<Complex>((s, amplitude, column) => add(s, times(entry(matrix, row, column), amplitude)), [0, 0]),
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
