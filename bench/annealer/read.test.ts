import { energyOf } from "@eigentwin/core";
import { expect, test } from "vitest";
import { bitProblem, cutProblem, readGraph } from "./read.ts";

const text = "4 4 \n1 2 3\n 2 3 -1 \n3 4 2\n1 4 5\n\n";
const graph = readGraph("square.txt", text);

/** Weight of the edges between the two sides. */
const cutOf = (bits: string) =>
  graph.edges.reduce((cut, [i, j, weight]) => (bits[i] === bits[j] ? cut : cut + weight), 0);

test("reads nodes and edges, blanks and empty lines aside", () => {
  expect(graph).toEqual({
    nodes: 4,
    edges: [
      [0, 1, 3],
      [1, 2, -1],
      [2, 3, 2],
      [0, 3, 5],
    ],
  });
});

test("both problems have the negative cut as their energy", () => {
  for (let side = 0; side < 8; side++) {
    const bits = side.toString(2).padStart(4, "0");
    expect(energyOf(cutProblem(graph), bits)).toBe(0 - cutOf(bits));
    expect(energyOf(bitProblem(graph), bits.slice(1))).toBe(0 - cutOf(bits));
  }
});

test.each([
  ["four 4\n", 1],
  ["2 1\n1 3 1\n", 2],
  ["2 1\n1 1 1\n", 2],
  ["2 1\n1 2\n", 2],
  ["2 1\n1 2 x\n", 2],
  ["2 1\n1 2 1 1\n", 2],
  ["2 2\n1 2 1\n", 1],
])("refuses %j, naming line %i", (broken, line) => {
  expect(() => readGraph("broken.txt", broken)).toThrow(`broken.txt line ${line}`);
});
