// Powers of unitaries: whole ones by repeated squaring, others by the principal branch of the logarithm.

import { applyToEigenvalues, eigenOf } from "./eigen.ts";
import { adjoint, cis, identity, product, type Complex, type Matrix } from "./matrix.ts";

/** Above this, squaring would lose more digits than eigenvalues do. */
const LARGEST_BY_SQUARING = 1024;
/** An eigenphase so near to -pi is pi that rounding has put on the other side. */
const NEAR_BRANCH = 1e-9;

export function powerOf(unitary: Matrix, power: number): Matrix {
  if (power === 1) return unitary;
  if (power === -1) return adjoint(unitary);
  if (Number.isInteger(power) && Math.abs(power) <= LARGEST_BY_SQUARING)
    return wholePower(power < 0 ? adjoint(unitary) : unitary, Math.abs(power));
  return applyToEigenvalues(eigenOf(unitary), (value) => cis(power * principalPhase(value)));
}

/** In (-pi, pi]. */
export function principalPhase([re, im]: Complex): number {
  const phase = Math.atan2(im, re);
  return phase < NEAR_BRANCH - Math.PI ? Math.PI : phase;
}

function wholePower(unitary: Matrix, power: number): Matrix {
  let [result, square] = [identity(unitary.length), unitary];
  for (let left = power; left > 0; left = Math.floor(left / 2)) {
    if (left % 2) result = product(result, square);
    if (left > 1) square = product(square, square);
  }
  return result;
}
