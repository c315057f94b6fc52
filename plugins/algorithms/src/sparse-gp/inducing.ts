// Inducing points: centres of the rows, spread by chance and then moved to the means of what is near them.

import { rowOf, zeros, type Matrix } from "../linear/matrix.ts";

const LLOYD_STEPS = 5;

/** k-means++ (Arthur and Vassilvitskii 2007), then Lloyd's steps. Fewer centres where fewer rows differ. */
export function inducingPoints(rows: Matrix, count: number, random: () => number): Matrix {
  const centres = spread(rows, Math.min(count, rows.rows), random);
  for (let step = 0; step < LLOYD_STEPS; step++) moveToMeans(centres, rows, nearestCentres(centres, rows));
  return centres;
}

/** Each next centre is a row, drawn in proportion to its squared distance from the centres before it. */
function spread(rows: Matrix, count: number, random: () => number): Matrix {
  const distances = new Float64Array(rows.rows).fill(Infinity);
  const picked: number[] = [Math.floor(random() * rows.rows)];
  for (;;) {
    const last = picked.at(-1) ?? 0;
    let total = 0;
    for (let row = 0; row < rows.rows; row++) {
      distances[row] = Math.min(distances[row] ?? 0, squaredDistance(rows, last, rows, row));
      total += distances[row] ?? 0;
    }
    if (picked.length === count || total === 0) break;
    let left = random() * total;
    const next = distances.findIndex((distance) => (left -= distance) <= 0 && distance > 0);
    picked.push(next < 0 ? distances.findLastIndex((distance) => distance > 0) : next);
  }
  const centres = zeros(picked.length, rows.columns);
  picked.forEach((row, index) => rowOf(centres, index).set(rowOf(rows, row)));
  return centres;
}

function nearestCentres(centres: Matrix, rows: Matrix): Uint32Array {
  return Uint32Array.from({ length: rows.rows }, (_, row) => {
    let nearest = 0;
    let least = Infinity;
    for (let centre = 0; centre < centres.rows; centre++) {
      const distance = squaredDistance(centres, centre, rows, row);
      if (distance < least) [nearest, least] = [centre, distance];
    }
    return nearest;
  });
}

function moveToMeans(centres: Matrix, rows: Matrix, nearest: Uint32Array): void {
  const sums = zeros(centres.rows, centres.columns);
  const counts = new Uint32Array(centres.rows);
  nearest.forEach((centre, row) => {
    counts[centre] = (counts[centre] ?? 0) + 1;
    const sum = rowOf(sums, centre);
    rowOf(rows, row).forEach((value, column) => (sum[column] = (sum[column] ?? 0) + value));
  });
  counts.forEach((count, centre) => {
    if (count > 0) rowOf(centres, centre).set(rowOf(sums, centre).map((sum) => sum / count));
  });
}

function squaredDistance(a: Matrix, rowOfA: number, b: Matrix, rowOfB: number): number {
  const [from, to] = [rowOfA * a.columns, rowOfB * b.columns];
  let sum = 0;
  for (let i = 0; i < a.columns; i++) {
    const difference = (a.values[from + i] ?? 0) - (b.values[to + i] ?? 0);
    sum += difference * difference;
  }
  return sum;
}
