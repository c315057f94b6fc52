// Gates on one qubit as e^{i phase} rz(phi) ry(theta) rz(lambda), the angles linear in the parameters where they were.

import { addAngles, constantAngle, isConstant, negateAngle, scaleAngle, type Angle } from "./angle.ts";
import { GATES } from "./gates.ts";
import { entry, type Matrix } from "./matrix.ts";
import type { Gate, Unitary } from "./operation.ts";
import { matrixAt } from "./unitary.ts";

export interface Euler {
  readonly phase: Angle;
  readonly theta: Angle;
  readonly phi: Angle;
  readonly lambda: Angle;
}

const none = constantAngle(0);
const quarter = constantAngle(Math.PI / 2);
const half = (angle: Angle) => scaleAngle(angle, 0.5);

/** Of a gate or unitary on one qubit, without its controls; a power must be gone where an angle is not known. */
export function eulerOf(operation: Gate | Unitary): Euler {
  if (operation.name === "unitary") return eulerOfMatrix(matrixAt(operation));
  if (operation.angles.every(isConstant))
    return eulerOfMatrix(GATES[operation.name].matrix(...operation.angles.map(({ constant }) => constant)));
  const [first = none, second = none, third = none] = operation.angles;
  switch (operation.name) {
    case "rx":
      return { phase: none, theta: first, phi: negateAngle(quarter), lambda: quarter };
    case "ry":
      return { phase: none, theta: first, phi: none, lambda: none };
    case "rz":
      return { phase: none, theta: none, phi: first, lambda: none };
    case "p":
      return { phase: half(first), theta: none, phi: first, lambda: none };
    case "u2":
      return { phase: none, theta: quarter, phi: first, lambda: second };
    case "u3":
      return { phase: none, theta: first, phi: second, lambda: third };
    case "U":
      return { phase: half(addAngles(first, second, third)), theta: first, phi: second, lambda: third };
    default:
      throw new Error(`${operation.name} is no gate of one qubit with angles`);
  }
}

/** Of any unitary 2 x 2 matrix. */
function eulerOfMatrix(matrix: Matrix): Euler {
  const argument = (row: number, column: number) => {
    const [re, im] = entry(matrix, row, column);
    return Math.atan2(im, re);
  };
  const size = (row: number, column: number) => Math.hypot(...entry(matrix, row, column));
  const theta = 2 * Math.atan2(size(1, 0), size(0, 0));
  // The larger column entries say the phases: rounding decides those of the smaller.
  const [sum, difference, phase] =
    size(0, 0) >= size(1, 0)
      ? diagonalPhases(argument(0, 0), argument(1, 1), size(1, 0) > 1e-15 ? argument(1, 0) : undefined)
      : antidiagonalPhases(argument(1, 0), argument(0, 1) + Math.PI, size(0, 0) > 1e-15 ? argument(0, 0) : undefined);
  const angle = (radians: number) => constantAngle(Math.abs(radians) < 1e-15 ? 0 : radians);
  return {
    phase: angle(phase),
    theta: angle(theta),
    phi: angle((sum + difference) / 2),
    lambda: angle((sum - difference) / 2),
  };
}

/** phi + lambda, phi - lambda and the phase, from the arguments of the entries 00, 11 and 10. */
function diagonalPhases(a: number, d: number, c: number | undefined): [number, number, number] {
  const phase = (a + d) / 2;
  const sum = d - a;
  return [sum, c === undefined ? sum : 2 * (c - phase), phase];
}

/** The same from the entries 10, minus 01, and 00. */
function antidiagonalPhases(c: number, b: number, a: number | undefined): [number, number, number] {
  const phase = (b + c) / 2;
  const difference = c - b;
  return [a === undefined ? difference : 2 * (phase - a), difference, phase];
}
