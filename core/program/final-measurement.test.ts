import { expect, test } from "vitest";
import { distributionOf } from "../conformance/reference/distribution.ts";
import { runExactly } from "../conformance/reference/run.ts";
import type { BackendDescription } from "../backend.ts";
import { circuit } from "./circuit.ts";
import { finalMeasurementOf } from "./final-measurement.ts";
import { GATES, type GateName } from "./gates.ts";
import { lower } from "./lower.ts";
import { pauli } from "./observable.ts";
import { noParameters, type Histogram, type Program } from "./program.ts";

const sampler: BackendDescription = {
  name: "sampler",
  title: "Reads every qubit at the end",
  qubits: 8,
  gates: Object.keys(GATES) as GateName[],
  kinds: ["sample"],
  exact: false,
  noise: "none",
  prices: { currency: "USD", perProgram: 0, perShot: 0, asOf: "2026-01-01", source: "free" },
  queueMs: 0,
  submission: "once",
  sameSeedSameAnswer: true,
};
const measuring: BackendDescription = { ...sampler, gates: [...sampler.gates, "measure", "if", "reset"] };

const skewed = circuit(3, [], 4)
  .add("ry", 0, 0.9)
  .add("cx", [0, 1])
  .add("x", 2)
  .measure(2, 0)
  .measure(0, 3)
  .barrier(1)
  .measure(1, 1);

const shares = ({ bitstrings, counts }: Histogram) => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return new Map(bitstrings.map((bits, index) => [bits, (counts[index] ?? 0) / total]));
};

test("bits measured at the end are read from the qubits, in their places", () => {
  const asked = skewed.build();
  const program: Program = { kind: "sample", circuit: asked, parameters: noParameters, shots: 20_000, seed: 4 };
  const { programs, combine } = lower(program, sampler, 1);
  expect(programs).toMatchObject([{ circuit: { gates: [{ name: "ry" }, { name: "cx" }, { name: "x" }] } }]);
  const result = combine(programs.map((one) => runExactly(one)));
  const found =
    result.kind === "sample" && result.histograms[0] ? shares(result.histograms[0]) : new Map<string, number>();
  const wanted = distributionOf(asked, []);
  expect([...found.keys()]).toEqual([...wanted.keys()]);
  for (const [bits, p] of wanted) expect(Math.abs((found.get(bits) ?? 0) - p)).toBeLessThan(0.02);
});

test("a qubit that goes on, a bit that is read, a reset: no measurement at the end alone", () => {
  expect(finalMeasurementOf(skewed.build())?.qubits).toEqual([2, 1, undefined, 0]);
  expect(finalMeasurementOf(circuit(1, [], 1).measure(0, 0).add("x", 0).build())).toBeUndefined();
  expect(finalMeasurementOf(circuit(1, [], 1).measure(0, 0).reset(0).build())).toBeUndefined();
  const read = circuit(1, [], 1).append({ name: "if", bits: [0], equals: "1", body: [] });
  expect(finalMeasurementOf(read.build())).toBeUndefined();
});

test("an expectation after measurements on the way, lowered to samples", () => {
  const asked = circuit(2, [], 1)
    .add("h", 0)
    .measure(0, 0)
    .append({ name: "if", bits: [0], equals: "1", body: [{ name: "x", qubits: [1], angles: [] }] })
    .build();
  const program: Program = {
    kind: "expectation",
    circuit: asked,
    parameters: noParameters,
    observables: [pauli("ZZ"), pauli("XX"), pauli("ZI")],
  };
  const exact = runExactly(program);
  expect(exact.kind === "expectation" && [...exact.values].map((value) => Math.round(1e9 * value) / 1e9 + 0)).toEqual([
    1, 0, 0,
  ]);
  const { programs, combine } = lower(program, measuring, 4000);
  const sampled = combine(programs.map((one, index) => runExactly(one, index)));
  if (sampled.kind !== "expectation") throw new Error("not an expectation");
  [1, 0, 0].forEach((value, index) => expect(Math.abs((sampled.values[index] ?? NaN) - value)).toBeLessThan(0.1));
});
