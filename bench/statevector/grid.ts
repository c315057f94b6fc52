// W8: random one-qubit roots and fSim(pi/2, pi/6) on a grid of four rows whose last row may end early.

import { circuit, type Circuit } from "@eigentwin/core";
import { draws } from "./circuits.ts";

const { PI } = Math;
const CYCLES = 14;
const PATTERNS = "ABCDCDAB";

type Site = readonly [row: number, column: number];

/** A to D: vertical or horizontal pairs, from sites of even or of odd row plus column. */
function pairsOf(pattern: string, sites: readonly Site[]): [number, number][] {
  const isVertical = pattern === "A" || pattern === "B";
  const parity = pattern === "A" || pattern === "C" ? 0 : 1;
  return sites.flatMap(([row, column], from): [number, number][] => {
    const to = sites.findIndex(([r, c]) =>
      isVertical ? r === row + 1 && c === column : r === row && c === column + 1,
    );
    return (row + column) % 2 === parity && to >= 0 ? [[from, to]] : [];
  });
}

export function gridOf(columns: number, qubits: number): Circuit {
  const sites = Array.from({ length: qubits }, (_, site): Site => [Math.floor(site / columns), site % columns]);
  const { below } = draws();
  const builder = circuit(qubits);
  const before = new Array<number | undefined>(qubits).fill(undefined);
  const layer = () =>
    sites.forEach((_, site) => {
      const last = before[site];
      const root = last === undefined ? below(3) : (last + 1 + below(2)) % 3;
      before[site] = root;
      if (root === 2) builder.add("rz", site, -PI / 4);
      builder.add(root === 1 ? "ry" : "rx", site, PI / 2);
      if (root === 2) builder.add("rz", site, PI / 4);
    });
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    layer();
    for (const pair of pairsOf(PATTERNS[cycle % PATTERNS.length] ?? "", sites))
      builder
        .add("rxx", pair, PI / 2)
        .add("ryy", pair, PI / 2)
        .add("cp", pair, -PI / 6);
  }
  layer();
  return builder.build();
}
