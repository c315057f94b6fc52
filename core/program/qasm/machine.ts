// What is known while a text is carried out: names in their scopes, the circuit so far, gates and subroutines.

import type { Operation } from "../operation.ts";
import type { Complain } from "./lexer.ts";
import type { GateDefinition, Routine, Type } from "./syntax.ts";
import type { Value } from "./value.ts";

export interface Variable {
  value: Value;
  readonly type?: Type;
  readonly constant: boolean;
  /** How many branches on measured bits it was declared in: from deeper ones it cannot be changed. */
  readonly branch: number;
}

export interface Scope {
  readonly names: Map<string, Variable>;
  readonly outer?: Scope;
  /** From in here, only constants of the outer scope are seen, and no registers: gates and subroutines are so. */
  readonly sealed?: true;
}

export interface Machine {
  readonly version: 2 | 3;
  readonly complain: Complain;
  readonly parameters: string[];
  readonly gates: Map<string, GateDefinition | "opaque">;
  readonly routines: Map<string, Routine>;
  /** Index of each physical qubit that the text names. */
  readonly physical: ReadonlyMap<number, number>;
  qubits: number;
  bits: number;
  /** What the whole text sees: gates and subroutines see only its constants and no variables. */
  readonly constants: Scope;
  inGate: boolean;
  operations: Operation[];
  /** All operations, in branches too. */
  count: number;
  /** Statements carried out. */
  steps: number;
  branch: number;
  calls: number;
}

/** More than a circuit that anyone runs; a loop that goes on beyond was not meant. */
const MOST_OPERATIONS = 1_000_000;
const MOST_STEPS = 2_000_000;
const DEEPEST_CALL = 200;

export function emit(machine: Machine, operation: Operation, at: number): void {
  machine.count += 1;
  if (machine.count > MOST_OPERATIONS)
    machine.complain("program.unsupported", `the circuit has more than ${MOST_OPERATIONS} operations`, at);
  machine.operations.push(operation);
}

/** Counts a statement; a text that goes on for ever is left. */
export function tick(machine: Machine, at: number): void {
  machine.steps += 1;
  if (machine.steps > MOST_STEPS)
    machine.complain("program.unsupported", `the text takes more than ${MOST_STEPS} steps`, at);
}

/** What `work` emits, apart from the circuit. */
export function collected(machine: Machine, work: () => void): Operation[] {
  const before = machine.operations;
  machine.operations = [];
  work();
  const found = machine.operations;
  machine.operations = before;
  return found;
}

export function find(scope: Scope, name: string): Variable | undefined {
  let sealed = false;
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const found = at.names.get(name);
    if (found) return sealed && !isSeenFromInside(found) ? undefined : found;
    sealed ||= at.sealed ?? false;
  }
  return undefined;
}

export function declare(
  machine: Machine,
  scope: Scope,
  name: string,
  value: Value,
  at: number,
  more: { type?: Type; constant?: boolean } = {},
): void {
  if (scope.names.has(name)) machine.complain("program.inconsistent", `"${name}" is declared twice`, at);
  const { type, constant = false } = more;
  scope.names.set(name, { value, constant, branch: machine.branch, ...(type && { type }) });
}

const isSeenFromInside = ({ constant, value }: Variable): boolean =>
  constant && value.kind !== "qubits" && value.kind !== "measured";

export const inside = (outer: Scope): Scope => ({ names: new Map(), outer });

export function called<T>(machine: Machine, at: number, work: () => T): T {
  machine.calls += 1;
  if (machine.calls > DEEPEST_CALL) machine.complain("program.unsupported", "a subroutine calls itself too often", at);
  const result = work();
  machine.calls -= 1;
  return result;
}
