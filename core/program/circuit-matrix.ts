// The matrix of a small circuit that measures nothing, operation by operation on each basis state.

import type { Circuit } from "./circuit.ts";
import { entry, identity, matrixOf, product, ZERO, type Matrix } from "./matrix.ts";
import { controlsOf, isUnitary, type UnitaryOperation } from "./operation.ts";
import { matrixAt } from "./unitary.ts";

/** Qubit 0 is the most significant bit of an index. Grows as 8^qubits: for a few qubits. */
export function unitaryOf({ qubits, gates }: Circuit, parameters: ArrayLike<number> = []): Matrix {
  return gates
    .filter(isUnitary)
    .reduce((done, one) => product(onAll(one, qubits, parameters), done), identity(2 ** qubits));
}

function onAll(operation: UnitaryOperation, qubits: number, parameters: ArrayLike<number>): Matrix {
  const matrix = matrixAt(operation, parameters);
  const bit = (index: number, qubit: number) => (index >> (qubits - 1 - qubit)) & 1;
  const local = (index: number) => operation.qubits.reduce((bits, qubit) => 2 * bits + bit(index, qubit), 0);
  const mask = operation.qubits.reduce((bits, qubit) => bits | (1 << (qubits - 1 - qubit)), 0);
  const acts = (index: number) => controlsOf(operation).every(({ qubit, value }) => bit(index, qubit) === value);
  return matrixOf(2 ** qubits, (to, from) => {
    if (!acts(from)) return to === from ? [1, 0] : ZERO;
    return (to & ~mask) === (from & ~mask) ? entry(matrix, local(to), local(from)) : ZERO;
  });
}
