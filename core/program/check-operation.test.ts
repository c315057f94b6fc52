import { describe, expect, test } from "vitest";
import { encode, digest, decode } from "../codec.ts";
import { Refusal } from "../failure.ts";
import { randomFrom } from "../run/random.ts";
import { checkCircuit, circuit, depth, type Circuit } from "./circuit.ts";
import type { Operation } from "./operation.ts";
import { pauli } from "./observable.ts";
import { checkProgram, noParameters, type Program } from "./program.ts";
import { randomEverything } from "./testing/random-circuit.ts";

const angle = (constant: number, terms: [number, number][] = []) => ({ constant, terms });
const x: Operation = { name: "x", qubits: [0], angles: [] };
const holding = (...gates: Operation[]): Circuit => ({ qubits: 2, parameters: ["a"], bits: 2, gates });

function placeOf(of: Circuit): string | undefined {
  try {
    checkCircuit(of);
    return undefined;
  } catch (error) {
    return error instanceof Refusal && error.failure.code === "program.invalid" ? error.failure.at : "another error";
  }
}

test("random circuits with everything are sound, and come back from the codec as they were", () => {
  const random = randomFrom(41);
  for (let round = 0; round < 100; round++) {
    const some = randomEverything(random, 2 + (round % 3), 15, 3);
    checkCircuit(some);
    expect(decode(encode(some))).toEqual(some);
  }
});

test.each<[string, Operation]>([
  ["a control on the qubit it acts on", { ...x, controls: [{ qubit: 0, value: 1 }] } as Operation],
  ["a control outside", { ...x, controls: [{ qubit: 2, value: 1 }] } as Operation],
  ["a control for 2", { ...x, controls: [{ qubit: 1, value: 2 }] } as unknown as Operation],
  ["an infinite power", { ...x, power: Infinity } as Operation],
  ["a broken power of an unknown angle", { name: "rx", qubits: [0], angles: [angle(0, [[0, 1]])], power: 0.5 }],
  ["a matrix that is not unitary", { name: "unitary", qubits: [0], matrix: Float64Array.of(1, 0, 1, 0, 0, 0, 1, 0) }],
  ["a matrix of another size", { name: "unitary", qubits: [0, 1], matrix: new Float64Array(8) }],
  ["a matrix on three qubits", { name: "unitary", qubits: [0, 1, 2], matrix: new Float64Array(128) }],
  [
    "a diagonal of places outside",
    { name: "diagonal", qubits: [0], angles: [angle(1)], terms: [{ coefficient: 1, places: [1] }] },
  ],
  [
    "a diagonal without a number",
    { name: "diagonal", qubits: [0], angles: [angle(1)], terms: [{ coefficient: NaN, places: [0] }] },
  ],
  ["a bit outside", { name: "measure", qubits: [0], bit: 2 }],
  ["a reset outside", { name: "reset", qubits: [2] }],
  ["a barrier outside", { name: "barrier", qubits: [0, 5] }],
  ["a branch on no bit", { name: "if", bits: [], equals: "", body: [] }],
  ["a branch on a bit twice", { name: "if", bits: [0, 0], equals: "00", body: [] }],
  ["a branch on other words", { name: "if", bits: [0], equals: "2", body: [] }],
  ["an unknown operation", { name: "teleport", qubits: [0] } as unknown as Operation],
])("refuses %s, with its place", (_what, operation) => {
  expect(placeOf(holding(x, operation))).toBe("/circuit/gates/1");
});

test("a fault inside a branch has its whole path", () => {
  const bad: Operation = { name: "reset", qubits: [9] };
  const inner: Operation = { name: "if", bits: [0], equals: "1", body: [x], otherwise: [x, bad] };
  expect(placeOf(holding({ name: "if", bits: [1], equals: "0", body: [inner] }))).toBe(
    "/circuit/gates/0/body/0/otherwise/1",
  );
});

test("an overlap is of circuits that measure nothing", () => {
  const measuring = circuit(1, [], 1).measure(0, 0).build();
  const of = (one: Circuit): Program => ({ kind: "overlap", circuit: one, left: noParameters, right: noParameters });
  checkProgram(of(circuit(1).barrier(0).build()));
  expect(() => checkProgram(of(measuring))).toThrow(/^program\.invalid.*"measure"/);
});

test("measurement, reset and branches count in the depth, barriers do not", () => {
  const builder = circuit(2, [], 1).add("h", 0).barrier(0, 1).measure(0, 0);
  expect(depth(builder.build())).toBe(2);
  const then: Operation = { name: "x", qubits: [1], angles: [] };
  builder.append({ name: "if", bits: [0], equals: "1", body: [then, then] }).reset(1);
  expect(depth(builder.build())).toBe(5);
});

describe("digests of programs that landed runs have in their journals", () => {
  test("a plain program keeps its digest", async () => {
    const plain = circuit(2, ["a"])
      .add("h", 0)
      .add("ry", 1, { constant: 0.5, of: { a: -2 } })
      .add("cx", [0, 1])
      .build();
    const program: Program = {
      kind: "expectation",
      circuit: plain,
      parameters: { rows: 1, values: Float64Array.of(0.25) },
      observables: [pauli("ZZ")],
    };
    expect(await digest(program)).toBe("sha256:c17e21c5bc566a1119e81fd1d6bbaaa9c2e38849be6dc809d5c858a50f9dbb8c");
  });
});
