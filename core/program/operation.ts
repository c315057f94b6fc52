// What a circuit is a list of: gates, unitaries, diagonals, measurements, resets, barriers and classical control.

import type { Angle } from "./angle.ts";
import { GATES, type GateName } from "./gates.ts";

/** A qubit that must read `value` for the operation to act. */
export interface Control {
  readonly qubit: number;
  readonly value: 0 | 1;
}

/** Controls stand beside `qubits`, never in it; absent where there are none. */
interface Controlled {
  readonly controls?: readonly Control[];
}

/** U^power, by the principal branch where it is not whole: eigenphases in (-pi, pi]. Absent: 1. */
interface Powered extends Controlled {
  readonly power?: number;
}

export interface Gate extends Powered {
  readonly name: GateName;
  readonly qubits: readonly number[];
  readonly angles: readonly Angle[];
}

/** Any unitary on one or two qubits: row-major, real and imaginary parts in turn. */
export interface Unitary extends Powered {
  readonly name: "unitary";
  readonly qubits: readonly number[];
  readonly matrix: Float64Array;
}

/** `coefficient` where every bit at `places` is set; a place counts in the `qubits` of its operation. */
export interface Monomial {
  readonly coefficient: number;
  readonly places: readonly number[];
}

/** Turns the phase of each bitstring by `angle * f(bits)`, f being the sum of the monomials. */
export interface Diagonal extends Controlled {
  readonly name: "diagonal";
  readonly qubits: readonly number[];
  readonly angles: readonly [Angle];
  readonly terms: readonly Monomial[];
}

/** Reads one qubit into one classical bit, in the computational basis. */
export interface Measurement {
  readonly name: "measure";
  readonly qubits: readonly [number];
  readonly bit: number;
}

/** Brings one qubit to |0>, whatever it was. */
export interface Reset {
  readonly name: "reset";
  readonly qubits: readonly [number];
}

/** Nothing is moved across it on these qubits. */
export interface Barrier {
  readonly name: "barrier";
  readonly qubits: readonly number[];
}

/** `body` where `bits`, read once and in the order named, spell `equals` ("01"); else `otherwise`. */
export interface Branch {
  readonly name: "if";
  readonly bits: readonly number[];
  readonly equals: string;
  readonly body: readonly Operation[];
  readonly otherwise?: readonly Operation[];
}

export type UnitaryOperation = Gate | Unitary | Diagonal;
export type Operation = UnitaryOperation | Measurement | Reset | Barrier | Branch;
export type OperationName = Operation["name"];

/** The names that are no gates of `GATES`. */
export const OTHER_OPERATIONS = [
  "unitary",
  "diagonal",
  "measure",
  "reset",
  "barrier",
  "if",
] as const satisfies OperationName[];

export const OPERATION_NAMES: readonly OperationName[] = [...(Object.keys(GATES) as GateName[]), ...OTHER_OPERATIONS];

export const isGate = (operation: Operation): operation is Gate =>
  !(OTHER_OPERATIONS as readonly string[]).includes(operation.name);

export const isUnitary = (operation: Operation): operation is UnitaryOperation =>
  isGate(operation) || operation.name === "unitary" || operation.name === "diagonal";

export const controlsOf = (operation: UnitaryOperation): readonly Control[] => operation.controls ?? [];

/** Every qubit that an operation touches, controls first. */
export function qubitsOf(operation: Operation): readonly number[] {
  if (operation.name === "if")
    return [...new Set([...operation.body, ...(operation.otherwise ?? [])].flatMap((one) => qubitsOf(one)))];
  const controls = isUnitary(operation) ? controlsOf(operation) : [];
  return controls.length ? [...controls.map(({ qubit }) => qubit), ...operation.qubits] : operation.qubits;
}

/** Each operation, those inside branches too. */
export function* everyOperation(operations: readonly Operation[]): Generator<Operation> {
  for (const operation of operations) {
    yield operation;
    if (operation.name !== "if") continue;
    yield* everyOperation(operation.body);
    yield* everyOperation(operation.otherwise ?? []);
  }
}
