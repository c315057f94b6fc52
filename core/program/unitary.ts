// The matrix that an operation puts on its qubits, its power included and its controls left out.

import { angleAt } from "./angle.ts";
import { GATES } from "./gates.ts";
import { cis, diagonalMatrix, matrixOf, type Matrix } from "./matrix.ts";
import type { Diagonal, Gate, Unitary, UnitaryOperation } from "./operation.ts";
import { powerOf } from "./power.ts";

/** Real and imaginary parts in turn, row by row, as a matrix. */
export function matrixOfNumbers(numbers: ArrayLike<number>): Matrix {
  const size = Math.sqrt(numbers.length / 2);
  return matrixOf(size, (row, column) => {
    const at = 2 * (row * size + column);
    return [numbers[at] ?? Number.NaN, numbers[at + 1] ?? Number.NaN];
  });
}

export const numbersOfMatrix = (matrix: Matrix): Float64Array => Float64Array.from(matrix.flat(2));

/** Its matrix on `qubits`, for one row of parameters. */
export function matrixAt(operation: UnitaryOperation, parameters: ArrayLike<number> = []): Matrix {
  if (operation.name === "diagonal")
    return diagonalMatrix(phasesOf(operation, parameters).map((radians) => cis(radians)));
  return powerOf(baseOf(operation, parameters), operation.power ?? 1);
}

const baseOf = (operation: Gate | Unitary, parameters: ArrayLike<number>): Matrix =>
  operation.name === "unitary"
    ? matrixOfNumbers(operation.matrix)
    : GATES[operation.name].matrix(...operation.angles.map((angle) => angleAt(angle, parameters)));

/** The phase of each bitstring of the qubits named, the first being the most significant. */
export function phasesOf({ qubits, angles, terms }: Diagonal, parameters: ArrayLike<number> = []): number[] {
  const radians = angleAt(angles[0], parameters);
  const masks = terms.map(({ places }) => places.reduce((mask, place) => mask + 2 ** (qubits.length - 1 - place), 0));
  return Array.from({ length: 2 ** qubits.length }, (_, bits) => {
    let value = 0;
    terms.forEach(({ coefficient }, index) => {
      const mask = masks[index] ?? 0;
      if ((bits & mask) === mask) value += coefficient;
    });
    return radians * value;
  });
}

/** The monomials of a function given by its values, one for each bitstring (a Moebius transform); zeros are left out. */
export function monomialsOf(values: ArrayLike<number>): Diagonal["terms"] {
  const size = values.length;
  const width = Math.log2(size);
  const coefficients = Float64Array.from(values);
  for (let bit = 1; bit < size; bit *= 2)
    for (let at = 0; at < size; at++)
      if (at & bit) coefficients[at] = (coefficients[at] ?? 0) - (coefficients[at - bit] ?? 0);
  return Array.from(coefficients, (coefficient, mask) => ({
    coefficient,
    places: Array.from({ length: width }, (_, place) => place).filter((place) => mask & (1 << (width - 1 - place))),
  })).filter(({ coefficient }) => coefficient !== 0);
}
