// Modifiers: control, inverse and power of what a gate call stands for.

import { isConstant } from "../angle.ts";
import type { Circuit } from "../circuit.ts";
import { unitaryOf } from "../circuit-matrix.ts";
import { inverseUnitary } from "../inverse.ts";
import { controlsOf, isGate, qubitsOf, type Control, type UnitaryOperation } from "../operation.ts";
import { powerOf } from "../power.ts";
import { numbersOfMatrix } from "../unitary.ts";

export const inverted = (operations: readonly UnitaryOperation[]): UnitaryOperation[] =>
  operations.map(inverseUnitary).reverse();

export const controlledBy = (
  operations: readonly UnitaryOperation[],
  controls: readonly Control[],
): UnitaryOperation[] => operations.map((one) => ({ ...one, controls: [...controls, ...controlsOf(one)] }));

/** The most copies that a whole power of several operations is written out to. */
const MOST_COPIES = 100_000;

/** The power of operations as one; nothing where it cannot be written. */
export function raised(operations: readonly UnitaryOperation[], power: number): UnitaryOperation[] | undefined {
  if (power === 1) return [...operations];
  const [only] = operations;
  if (operations.length === 1 && only && only.name !== "diagonal") return raisedOne(only, power);
  if (operations.length === 0) return [];
  if (!Number.isInteger(power)) return asMatrix(operations, power);
  if (Math.abs(power) * operations.length > MOST_COPIES) return undefined;
  const once = power < 0 ? inverted(operations) : operations;
  return Array.from({ length: Math.abs(power) }, () => once).flat();
}

function raisedOne(
  operation: Exclude<UnitaryOperation, { name: "diagonal" }>,
  power: number,
): UnitaryOperation[] | undefined {
  const before = operation.power ?? 1;
  const varies = isGate(operation) && !operation.angles.every(isConstant);
  if (varies && !Number.isInteger(power)) return undefined;
  // (U^a)^b is U^(ab) where a leaves the branch of the logarithm alone, or b is whole.
  if (!Number.isInteger(power) && Math.abs(before) > 1) return asMatrix([operation], power);
  const { power: _, ...plain } = operation;
  const whole = before * power;
  return [(whole === 1 ? plain : { ...plain, power: whole }) as UnitaryOperation];
}

/** Known operations on one or two qubits, beside controls that all of them have, as one matrix. */
function asMatrix(operations: readonly UnitaryOperation[], power: number): UnitaryOperation[] | undefined {
  const qubits = [...new Set(operations.flatMap(qubitsOf))];
  const known = operations.every((one) => one.name === "unitary" || one.angles.every(isConstant));
  if (!known || qubits.length > 2) return undefined;
  const place = (qubit: number) => qubits.indexOf(qubit);
  const gates = operations.map(
    (one): UnitaryOperation =>
      ({
        ...one,
        qubits: one.qubits.map(place),
        controls: controlsOf(one).map(({ qubit, value }) => ({ qubit: place(qubit), value })),
      }) as UnitaryOperation,
  );
  const small: Circuit = { qubits: qubits.length, parameters: [], gates };
  return [{ name: "unitary", qubits, matrix: numbersOfMatrix(powerOf(unitaryOf(small), power)) }];
}
