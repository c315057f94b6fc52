// Intervals from errors on held-out individuals: signed residual quantiles by predicted value, split-conformal in spirit.

import { rowsByIndividual } from "@eigentwin/core";
import type { HeldOut } from "./cross-validate.ts";

export interface CalibrationOptions {
  /** Nominal coverage, for example 0.9. */
  coverage: number;
  /** What the target cannot fall below or rise above; intervals are cut there. */
  lower?: number;
  upper?: number;
}

/** Encodable. Arrays have one entry a bin, in ascending order of predicted value. */
export interface Calibration {
  coverage: number;
  /** Mean predicted value of each bin. */
  at: Float64Array;
  /** Quantiles of truth minus predicted. */
  below: Float64Array;
  above: Float64Array;
  lower?: number;
  upper?: number;
}

const MOST_BINS = 8;
/** Errors beyond each end of an interval, in each bin: with fewer, the end would be no more than the worst one seen. */
const TAIL_ERRORS = 2;

/** As many bins as the errors can fill. */
const binsFor = (errors: number, tail: number): number =>
  Math.max(1, Math.min(MOST_BINS, Math.floor((errors * tail) / TAIL_ERRORS)));

/** Bins of equal count by predicted value; each quantile has the (n+1) correction of Vovk et al. 2005. */
export function calibrate(predicted: Float64Array, truth: Float64Array, options: CalibrationOptions): Calibration {
  const order = Uint32Array.from(predicted.keys()).sort((a, b) => (predicted[a] ?? 0) - (predicted[b] ?? 0));
  const tail = (1 - options.coverage) / 2;
  const bins = binsFor(order.length, tail);
  const at = new Float64Array(bins);
  const below = new Float64Array(bins);
  const above = new Float64Array(bins);
  for (let bin = 0; bin < bins; bin++) {
    const rows = order.subarray(Math.floor((bin * order.length) / bins), Math.floor(((bin + 1) * order.length) / bins));
    const errors = Float64Array.from(rows, (row) => (truth[row] ?? 0) - (predicted[row] ?? 0)).sort();
    const count = errors.length;
    at[bin] = rows.reduce((sum, row) => sum + (predicted[row] ?? 0), 0) / count;
    below[bin] = errors[Math.max(0, Math.floor((count + 1) * tail) - 1)] ?? 0;
    above[bin] = errors[Math.min(count, Math.ceil((count + 1) * (1 - tail))) - 1] ?? 0;
  }
  return { coverage: options.coverage, at, below, above, lower: options.lower, upper: options.upper };
}

/** Linear between the means of two bins, constant beyond the outermost. */
export function intervalAt(calibration: Calibration, predicted: number): { lower: number; upper: number } {
  const { at, below, above, lower = -Infinity, upper = Infinity } = calibration;
  const clip = (value: number) => Math.min(upper, Math.max(lower, value));
  return {
    lower: clip(predicted + interpolate(at, below, predicted)),
    upper: clip(predicted + interpolate(at, above, predicted)),
  };
}

function interpolate(at: Float64Array, values: Float64Array, where: number): number {
  const next = at.findIndex((knot) => where <= knot);
  if (next < 0) return values.at(-1) ?? 0;
  const [left = 0, right = 0] = [at[next - 1], at[next]];
  const [from = 0, to = 0] = [values[next - 1], values[next]];
  return next === 0 || right === left ? to : from + ((to - from) * (where - left)) / (right - left);
}

/** Measured coverage and mean width: calibrated on the individuals of all other groups, counted on each group in turn. */
export function crossConformalCoverage(
  { individuals, predicted, truth }: HeldOut,
  options: CalibrationOptions & { groups: number },
): { coverage: number; meanWidth: number } {
  const groupOf = new Map([...rowsByIndividual(individuals).keys()].map((id, index) => [id, index % options.groups]));
  let inside = 0;
  let width = 0;
  for (let group = 0; group < options.groups; group++) {
    const mine = (row: number) => groupOf.get(individuals[row] ?? Number.NaN) === group;
    const calibration = calibrate(
      predicted.filter((_, row) => !mine(row)),
      truth.filter((_, row) => !mine(row)),
      options,
    );
    predicted.forEach((value, row) => {
      if (!mine(row)) return;
      const interval = intervalAt(calibration, value);
      const actual = truth[row] ?? Number.NaN;
      if (actual >= interval.lower && actual <= interval.upper) inside++;
      width += interval.upper - interval.lower;
    });
  }
  return { coverage: inside / predicted.length, meanWidth: width / predicted.length };
}
