import { batch, circuit, noParameters, pauli, randomFrom, type SampleProgram } from "@eigentwin/core";
import { distributionOf, referenceBackend } from "@eigentwin/core/conformance";
import { expect, test } from "vitest";
import { statevectorSimulator } from "../node.ts";
import { randomBatch, randomObservable, rowOf } from "../testing/random-circuit.ts";
import { randomDynamic } from "../testing/random-dynamic.ts";
import { byDraw } from "./divide.ts";
import { partFinal } from "./final-measurements.ts";

const simulator = statevectorSimulator();
const reference = referenceBackend();

/** Every share within five standard errors of its probability. */
async function mustDraw(program: SampleProgram): Promise<void> {
  const { histograms } = await simulator.run(program);
  histograms.forEach(({ bitstrings, counts }, row) => {
    const expected = distributionOf(program.circuit, rowOf(program.parameters, row));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(program.shots);
    for (const bits of new Set([...expected.keys(), ...bitstrings])) {
      const p = Math.min(1, expected.get(bits) ?? 0);
      const share = (counts[bitstrings.indexOf(bits)] ?? 0) / program.shots;
      const bound = 5 * Math.sqrt((p * (1 - p)) / program.shots) + 1 / program.shots;
      expect(Math.abs(share - p), bits).toBeLessThan(bound);
    }
  });
}

test("means over measurements, resets and branches are exact", async () => {
  const random = randomFrom(1);
  for (let one = 0; one < 60; one++) {
    const qubits = 2 + (one % 4);
    const dynamic = randomDynamic(random, qubits, one % 5);
    const observables = [3, 7].map((words) => randomObservable(random, qubits, words));
    const program = { kind: "expectation", circuit: dynamic, parameters: randomBatch(random, 2), observables } as const;
    const { values, standardErrors } = await simulator.run(program);
    const expected = await reference.submit(program, "key", { secrets: {} });
    if (expected.state !== "done" || !("values" in expected.result)) throw new Error("the reference did not answer");
    const due = expected.result.values;
    expect(standardErrors).toBeUndefined();
    values.forEach((value, at) => expect(value).toBeCloseTo(due[at] ?? Number.NaN, 10));
  }
});

test("samples follow the reference, with and without classical bits", async () => {
  const random = randomFrom(2);
  for (let one = 0; one < 24; one++) {
    const dynamic = randomDynamic(random, 2 + (one % 3), one % 4);
    await mustDraw({ kind: "sample", circuit: dynamic, parameters: randomBatch(random, 2), shots: 3000, seed: one });
  }
  const parameters = randomBatch(random, 1);
  const started = circuit(3, ["a", "b", "c"]).add("ry", 0, 1.1).add("cx", [0, 1]).reset(0).add("ry", 2, "a").build();
  await mustDraw({ kind: "sample", circuit: started, parameters, shots: 3000, seed: 5 });
});

test("a teleported state arrives", async () => {
  const teleport = circuit(3, ["t"], 3)
    .add("ry", 0, "t")
    .add("h", 1)
    .add("cx", [1, 2])
    .add("cx", [0, 1])
    .add("h", 0)
    .measure(0, 0)
    .measure(1, 1)
    .append({ name: "if", bits: [1], equals: "1", body: circuit(3).add("x", 2).build().gates })
    .append({ name: "if", bits: [0], equals: "1", body: circuit(3).add("z", 2).build().gates })
    .build();
  const parameters = batch([[0.3], [1.9]]);
  const observables = [pauli("IIZ"), pauli("IIX")];
  const { values } = await simulator.run({ kind: "expectation", circuit: teleport, parameters, observables });
  const due = [0.3, 1.9].flatMap((t) => [Math.cos(t), Math.sin(t)]);
  values.forEach((value, at) => expect(value).toBeCloseTo(due[at] ?? Number.NaN, 12));
});

test("the same seed draws the same, another does not, and later rows do not change earlier ones", async () => {
  const parameters = randomBatch(randomFrom(3), 4);
  const turned = circuit(3, ["a", "b", "c"], 2).add("ry", 0, "a").measure(0, 0).add("ry", 0, "b").reset(1);
  const dynamic = turned.add("rx", 0, "c").measure(0, 1).build();
  const draw = async (seed: number, rows: number) => {
    const first = { rows, values: parameters.values.slice(0, 3 * rows) };
    return (await simulator.run({ kind: "sample", circuit: dynamic, parameters: first, shots: 200, seed })).histograms;
  };
  const drawn = await draw(1, 4);
  expect(await draw(1, 4)).toEqual(drawn);
  expect(await draw(2, 4)).not.toEqual(drawn);
  expect(await draw(1, 2)).toEqual(drawn.slice(0, 2));
});

test("with room for few states, fewer trajectories go together and draw right still", async () => {
  // 20 qubits: a state of 16 MiB and another for permutations leave room for a few, not for log2 of the shots.
  const wide = circuit(20, [], 2);
  wide.add("ry", 0, 1).add("cx", [0, 19]).measure(19, 0).add("ry", 19, 0.7).measure(19, 1).add("h", 19);
  const program = { kind: "sample", circuit: wide.build(), parameters: noParameters, shots: 9, seed: 1 } as const;
  const { histograms } = await simulator.run(program);
  expect(histograms[0]?.counts.reduce((sum, count) => sum + count, 0)).toBe(9);
  expect(histograms[0]?.bitstrings.every((bits) => /^[01]{2}$/.test(bits))).toBe(true);
});

test("measurements at the end need no trajectories, and are parted from those on the way", () => {
  const mixed = circuit(3, [], 3)
    .add("h", 0)
    .measure(0, 0)
    .measure(1, 1)
    .add("x", 1)
    .measure(1, 1)
    .measure(2, 2)
    .build();
  const { circuit: rest, final } = partFinal(mixed);
  expect(final.map(({ qubits, bit }) => [qubits[0], bit])).toEqual([
    [2, 2],
    [1, 1],
    [0, 0],
  ]);
  expect(rest.gates.map(({ name }) => name)).toEqual(["h", "measure", "x"]);
});

test("an exact mean of too many ways is refused, and says what to do", async () => {
  const long = circuit(1, [], 1);
  for (let one = 0; one < 13; one++) long.add("h", 0).measure(0, 0);
  const program = { circuit: long.add("h", 0).build(), parameters: noParameters } as const;
  await expect(simulator.run({ kind: "expectation", ...program, observables: [pauli("Z")] })).rejects.toMatchObject({
    failure: { code: "backend.refused", hint: expect.stringContaining("samples") as string },
  });
  const { histograms } = await simulator.run({ kind: "sample", ...program, shots: 100, seed: 1 });
  expect(histograms[0]?.counts.reduce((sum, count) => sum + count, 0)).toBe(100);
});

test("what parts by drawing is a binomial number", () => {
  const divide = byDraw(randomFrom(4));
  for (const [amount, p] of [
    [1, 0.3],
    [40, 0.02],
    [40, 0.97],
    [1000, 0.5],
  ] as const) {
    const drawn = Array.from({ length: 4000 }, () => divide(amount, p));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(amount);
    const mean = drawn.reduce((sum, count) => sum + count, 0) / drawn.length;
    const variance = drawn.reduce((sum, count) => sum + (count - mean) ** 2, 0) / drawn.length;
    const due = amount * p * (1 - p);
    expect(Math.abs(mean - amount * p)).toBeLessThan(5 * Math.sqrt(due / drawn.length));
    expect(Math.abs(variance / due - 1)).toBeLessThan(0.2);
  }
  expect([divide(10, 0), divide(10, 1)]).toEqual([0, 10]);
});
