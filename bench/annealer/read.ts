// Graphs of MaxCut as text: a line with nodes and edges, then one line `i j weight` an edge, nodes counted from 1.

import { annealProblem, refuse, type AnnealProblem } from "@eigentwin/core";

export interface Graph {
  nodes: number;
  edges: (readonly [number, number, number])[];
}

export function readGraph(name: string, text: string): Graph {
  const wrong = (line: number, why: string) =>
    refuse("dataset.malformed", `${name} line ${line}: ${why}`, { at: `${name} line ${line}` });
  const lines = text.split("\n").map((line) => line.trim());
  const [nodes = 0, count = 0, ...more] = (lines[0] ?? "").split(/\s+/).map(Number);
  if (!(nodes > 0 && count > 0 && more.length === 0)) wrong(1, "it has the number of nodes and the number of edges");
  const edges: Graph["edges"] = [];
  lines.slice(1).forEach((line, index) => {
    if (line === "") return;
    const [i = 0, j = 0, weight = Number.NaN, ...rest] = line.split(/\s+/).map(Number);
    const isNode = (node: number) => Number.isInteger(node) && node >= 1 && node <= nodes;
    if (!isNode(i) || !isNode(j) || i === j || !Number.isFinite(weight) || rest.length > 0)
      wrong(index + 2, `an edge is two of ${nodes} nodes and a weight, not "${line}"`);
    edges.push([i - 1, j - 1, weight]);
  });
  if (edges.length !== count) wrong(1, `${count} edges are announced, ${edges.length} follow`);
  return { nodes, edges };
}

/** Spins on the nodes; the energy is the negative weight of the edges between up and down. */
export const cutProblem = ({ nodes, edges }: Graph): AnnealProblem =>
  annealProblem({
    vartype: "spin",
    linear: new Float64Array(nodes),
    couplings: edges.map(([i, j, weight]) => [i, j, weight / 2] as const),
    offset: -edges.reduce((sum, [, , weight]) => sum + weight, 0) / 2,
  });

/**
 * The quadratic function of bits that the cut stands for: the first node stays 0 and is no variable, an edge adds
 * -weight (x_i + x_j - 2 x_i x_j) (Barahona, Juenger, Reinelt, Math. Programming 44, 127, 1989).
 */
export function bitProblem({ nodes, edges }: Graph): AnnealProblem {
  const linear = new Float64Array(nodes);
  for (const [i, j, weight] of edges) {
    linear[i] = (linear[i] ?? 0) - weight;
    linear[j] = (linear[j] ?? 0) - weight;
  }
  const couplings = edges
    .filter(([i, j]) => i > 0 && j > 0)
    .map(([i, j, weight]) => [i - 1, j - 1, 2 * weight] as const);
  return annealProblem({ vartype: "binary", linear: linear.subarray(1), couplings });
}
