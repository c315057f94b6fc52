// A circuit in the operations that a backend has: rewritten step by step until everything is one of them, each step an
// identity with its phase, so that it also holds under controls. Only a phase of the whole state is let go at the end.

import { refuse } from "../failure.ts";
import type { BackendDescription } from "../backend.ts";
import type { Circuit } from "./circuit.ts";
import { elementary, named, phasesOfDiagonal } from "./elementary.ts";
import { controlsOf, isUnitary, qubitsOf, type Operation, type UnitaryOperation } from "./operation.ts";
import { rewriteControlled } from "./rewrite-controlled.ts";
import { rewriteLone } from "./rewrite-lone.ts";

export type Executes = Pick<BackendDescription, "gates" | "controls" | "name">;

export interface Target {
  has(name: Operation["name"]): boolean;
  /** Whether it executes this one as it is, with one control where `controlled`. */
  runs(operation: UnitaryOperation): boolean;
  readonly name: string;
}

/** The circuit itself where the backend executes all of it. */
export function lowerCircuit(circuit: Circuit, backend: Executes): Circuit {
  const target = targetOf(backend);
  const gates = lowerAll(circuit.gates, target, circuit.qubits);
  return gates === circuit.gates ? circuit : { ...circuit, gates };
}

function targetOf({ gates, controls = 0, name }: Executes): Target {
  const names = new Set<string>(gates);
  return {
    name,
    has: (one) => names.has(one),
    runs: (one) =>
      names.has(one.name) && controlsOf(one).length <= controls && (one.name === "diagonal" || one.power === undefined),
  };
}

function lowerAll(operations: readonly Operation[], target: Target, qubits: number): readonly Operation[] {
  const lowered = operations.flatMap((one) => lowerOne(one, target, qubits));
  const same = lowered.length === operations.length && lowered.every((one, index) => one === operations[index]);
  return same ? operations : lowered;
}

function lowerOne(operation: Operation, target: Target, qubits: number): readonly Operation[] {
  if (isUnitary(operation)) return lowerUnitary(operation, target, qubits);
  if (operation.name === "barrier") return target.has("barrier") ? [operation] : [];
  if (!target.has(operation.name))
    return refuse("backend.none-fits", `${target.name} cannot ${SPOKEN[operation.name]}`, {
      hint: "Name a backend that measures on the way, or measure at the end alone.",
    });
  if (operation.name !== "if") return [operation];
  const body = lowerAll(operation.body, target, qubits);
  if (!operation.otherwise) return body === operation.body ? [operation] : [{ ...operation, body }];
  const otherwise = lowerAll(operation.otherwise, target, qubits);
  const same = body === operation.body && otherwise === operation.otherwise;
  return [same ? operation : { ...operation, body, otherwise }];
}

const SPOKEN = { measure: "measure on the way", reset: "reset a qubit", if: "branch on a measured bit" };

function lowerUnitary(operation: UnitaryOperation, target: Target, qubits: number): readonly UnitaryOperation[] {
  if (target.runs(operation)) return [operation];
  const simple = elementary(operation);
  const [only] = simple;
  if (simple.length !== 1 || !only) return simple.flatMap((one) => lowerUnitary(one, target, qubits));
  if (target.runs(only)) return [only];
  for (const own of [2, 1]) {
    const whole = named(only, own);
    if (whole && target.runs(whole)) return [whole];
  }
  return rewrite(only, target, qubits).flatMap((one) => lowerUnitary(one, target, qubits));
}

function rewrite(operation: UnitaryOperation, target: Target, qubits: number): UnitaryOperation[] {
  const controls = controlsOf(operation);
  const asked0 = controls.filter(({ value }) => value === 0);
  if (asked0.length) {
    const flips = asked0.map(({ qubit }): UnitaryOperation => ({ name: "x", qubits: [qubit], angles: [] }));
    return [
      ...flips,
      { ...operation, controls: controls.map(({ qubit }) => ({ qubit, value: 1 as const })) },
      ...flips,
    ];
  }
  if (operation.name === "diagonal") return phasesOfDiagonal(operation);
  if (controls.length === 0) return rewriteLone(operation, target);
  const busy = new Set(qubitsOf(operation));
  const idle = Array.from({ length: qubits }, (_, qubit) => qubit).filter((qubit) => !busy.has(qubit));
  return rewriteControlled(operation, target, idle);
}
