import {
  batch,
  circuit,
  noParameters,
  pauliOn,
  Refusal,
  type Circuit,
  type CircuitProgram,
  type Failure,
} from "@eigentwin/core";
import { expect, test } from "vitest";
import { MEMORY_BUDGET_BYTES } from "./memory.ts";
import { planOf, settingsOf } from "./plan.ts";
import type { PrecisionName } from "./precision.ts";

function failureOf(program: CircuitProgram, precision: PrecisionName = "f64"): Failure | undefined {
  try {
    planOf(program, settingsOf({ precision }));
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.failure;
    throw error;
  }
}

const hadamards = (qubits: number): Circuit => {
  const builder = circuit(qubits);
  for (let q = 0; q < qubits; q++) builder.add("h", q);
  return builder.build();
};
const expectation = (qubits: number): CircuitProgram => ({
  kind: "expectation",
  circuit: hadamards(qubits),
  parameters: noParameters,
  observables: [pauliOn("Z", 0, qubits)],
});
const sample = (qubits: number, rows: number, shots: number): CircuitProgram => ({
  kind: "sample",
  circuit: hadamards(qubits),
  parameters: { rows, values: new Float64Array(0) },
  shots,
});
const overlap = (qubits: number, lefts: number, rights: number): CircuitProgram => ({
  kind: "overlap",
  circuit: hadamards(qubits),
  left: { rows: lefts, values: new Float64Array(0) },
  right: { rows: rights, values: new Float64Array(0) },
});

test("the largest states fit, one qubit more is refused with the largest that would fit", () => {
  for (const fits of [expectation(22), sample(22, 1, 1000), overlap(21, 3, 3)]) {
    expect(failureOf(fits)).toBeUndefined();
    expect(planOf(fits).regions.end).toBeLessThanOrEqual(MEMORY_BUDGET_BYTES);
  }
  const tooLarge = failureOf(expectation(23));
  expect(tooLarge?.code).toBe("backend.refused");
  expect(tooLarge?.message).toContain("at most 22 qubits");
  expect(tooLarge?.hint).toContain("22 qubits or fewer");
  expect(failureOf(overlap(22, 1, 1))?.message).toContain("at most 21 qubits");
});

const gradient = (qubits: number): CircuitProgram => ({
  kind: "gradient",
  circuit: hadamards(qubits),
  parameters: noParameters,
  observables: [pauliOn("Z", 0, qubits)],
});

test.each<[PrecisionName, string, string, readonly number[]]>([
  ["f64", "in double precision", "in single precision", [22, 22, 21, 20]],
  ["f32", "in single precision", "in double precision", [23, 23, 22, 21]],
])("%s: one qubit more than fits is refused with what fits in both precisions", (precision, here, there, largest) => {
  const kinds = [expectation, (qubits: number) => sample(qubits, 1, 1000), (qubits: number) => overlap(qubits, 3, 3)];
  for (const [index, make] of [...kinds, gradient].entries()) {
    const most = largest[index] ?? Number.NaN;
    const fits = make(most);
    expect(planOf(fits, settingsOf({ precision })).regions.end).toBeLessThanOrEqual(MEMORY_BUDGET_BYTES);
    const other = precision === "f64" ? most + 1 : most - 1;
    const { message } = failureOf(make(most + 1), precision) ?? {};
    expect(message).toBe(
      `at most ${most} qubits fit into memory here for ${fits.kind} ${here}, not ${most + 1}; ${there} ${other}`,
    );
  }
});

test("a result of more than 8 MiB is refused with a hint to split the batch", () => {
  expect(failureOf(overlap(2, 1024, 1024))).toBeUndefined();
  const tooMany = { code: "backend.refused", hint: "Split the batch into 2 programs or more." };
  expect(failureOf(overlap(2, 1024, 1025))).toMatchObject(tooMany);
  expect(failureOf(sample(20, 100, 10_000))?.hint).toMatch(/^Split the batch or its shots into \d+ programs/);
});

test("a circuit whose plan does not fit beside its state is refused", () => {
  const builder = circuit(22);
  for (let layer = 0; layer < 800; layer++) {
    for (let q = 0; q < 22; q++) builder.add("ry", q, layer + 0.1 * q);
    for (let q = 0; q < 22; q++) builder.add("cp", [q, (q + 11) % 22], 0.3 * layer + q);
  }
  const failure = failureOf({ kind: "sample", circuit: builder.build(), parameters: noParameters, shots: 1 });
  expect(failure?.code).toBe("backend.refused");
  expect(failure?.message).toContain("MiB of memory");
}, 60_000);

test("what no backend could run is refused before it reaches the kernels", () => {
  const one = hadamards(2);
  const beyond = { name: "x", qubits: [2], angles: [] } as const;
  const wrong: Circuit[] = [
    { ...one, qubits: 0 },
    { ...one, qubits: 1.5 },
    { ...one, gates: [beyond] },
  ];
  for (const bad of wrong)
    expect(failureOf({ kind: "sample", circuit: bad, parameters: noParameters, shots: 1 })?.code).toBe(
      "program.invalid",
    );
  const unbound = { kind: "sample", circuit: one, parameters: batch([[1]]), shots: 1 } as const;
  expect(failureOf(unbound)?.code).toBe("program.invalid");
});

test("work grows with gates, rows and amplitudes", () => {
  const { work } = planOf(sample(12, 1, 100));
  expect(planOf(sample(12, 4, 100)).work).toBeCloseTo(4 * work);
  expect(planOf(sample(16, 1, 100)).work).toBeGreaterThan(10 * work);
});
