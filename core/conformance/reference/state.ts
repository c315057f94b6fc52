// A state vector made from the gate matrices alone: short, obvious, and independent of every backend.

import { cis, type Matrix } from "../../program/matrix.ts";
import type { Circuit } from "../../program/circuit.ts";
import {
  controlsOf,
  isUnitary,
  type Diagonal,
  type Operation,
  type UnitaryOperation,
} from "../../program/operation.ts";
import type { PauliSum } from "../../program/observable.ts";
import { matrixAt, phasesOf } from "../../program/unitary.ts";

/** Amplitudes; qubit 0 is the highest binary digit of an index. */
export interface State {
  re: Float64Array;
  im: Float64Array;
}

/** What may have happened: a state whose norm squared is its probability, and the classical bits that go with it. */
export interface Branch {
  state: State;
  bits: readonly (0 | 1)[];
}

/** Less likely than this, a branch is rounding. */
const IMPOSSIBLE = 1e-30;

/** The state after a circuit that measures nothing. */
export function stateOf(circuit: Circuit, parameters: ArrayLike<number>): State {
  const [only, ...others] = branchesOf(circuit, parameters);
  if (!only || others.length) throw new Error("a circuit that measures has no one state");
  return only.state;
}

/** Every branch of a circuit, each measurement and reset splitting those before it in two. */
export function branchesOf(circuit: Circuit, parameters: ArrayLike<number>, operations = circuit.gates): Branch[] {
  const state = { re: new Float64Array(2 ** circuit.qubits), im: new Float64Array(2 ** circuit.qubits) };
  state.re[0] = 1;
  const bits = new Array<0 | 1>(circuit.bits ?? 0).fill(0);
  return run(operations, { state, bits }, circuit.qubits, parameters);
}

function run(operations: readonly Operation[], from: Branch, qubits: number, parameters: ArrayLike<number>): Branch[] {
  let branches = [from];
  for (const operation of operations)
    branches = branches.flatMap((branch) => step(operation, branch, qubits, parameters));
  return branches;
}

function step(operation: Operation, branch: Branch, qubits: number, parameters: ArrayLike<number>): Branch[] {
  if (operation.name === "barrier") return [branch];
  if (operation.name === "if") {
    const holds = operation.bits.map((bit) => branch.bits[bit]).join("") === operation.equals;
    return run(holds ? operation.body : (operation.otherwise ?? []), branch, qubits, parameters);
  }
  if (isUnitary(operation)) {
    apply(operation, branch.state, qubits, parameters);
    return [branch];
  }
  const mask = 1 << (qubits - 1 - operation.qubits[0]);
  return ([0, 1] as const).flatMap((value): Branch[] => {
    const state = project(branch.state, mask, value);
    if (probabilities(state).reduce((sum, p) => sum + p, 0) < IMPOSSIBLE) return [];
    if (operation.name === "measure")
      return [{ state, bits: branch.bits.map((bit, index) => (index === operation.bit ? value : bit)) }];
    return [{ state: value ? flip(state, mask) : state, bits: branch.bits }];
  });
}

function project({ re, im }: State, mask: number, value: 0 | 1): State {
  const keeps = (_: number, index: number) => (index & mask ? 1 : 0) === value;
  return { re: re.map((a, k) => (keeps(a, k) ? a : 0)), im: im.map((a, k) => (keeps(a, k) ? a : 0)) };
}

const flip = ({ re, im }: State, mask: number): State => ({
  re: re.map((_, k) => re[k ^ mask] ?? 0),
  im: im.map((_, k) => im[k ^ mask] ?? 0),
});

function apply(operation: UnitaryOperation, state: State, qubits: number, parameters: ArrayLike<number>): void {
  const maskOf = (qubit: number) => 1 << (qubits - 1 - qubit);
  const controls = controlsOf(operation);
  const read = controls.reduce((mask, { qubit }) => mask | maskOf(qubit), 0);
  const wanted = controls.reduce((mask, { qubit, value }) => (value ? mask | maskOf(qubit) : mask), 0);
  const acts = (index: number) => (index & read) === wanted;
  const masks = operation.qubits.map(maskOf);
  if (operation.name === "diagonal") turn(operation, state, parameters, masks, acts);
  else multiply(matrixAt(operation, parameters), state, masks, acts);
}

function multiply(matrix: Matrix, { re, im }: State, masks: readonly number[], acts: (index: number) => boolean): void {
  const all = masks.reduce((bits, mask) => bits | mask, 0);
  /** Where each row of the matrix lies, relative to an index with none of the gate's bits. */
  const places = matrix.map((_, row) =>
    masks.reduce((at, mask, k) => (row & (1 << (masks.length - 1 - k)) ? at | mask : at), 0),
  );
  for (let index = 0; index < re.length; index++) {
    if (index & all || !acts(index)) continue;
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

function turn(
  operation: Diagonal,
  { re, im }: State,
  parameters: ArrayLike<number>,
  masks: readonly number[],
  acts: (index: number) => boolean,
): void {
  const factors = phasesOf(operation, parameters).map(cis);
  for (let index = 0; index < re.length; index++) {
    if (!acts(index)) continue;
    const [c, s] = factors[masks.reduce((bits, mask) => 2 * bits + (index & mask ? 1 : 0), 0)] ?? [Number.NaN, 0];
    const [a, b] = [re[index] ?? 0, im[index] ?? 0];
    re[index] = a * c - b * s;
    im[index] = a * s + b * c;
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
