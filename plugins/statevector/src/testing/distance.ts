// How far two states are apart, and how far rounding may take them.

import type { PrecisionName } from "../precision.ts";
import type { Amplitudes } from "../simulator.ts";

/** The norm of the difference, phases included. */
export const distance = (a: Amplitudes, b: Amplitudes): number =>
  Math.sqrt(
    a.re.reduce((sum, re, k) => {
      const [otherRe = Number.NaN, im = Number.NaN, otherIm = Number.NaN] = [b.re[k], a.im[k], b.im[k]];
      return sum + (re - otherRe) ** 2 + (im - otherIm) ** 2;
    }, 0),
  );

export const normOf = ({ re, im }: Amplitudes): number =>
  Math.sqrt(re.reduce((sum, value, k) => sum + value ** 2 + (im[k] ?? Number.NaN) ** 2, 0));

/** Single: four units of rounding for each step of a random walk of so many gates, the bound that the README states. */
export const roundingOf = (precision: PrecisionName, gates: number): number =>
  precision === "f32" ? 2 ** -22 * Math.sqrt(1 + gates) : 5e-13;
