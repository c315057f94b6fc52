// Rows of a table, whole or by individual.

import { rowsByIndividual } from "@eigentwin/core";
import { pickRows, type Matrix } from "./linear/matrix.ts";

/** Rows of one table: features row-major `[rows, columns]`, in the units of the table. */
export type FeatureRows = Matrix;

export interface LabelledRows {
  features: FeatureRows;
  /** `[rows]` */
  targets: Float64Array;
  /** `[rows]`: whose row it is. */
  individuals: Float64Array;
}

export function pickLabelled({ features, targets, individuals }: LabelledRows, rows: readonly number[]): LabelledRows {
  return {
    features: pickRows(features, rows),
    targets: Float64Array.from(rows, (row) => targets[row] ?? Number.NaN),
    individuals: Float64Array.from(rows, (row) => individuals[row] ?? Number.NaN),
  };
}

/** The rows of the individuals that are in `wanted`, and the others. */
export function splitByIndividual(
  rows: LabelledRows,
  wanted: Iterable<number>,
): { inside: LabelledRows; outside: LabelledRows } {
  const chosen = new Set(wanted);
  const inside: number[] = [];
  const outside: number[] = [];
  rows.individuals.forEach((id, row) => (chosen.has(id) ? inside : outside).push(row));
  return { inside: pickLabelled(rows, inside), outside: pickLabelled(rows, outside) };
}

/**
 * Deals the individuals into `count` folds of almost equal size (Fisher-Yates). Takes one number a row or one number an
 * individual, and returns the individuals held out in each fold.
 */
export function foldsByIndividual(individuals: ArrayLike<number>, count: number, random: () => number): number[][] {
  const order = [...rowsByIndividual(Float64Array.from(individuals)).keys()];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] ?? Number.NaN, order[last] ?? Number.NaN];
  }
  return Array.from({ length: count }, (_, fold) => order.filter((_id, at) => at % count === fold));
}
