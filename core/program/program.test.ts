import { expect, expectTypeOf, test } from "vitest";
import { circuit } from "./circuit.ts";
import type { AnnealProgram, AnnealResult } from "./anneal.ts";
import { pauli } from "./observable.ts";
import {
  batch,
  batchesOf,
  checkProgram,
  noParameters,
  type ExpectationProgram,
  type ExpectationResult,
  type OverlapProgram,
  type OverlapResult,
  type Program,
  type ProgramResult,
  type ResultOf,
  type SampleProgram,
  type SampleResult,
} from "./program.ts";

const turned = circuit(2, ["a"]).add("rx", 0, "a").build();
const sample: SampleProgram = { kind: "sample", circuit: turned, parameters: batch([[1], [2]]), shots: 10, seed: 7 };
const expectation: ExpectationProgram = {
  kind: "expectation",
  circuit: turned,
  parameters: batch([[1]]),
  observables: [pauli("ZI")],
};
const overlap: OverlapProgram = { kind: "overlap", circuit: turned, left: batch([[1]]), right: batch([[1], [2]]) };

test("a result has the kind of its program", () => {
  expectTypeOf<ResultOf<SampleProgram>>().toEqualTypeOf<SampleResult>();
  expectTypeOf<ResultOf<ExpectationProgram>>().toEqualTypeOf<ExpectationResult>();
  expectTypeOf<ResultOf<OverlapProgram>>().toEqualTypeOf<OverlapResult>();
  expectTypeOf<ResultOf<AnnealProgram>>().toEqualTypeOf<AnnealResult>();
  expectTypeOf<ResultOf<Program>>().toEqualTypeOf<ProgramResult>();
  expectTypeOf<Program["kind"]>().toEqualTypeOf<"sample" | "expectation" | "gradient" | "overlap" | "anneal">();
});

test("a batch is row-major", () => {
  expect(batch([[1, 2], [3, 4], Float64Array.of(5, 6)])).toEqual({
    rows: 3,
    values: Float64Array.of(1, 2, 3, 4, 5, 6),
  });
  expect(batch([[], []])).toEqual({ rows: 2, values: new Float64Array(0) });
  expect(() => batch([[1, 2], [3]])).toThrow(/row 1 has 1 values/);
});

test("an overlap has two batches, every other program one", () => {
  expect(batchesOf(overlap)).toEqual([overlap.left, overlap.right]);
  expect(batchesOf(sample)).toEqual([sample.parameters]);
});

test("accepts what a backend could run", () => {
  for (const program of [sample, expectation, overlap]) checkProgram(program);
  checkProgram({ kind: "sample", circuit: circuit(1).build(), parameters: noParameters, shots: 1 });
});

test.each<[string, Program]>([
  ["no rows", { ...sample, parameters: { rows: 0, values: new Float64Array(0) } }],
  ["half a row", { ...sample, parameters: { rows: 0.5, values: new Float64Array(1) } }],
  ["a batch of another shape", { ...sample, parameters: batch([[1, 2]]) }],
  ["a parameter that is not finite", { ...sample, parameters: batch([[NaN]]) }],
  ["a right batch of another shape", { ...overlap, right: batch([[1, 2]]) }],
  ["no shots", { ...sample, shots: 0 }],
  ["half a shot", { ...sample, shots: 1.5 }],
  ["a negative seed", { ...sample, seed: -1 }],
  ["a seed beyond 32 bits", { ...sample, seed: 2 ** 32 }],
  ["a word that does not fit", { ...expectation, observables: [pauli("ZI"), pauli("Z")] }],
  ["a circuit without qubits", { ...sample, circuit: { ...turned, qubits: 0, gates: [] } }],
  [
    "a gate outside the circuit",
    { ...sample, circuit: { ...turned, qubits: 1, gates: circuit(2).add("h", 1).build().gates } },
  ],
  ["a kind that nobody knows", { ...sample, kind: "guess" } as unknown as Program],
])("refuses %s", (_what, program) => {
  expect(() => checkProgram(program)).toThrow(/^program\.invalid/);
});
