import { circuit, GATES, inverse, noParameters, randomFrom, type Circuit, type GateName } from "@eigentwin/core";
import { distributionOf } from "@eigentwin/core/conformance";
import { describe, expect, test } from "vitest";
import { NATIVE_GATES } from "./planner/native.ts";
import { statevectorSimulator } from "./node.ts";
import type { Amplitudes } from "./simulator.ts";
import { denseState, type Complex } from "./testing/dense.ts";
import { randomBatch, randomCircuit } from "./testing/random-circuit.ts";
import { fourierTransform, ringAnsatz, sumOfZ } from "./testing/workloads.ts";

const simulator = statevectorSimulator();

/** The largest difference of any amplitude, phases included. */
const distance = ({ re, im }: Amplitudes, to: readonly Complex[]): number =>
  Math.max(
    Math.abs(re.length - to.length),
    ...to.map((one, k) => Math.hypot(one.re - (re[k] ?? Number.NaN), one.im - (im[k] ?? Number.NaN))),
  );

const normOf = ({ re, im }: Amplitudes): number =>
  re.reduce((sum, value, k) => sum + value * value + (im[k] ?? Number.NaN) ** 2, 0);

test("bit order: qubit 0 is the leftmost character and the most significant bit", async () => {
  const flipped = circuit(2).add("x", 0).build();
  expect([...(await simulator.probabilities(flipped))]).toEqual([0, 0, 1, 0]);
  const { histograms } = await simulator.run({
    kind: "sample",
    circuit: flipped,
    parameters: noParameters,
    shots: 5,
    seed: 1,
  });
  expect(histograms).toEqual([{ bitstrings: ["10"], counts: Uint32Array.of(5) }]);
});

describe("amplitudes equal the dense reference to 1e-12", () => {
  test("every gate on every choice of qubits of 1 to 4", async () => {
    for (const name of NATIVE_GATES)
      for (let qubits = GATES[name].qubits; qubits <= 4; qubits++)
        for (const on of choices(qubits, GATES[name].qubits)) {
          const builder = circuit(qubits);
          for (let q = 0; q < qubits; q++) builder.add("ry", q, 0.3 + q).add("rz", q, 0.7 - q);
          const one = builder.add(name, on, ...Array.from({ length: GATES[name].angles }, () => 1.1)).build();
          expect(
            distance(await simulator.amplitudes(one), denseState(one)),
            `${name} on ${on} of ${qubits}`,
          ).toBeLessThan(1e-12);
        }
  });

  test("1,000 random circuits of 1 to 6 qubits", async () => {
    const random = randomFrom(2026);
    let worst = 0;
    for (let index = 0; index < 1000; index++) {
      const one = randomCircuit(random, 1 + (index % 6), 30);
      const { values } = randomBatch(random, 1);
      worst = Math.max(worst, distance(await simulator.amplitudes(one, values), denseState(one, values)));
    }
    expect(worst).toBeLessThan(1e-12);
  }, 60_000);

  test("angles of any size", async () => {
    for (const angle of [0, -0, 1e-300, 710.5, -1e6, 1e15]) {
      const one = circuit(1, ["t"]).add("rx", 0, "t").build();
      expect(distance(await simulator.amplitudes(one, [angle]), denseState(one, [angle]))).toBeLessThan(1e-12);
    }
  });
});

test("circuits keep the norm, and their inverse leads back to |0...0>", async () => {
  const random = randomFrom(7);
  for (let qubits = 1; qubits <= 9; qubits++) {
    const there = randomCircuit(random, qubits, 100);
    const { values } = randomBatch(random, 1);
    expect(normOf(await simulator.amplitudes(there, values))).toBeCloseTo(1, 12);
    const back = { ...there, gates: [...there.gates, ...inverse(there).gates] };
    const { re, im } = await simulator.amplitudes(back, values);
    expect(Math.hypot((re[0] ?? 0) - 1, im[0] ?? 0)).toBeLessThan(1e-12);
  }
});

describe("gate identities", () => {
  const on = (...gates: [GateName, number | number[], ...number[]][]): Circuit =>
    gates.reduce((builder, [name, qubits, ...angles]) => builder.add(name, qubits, ...angles), prepared()).build();
  const prepared = () =>
    circuit(3).add("ry", 0, 0.4).add("ry", 1, 1.3).add("ry", 2, -0.8).add("rzz", [0, 2], 0.9).add("rxx", [1, 2], 0.5);

  test.each<[string, Circuit, Circuit]>([
    ["h z h = x", on(["h", 1], ["z", 1], ["h", 1]), on(["x", 1])],
    ["s s = z", on(["s", 2], ["s", 2]), on(["z", 2])],
    ["t t = s", on(["t", 0], ["t", 0]), on(["s", 0])],
    ["sx sx = x", on(["sx", 2], ["sx", 2]), on(["x", 2])],
    ["h cx h = cz", on(["h", 2], ["cx", [0, 2]], ["h", 2]), on(["cz", [0, 2]])],
    ["sdg cx s = cy", on(["sdg", 1], ["cx", [2, 1]], ["s", 1]), on(["cy", [2, 1]])],
    ["three cx = swap", on(["cx", [0, 2]], ["cx", [2, 0]], ["cx", [0, 2]]), on(["swap", [2, 0]])],
    ["cx rz cx = rzz", on(["cx", [1, 2]], ["rz", 2, 0.7], ["cx", [1, 2]]), on(["rzz", [1, 2], 0.7])],
    ["h h rzz h h = rxx", on(["h", 0], ["h", 2], ["rzz", [0, 2], 0.7], ["h", 0], ["h", 2]), on(["rxx", [2, 0], 0.7])],
    ["cp(pi) = cz", on(["cp", [1, 0], Math.PI]), on(["cz", [0, 1]])],
  ])("%s", async (_, left, right) => {
    const { re, im } = await simulator.amplitudes(right);
    const wanted = Array.from(re, (value, k) => ({ re: value, im: im[k] ?? Number.NaN }));
    expect(distance(await simulator.amplitudes(left), wanted)).toBeLessThan(1e-14);
  });
});

test.each([
  ["ring ansatz", ringAnsatz(4), -0.06621658673],
  ["ring ansatz", ringAnsatz(8), -0.003140308638],
  ["ring ansatz", ringAnsatz(10), -0.05945346044],
  ["Fourier transform", fourierTransform(16), -1.372652524],
])("reference value: sum of Z after the %s", async (_, of, reference) => {
  const observables = [sumOfZ(of.qubits)];
  const { values } = await simulator.run({ kind: "expectation", circuit: of, parameters: noParameters, observables });
  expect(Math.abs((values[0] ?? Number.NaN) - reference)).toBeLessThan(1e-9);
});

function choices(qubits: number, count: number): number[][] {
  const all = Array.from({ length: qubits }, (_, q) => q);
  return count === 1 ? all.map((q) => [q]) : all.flatMap((p) => all.filter((q) => q !== p).map((q) => [p, q]));
}

test("controls, powers, unitaries and diagonals are lowered: the probabilities of the core's own reference", async () => {
  const { SQRT1_2 } = Math;
  const one = circuit(3)
    .add("ry", 0, 0.4)
    .add("ry", 1, 1.3)
    .add("rx", 2, -0.8)
    .controlled([0, { qubit: 1, value: 0 }], "ry", 2, 0.7)
    .unitary([1], [SQRT1_2, 0, 0, SQRT1_2, 0, SQRT1_2, SQRT1_2, 0])
    .diagonal([0, 2], [{ coefficient: 0.5, places: [0, 1] }], 1.3)
    .append({ name: "x", qubits: [0], angles: [], power: 0.5 })
    .barrier(0, 1)
    .add("ccx", [2, 0, 1])
    .build();
  const probabilities = await simulator.probabilities(one);
  const wanted = distributionOf(one, []);
  probabilities.forEach((probability, k) =>
    expect(probability).toBeCloseTo(wanted.get(k.toString(2).padStart(3, "0")) ?? 0, 12),
  );
});

test("what is measured on the way is refused by name", async () => {
  const one = circuit(1, [], 1).add("h", 0).measure(0, 0).build();
  await expect(simulator.probabilities(one)).rejects.toThrow(/measure on the way/);
});
