// The slow way, for tests: a gate is the Kronecker product of its matrix with identities, a state a plain vector.
// Shares nothing with the simulator but the definition of the gates.

import { angleAt, GATES, isGate, type Circuit, type Gate, type PauliSum } from "@eigentwin/core";

export interface Complex {
  re: number;
  im: number;
}

interface Entry extends Complex {
  row: number;
  column: number;
}

/** The entries of a matrix that are not zero. */
interface Sparse {
  size: number;
  entries: readonly Entry[];
}

const unit = (row: number, column: number, re = 1, im = 0): Sparse => ({ size: 2, entries: [{ row, column, re, im }] });

const PAULI: Readonly<Record<string, Sparse>> = {
  I: { size: 2, entries: [...unit(0, 0).entries, ...unit(1, 1).entries] },
  X: { size: 2, entries: [...unit(0, 1).entries, ...unit(1, 0).entries] },
  Y: { size: 2, entries: [...unit(0, 1, 0, -1).entries, ...unit(1, 0, 0, 1).entries] },
  Z: { size: 2, entries: [...unit(0, 0).entries, ...unit(1, 1, -1).entries] },
};
const IDENTITY = pauliMatrix("I");

function pauliMatrix(letter: string): Sparse {
  const matrix = PAULI[letter];
  if (!matrix) throw new Error(`no Pauli letter ${letter}`);
  return matrix;
}

/** The left factor is the more significant one: qubit 0 first. */
function kronecker(factors: readonly Sparse[]): Sparse {
  return factors.reduce((left, right) => ({
    size: left.size * right.size,
    entries: left.entries.flatMap((a) =>
      right.entries.map((b) => ({
        row: a.row * right.size + b.row,
        column: a.column * right.size + b.column,
        re: a.re * b.re - a.im * b.im,
        im: a.re * b.im + a.im * b.re,
      })),
    ),
  }));
}

/** Sum over the entries of the gate's matrix: each is a product of one matrix unit for each of its qubits. */
export function denseGate(gate: Gate, qubits: number, parameters: ArrayLike<number>): Sparse {
  const [angle] = gate.angles;
  const matrix = GATES[gate.name].matrix(angle ? angleAt(angle, parameters) : 0);
  const entries = matrix.flatMap((line, row) =>
    line.flatMap(([re, im], column) => {
      if (re === 0 && im === 0) return [];
      const factors = Array.from({ length: qubits }, () => IDENTITY);
      gate.qubits.forEach((qubit, position) => {
        const shift = gate.qubits.length - 1 - position;
        factors[qubit] = unit((row >> shift) & 1, (column >> shift) & 1);
      });
      return kronecker([...factors, { size: 1, entries: [{ row: 0, column: 0, re, im }] }]).entries;
    }),
  );
  return { size: 2 ** qubits, entries };
}

function times({ size, entries }: Sparse, state: readonly Complex[]): Complex[] {
  const result = Array.from({ length: size }, () => ({ re: 0, im: 0 }));
  for (const { row, column, re, im } of entries) {
    const [to, from] = [result[row], state[column]];
    if (!to || !from) throw new Error("a matrix does not fit its state");
    to.re += re * from.re - im * from.im;
    to.im += re * from.im + im * from.re;
  }
  return result;
}

export function denseState(circuit: Circuit, parameters: ArrayLike<number> = []): Complex[] {
  let state: Complex[] = Array.from({ length: 2 ** circuit.qubits }, (_, k) => ({ re: k === 0 ? 1 : 0, im: 0 }));
  for (const gate of circuit.gates.filter(isGate)) state = times(denseGate(gate, circuit.qubits, parameters), state);
  return state;
}

const inner = (a: readonly Complex[], b: readonly Complex[]): Complex =>
  a.reduce<Complex>(
    (sum, { re, im }, k) => {
      const { re: reB, im: imB } = b[k] ?? { re: Number.NaN, im: Number.NaN };
      return { re: sum.re + re * reB + im * imB, im: sum.im + re * imB - im * reB };
    },
    { re: 0, im: 0 },
  );

export const denseExpectation = (state: readonly Complex[], sum: PauliSum): number =>
  sum.reduce(
    (total, { word, coefficient }) =>
      total + coefficient * inner(state, times(kronecker(Array.from(word, pauliMatrix)), state)).re,
    0,
  );

export function denseOverlap(a: readonly Complex[], b: readonly Complex[]): number {
  const { re, im } = inner(a, b);
  return re * re + im * im;
}
