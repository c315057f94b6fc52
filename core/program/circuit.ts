// Circuits as plain data, and the builder that writes them.
//
// Bit order, fixed here for every program and result: qubit 0 is the LEFTMOST character of a bitstring and of a Pauli
// word, so |01> means that qubit 1 is set. Each provider plugin converts at its own edge. Classical bit 0 is leftmost too.

import { refuse } from "../failure.ts";
import type { Angle } from "./angle.ts";
import { checkOperation } from "./check-operation.ts";
import type { GateName } from "./gates.ts";
import { qubitsOf, type Control, type Monomial, type Operation } from "./operation.ts";

export interface Circuit {
  readonly qubits: number;
  readonly parameters: readonly string[];
  /** Everything that happens, in order; the name is from when gates were all there was, and digests of runs hold it. */
  readonly gates: readonly Operation[];
  /** Classical bits, all 0 at first. Absent: none, and a sample reads every qubit at the end. */
  readonly bits?: number;
}

/** A number, a parameter by name, or a linear expression of parameters. */
export type AngleLike = number | string | { readonly constant?: number; readonly of: Readonly<Record<string, number>> };

export interface CircuitBuilder {
  /** `add("ry", 0, "theta")`, `add("cx", [0, 1])`, `add("rz", 2, { of: { x: 2 }, constant: 1 })`. */
  add(name: GateName, qubits: number | readonly number[], ...angles: AngleLike[]): CircuitBuilder;
  /** A gate that acts where every control is set; `{ qubit, value: 0 }` asks for 0. */
  controlled(controls: readonly (number | Control)[], name: GateName, ...on: GateArguments): CircuitBuilder;
  /** A matrix on one or two qubits: row-major, real and imaginary parts in turn. */
  unitary(qubits: number | readonly number[], matrix: ArrayLike<number>): CircuitBuilder;
  /** Phases `angle * f(bits)`, f as monomials of the bits of `qubits`. */
  diagonal(qubits: readonly number[], terms: readonly Monomial[], angle: AngleLike): CircuitBuilder;
  measure(qubit: number, bit: number): CircuitBuilder;
  reset(qubit: number): CircuitBuilder;
  barrier(...qubits: number[]): CircuitBuilder;
  /** Any operation as data: powers, branches, what a parser has read. */
  append(...operations: Operation[]): CircuitBuilder;
  build(): Circuit;
}

type GateArguments = [qubits: number | readonly number[], ...angles: AngleLike[]];

/** Starts a circuit on `qubits` qubits in |0...0>; parameters are numbered in the order given. */
export function circuit(qubits: number, parameters: readonly string[] = [], bits = 0): CircuitBuilder {
  checkSize({ qubits, parameters, gates: [], bits });
  const gates: Operation[] = [];
  const places = new Map(parameters.map((name, index) => [name, index]));
  const frame = { qubits, parameters: parameters.length, bits };
  const builder: CircuitBuilder = {
    add: (name, on, ...angles) => builder.append({ name, qubits: listOf(on), angles: angles.map(toAngle) }),
    controlled: (controls, name, on, ...angles) =>
      builder.append({ name, qubits: listOf(on), angles: angles.map(toAngle), controls: controls.map(toControl) }),
    unitary: (on, matrix) => builder.append({ name: "unitary", qubits: listOf(on), matrix: Float64Array.from(matrix) }),
    diagonal: (on, terms, angle) =>
      builder.append({ name: "diagonal", qubits: [...on], angles: [toAngle(angle)], terms }),
    measure: (qubit, bit) => builder.append({ name: "measure", qubits: [qubit], bit }),
    reset: (qubit) => builder.append({ name: "reset", qubits: [qubit] }),
    barrier: (...on) => builder.append({ name: "barrier", qubits: on }),
    append(...operations) {
      for (const operation of operations) {
        checkOperation(operation, frame, `/circuit/gates/${gates.length}`);
        gates.push(operation);
      }
      return builder;
    },
    build: () => ({ qubits, parameters: [...parameters], gates: [...gates], ...(bits > 0 && { bits }) }),
  };

  function toAngle(angle: AngleLike): Angle {
    if (typeof angle === "number") return { constant: angle, terms: [] };
    if (typeof angle === "string") return { constant: 0, terms: [[indexOf(angle), 1]] };
    return { constant: angle.constant ?? 0, terms: Object.entries(angle.of).map(([name, c]) => [indexOf(name), c]) };
  }

  const indexOf = (name: string): number =>
    places.get(name) ?? refuse("program.invalid", `the circuit has no parameter "${name}"`);

  return builder;
}

const listOf = (qubits: number | readonly number[]): number[] => (typeof qubits === "number" ? [qubits] : [...qubits]);
const toControl = (control: number | Control): Control =>
  typeof control === "number" ? { qubit: control, value: 1 } : control;

/** Refuses a circuit that no backend could run, and names the first operation that does not fit. */
export function checkCircuit(of: Circuit): void {
  checkSize(of);
  const frame = { qubits: of.qubits, parameters: of.parameters.length, bits: of.bits ?? 0 };
  of.gates.forEach((operation, index) => checkOperation(operation, frame, `/circuit/gates/${index}`));
}

function checkSize({ qubits, parameters, bits = 0 }: Circuit): void {
  if (!Number.isInteger(qubits) || qubits < 1)
    refuse("program.invalid", `a circuit needs 1 qubit or more, not ${qubits}`);
  if (!Number.isInteger(bits) || bits < 0) refuse("program.invalid", `a circuit cannot have ${bits} classical bits`);
  if (new Set(parameters).size < parameters.length) refuse("program.invalid", "two parameters have the same name");
}

/** Circuit depth: the longest chain of operations that share qubits or bits; barriers order, and do not count. */
export function depth(of: Circuit): number {
  const qubits = new Array<number>(of.qubits).fill(0);
  const bits = new Array<number>(of.bits ?? 0).fill(0);
  for (const operation of of.gates) stack(operation, qubits, bits);
  return [...qubits, ...bits].reduce((most, layer) => Math.max(most, layer), 0);
}

/** A branch is as deep as the longer of its two sides, and begins after the bits that it reads. */
function stack(operation: Operation, qubits: number[], bits: number[]): void {
  if (operation.name === "if") {
    const read = highest(operation.bits, bits);
    const sides = [operation.body, operation.otherwise ?? []].map((side) => {
      const [sideQubits, sideBits] = [[...qubits], [...bits]];
      for (const one of side) for (const q of qubitsOf(one)) sideQubits[q] = Math.max(sideQubits[q] ?? 0, read);
      for (const one of side) stack(one, sideQubits, sideBits);
      return [sideQubits, sideBits] as const;
    });
    for (const [sideQubits, sideBits] of sides) {
      sideQubits.forEach((layer, q) => (qubits[q] = Math.max(qubits[q] ?? 0, layer)));
      sideBits.forEach((layer, b) => (bits[b] = Math.max(bits[b] ?? 0, layer)));
    }
    return;
  }
  const on = qubitsOf(operation);
  const layer = highest(on, qubits) + (operation.name === "barrier" ? 0 : 1);
  for (const q of on) qubits[q] = layer;
  if (operation.name === "measure") bits[operation.bit] = Math.max(layer, bits[operation.bit] ?? 0);
}

const highest = (places: readonly number[], layers: readonly number[]): number =>
  places.reduce((most, place) => Math.max(most, layers[place] ?? 0), 0);
