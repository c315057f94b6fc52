// Gradient-boosted trees for squared error (Friedman 2001, 2002: a share of the rows for each tree), on histograms.

import { refuse } from "@eigentwin/core";
import { concatenate, type Matrix } from "../linear/matrix.ts";
import type { Pace } from "../tools.ts";
import { binned, BINS } from "./bins.ts";
import { growTree, LEAF, nodesOf, type Tree } from "./grow-tree.ts";

export interface BoostOptions {
  trees: number;
  treeDepth: number;
  learningRate: number;
  /** Share of the rows, and of the features, that a tree sees. */
  rowShare: number;
  featureShare: number;
  rowsPerLeaf: number;
  ridge: number;
}

/** Encodable: the arrays of all trees one after another (see `Tree`). */
export interface Forest {
  features: number;
  base: number;
  learningRate: number;
  nodesPerTree: number;
  columns: Uint32Array;
  cuts: Float64Array;
  values: Float64Array;
}

export async function boost(
  { features, targets }: { features: Matrix; targets: Float64Array },
  options: BoostOptions,
  random: () => number,
  pace: Pace,
): Promise<Forest> {
  const data = binned(features);
  const base = targets.reduce((sum, target) => sum + target, 0) / targets.length;
  const residuals = targets.map((target) => target - base);
  const trees: Tree[] = [];
  while (trees.length < options.trees) {
    const rows = drawn(data.rows, options.rowShare, random);
    const columns = drawn(data.columns, options.featureShare, random);
    const tree = growTree({
      data,
      residuals,
      rows,
      columns,
      depth: options.treeDepth,
      rowsPerLeaf: options.rowsPerLeaf,
      ridge: options.ridge,
    });
    for (let row = 0; row < data.rows; row++)
      residuals[row] = (residuals[row] ?? 0) - options.learningRate * leafValue(tree, features, row);
    trees.push(tree);
    await pace(operationsOf(rows.length, columns.length, options.treeDepth), trees.length / options.trees);
  }
  return {
    features: features.columns,
    base,
    learningRate: options.learningRate,
    nodesPerTree: nodesOf(options.treeDepth),
    columns: Uint32Array.from(trees.flatMap((tree) => [...tree.columns])),
    cuts: concatenate(trees.map((tree) => tree.cuts)),
    values: concatenate(trees.map((tree) => tree.values)),
  };
}

/** Each of 0 ... count - 1 with the probability `share`. */
function drawn(count: number, share: number, random: () => number): Uint32Array {
  const chosen = new Uint32Array(count);
  let size = 0;
  for (let index = 0; index < count; index++) if (random() < share) chosen[size++] = index;
  return chosen.subarray(0, size);
}

export function predictForest(forest: Forest, features: Matrix): Float64Array {
  if (features.columns !== forest.features)
    refuse(
      "request.invalid",
      `the model was fitted on ${forest.features} features, and these rows have ${features.columns}`,
    );
  return Float64Array.from({ length: features.rows }, (_, row) => {
    let value = forest.base;
    for (let root = 0; root < forest.values.length; root += forest.nodesPerTree)
      value += forest.learningRate * leafValue(forest, features, row, root);
    return value;
  });
}

/** `root` is where the tree begins in the arrays. */
function leafValue({ columns, cuts, values }: Tree, features: Matrix, row: number, root = 0): number {
  const from = row * features.columns;
  let node = 0;
  for (let column = columns[root] ?? LEAF; column !== LEAF; column = columns[root + node] ?? LEAF)
    node = 2 * node + 1 + ((features.values[from + column] ?? 0) > (cuts[root + node] ?? 0) ? 1 : 0);
  return values[root + node] ?? 0;
}

/** Measured: an entry of a histogram costs about as much as 8 multiply-adds, a cut that is tried as 20, a row as 60. */
const operationsOf = (rows: number, columns: number, depth: number): number =>
  columns * (8 * rows * depth + 20 * BINS * 2 ** depth) + 120 * rows;
