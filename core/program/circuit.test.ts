import { expect, test } from "vitest";
import { randomFrom } from "../run/random.ts";
import { angleAt } from "./angle.ts";
import { checkOperation } from "./check-operation.ts";
import { circuit, depth } from "./circuit.ts";
import type { GateName } from "./gates.ts";
import { inverse } from "./inverse.ts";
import { isGate, type Gate } from "./operation.ts";
import { stateOf } from "./testing/dense.ts";
import { randomCircuit } from "./testing/random-circuit.ts";

const invalid = expect.objectContaining({ failure: expect.objectContaining({ code: "program.invalid" }) });

test("qubit 0 is the leftmost character of a bitstring", () => {
  const state = stateOf(circuit(3).add("x", 0).build());
  expect(state.findIndex(([re]) => re === 1)).toBe(0b100);
});

test("an inverse brings every state back, whatever the parameters", () => {
  const random = randomFrom(11);
  for (let round = 0; round < 30; round++) {
    const forth = randomCircuit(random, 3, 20);
    const [amplitude] = stateOf({ ...forth, gates: [...forth.gates, ...inverse(forth).gates] }, [random(), random()]);
    expect(amplitude?.[0]).toBeCloseTo(1, 12);
    expect(amplitude?.[1]).toBeCloseTo(0, 12);
    expect(inverse(inverse(forth))).toEqual(forth);
  }
});

test("an angle is a constant and a linear form of parameters", () => {
  const { gates } = circuit(1, ["x", "y"])
    .add("rx", 0, 0.5)
    .add("rx", 0, "y")
    .add("rx", 0, { constant: 1, of: { y: -2, x: 3 } })
    .build();
  expect(gates.filter(isGate).map(({ angles: [angle] }) => angle && angleAt(angle, [10, 100]))).toEqual([
    0.5, 100, -169,
  ]);
});

test("a parameter that a row lacks is not a number, never zero", () => {
  expect(angleAt({ constant: 1, terms: [[1, 2]] }, [5])).toBeNaN();
});

test("depth is the longest chain of gates that share qubits", () => {
  expect(depth(circuit(3).build())).toBe(0);
  expect(depth(circuit(3).add("h", 0).add("h", 1).add("h", 2).build())).toBe(1);
  expect(depth(circuit(3).add("h", 0).add("cx", [0, 1]).add("h", 2).add("cx", [1, 2]).add("h", 0).build())).toBe(3);
  const random = randomFrom(4);
  for (let round = 0; round < 20; round++) {
    const some = randomCircuit(random, 4, 15);
    expect(depth(inverse(some))).toBe(depth(some));
  }
});

test("what was built stays as it is when the builder goes on", () => {
  const builder = circuit(1).add("h", 0);
  const built = builder.build();
  builder.add("x", 0);
  expect(built.gates).toHaveLength(1);
});

test.each([
  ["no qubit", () => circuit(0)],
  ["half a qubit", () => circuit(1.5)],
  ["two parameters of one name", () => circuit(1, ["a", "a"])],
  ["an unknown parameter", () => circuit(1, ["a"]).add("rx", 0, "b")],
  ["an unknown parameter in a sum", () => circuit(1, ["a"]).add("rx", 0, { of: { a: 1, b: 1 } })],
  ["a qubit outside", () => circuit(2).add("h", 2)],
  ["a negative qubit", () => circuit(2).add("h", -1)],
  ["one qubit for a gate of two", () => circuit(2).add("cx", 0)],
  ["the same qubit twice", () => circuit(2).add("cx", [1, 1])],
  ["an angle for a gate without", () => circuit(1).add("h", 0, 1)],
  ["no angle for a gate with one", () => circuit(1).add("rx", 0)],
  ["an infinite angle", () => circuit(1).add("rx", 0, Infinity)],
  ["a coefficient that is no number", () => circuit(1, ["a"]).add("rx", 0, { of: { a: NaN } })],
  ["an unknown gate", () => circuit(1).add("toString" as GateName, 0)],
])("refuses %s", (_what, build) => {
  expect(build).toThrow(invalid);
});

test("a gate that did not come from the builder is checked as well", () => {
  const gate = (terms: [number, number][]): Gate => ({ name: "rx", qubits: [0], angles: [{ constant: 0, terms }] });
  const frame = { qubits: 1, parameters: 2, bits: 0 };
  checkOperation(gate([[1, 1]]), frame, "here");
  expect(() => checkOperation(gate([[2, 1]]), frame, "here")).toThrow(invalid);
  expect(() => checkOperation(gate([[0.5, 1]]), frame, "here")).toThrow(invalid);
});
