// Every assignment of a small problem of annealing, one by one: what annealers are held against.

import { refuse } from "../../failure.ts";
import { energyOf, forEachCoupling, toSpin, type AnnealProblem } from "../../program/ising.ts";

const MOST_VARIABLES = 20;
/** Of the sum of all coefficients: what two ways of adding them up may differ by. */
const ROUNDING = 1e-12;

/** Energy of each assignment; the binary digits of the index are its bitstring, variable 0 the highest digit. */
export function spectrumOf(problem: AnnealProblem): Float64Array {
  const { variables, linear, offset, ...rest } = toSpin(problem);
  if (variables > MOST_VARIABLES)
    refuse("program.invalid", `${variables} variables have too many assignments to try them all`);
  const coupled = new Float64Array(variables * variables);
  forEachCoupling({ variables, linear, offset, ...rest }, (i, j, value) => {
    coupled[i * variables + j] = value;
    coupled[j * variables + i] = value;
  });
  const spins = new Int8Array(variables).fill(-1);
  let energy = offset;
  const fieldOf = (i: number) => {
    let field = linear[i] ?? 0;
    for (let j = 0; j < variables; j++) field += (coupled[i * variables + j] ?? 0) * (spins[j] ?? 0);
    return field;
  };
  // Half of the sum over fields counts each coupling once.
  for (let i = 0; i < variables; i++) energy += ((spins[i] ?? 0) * (fieldOf(i) + (linear[i] ?? 0))) / 2;
  const spectrum = new Float64Array(2 ** variables);
  spectrum[0] = energy;
  // A Gray code: from one assignment to the next a single variable flips.
  for (let step = 1; step < spectrum.length; step++) {
    const i = 31 - Math.clz32(step & -step);
    energy -= 2 * (spins[i] ?? 0) * fieldOf(i);
    spins[i] = -(spins[i] ?? 0);
    spectrum[spins.reduce((index, spin) => 2 * index + (spin > 0 ? 1 : 0), 0)] = energy;
  }
  return spectrum;
}

/** All assignments of least energy, and that energy. */
export function optimaOf(problem: AnnealProblem): { energy: number; bitstrings: string[] } {
  const spectrum = spectrumOf(problem);
  const least = spectrum.reduce((least, energy) => Math.min(least, energy), Infinity);
  const bound = least + ROUNDING * scaleOf(problem);
  const bitstrings = [...spectrum.keys()]
    .filter((index) => (spectrum[index] ?? Infinity) <= bound)
    .map((index) => index.toString(2).padStart(problem.variables, "0"));
  return { energy: energyOf(problem, bitstrings[0] ?? ""), bitstrings };
}

/** Sum of the sizes of all coefficients. */
export function scaleOf({ linear, couplings, offset }: AnnealProblem): number {
  const sum = (values: Float64Array) => values.reduce((total, value) => total + Math.abs(value), 0);
  return Math.abs(offset) + sum(linear) + sum(couplings.values);
}
