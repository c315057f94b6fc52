// Inverses: of an operation, and of a circuit.

import { refuse } from "../failure.ts";
import { constantAngle, negateAngle } from "./angle.ts";
import type { Circuit } from "./circuit.ts";
import { GATES } from "./gates.ts";
import { isGate, isUnitary, type Gate, type Operation, type UnitaryOperation } from "./operation.ts";

/** The inverse circuit: operations in reverse, each one undone. */
export function inverse(of: Circuit): Circuit {
  return { ...of, gates: of.gates.map(inverseOperation).reverse() };
}

function inverseOperation(operation: Operation, index: number): Operation {
  if (operation.name === "barrier") return operation;
  return isUnitary(operation)
    ? inverseUnitary(operation)
    : refuse("program.invalid", `"${operation.name}" cannot be undone`, {
        at: `/circuit/gates/${index}`,
        hint: "Take the inverse of a circuit without measurement, reset and if.",
      });
}

export function inverseUnitary(operation: UnitaryOperation): UnitaryOperation {
  if (operation.name === "diagonal") return { ...operation, angles: [negateAngle(operation.angles[0])] };
  return isGate(operation) && operation.power === undefined ? inverseGate(operation) : negatePower(operation);
}

function inverseGate(gate: Gate): Gate {
  const { inverse, negated } = GATES[gate.name];
  if (inverse === "power") return negatePower(gate);
  if (inverse !== "negate") return { ...gate, name: inverse };
  const order = negated ?? gate.angles.map((_, index) => index);
  return { ...gate, angles: order.map((from) => negateAngle(gate.angles[from] ?? constantAngle(Number.NaN))) };
}

/** A power of 1 is not written, so that equal operations stay equal data. */
function negatePower<T extends Exclude<UnitaryOperation, { name: "diagonal" }>>(operation: T): T {
  const { power = 1, ...rest } = operation;
  return (power === -1 ? rest : { ...rest, power: -power }) as T;
}
