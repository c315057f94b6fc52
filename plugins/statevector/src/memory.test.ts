import { batch, circuit, noParameters, pauli, Refusal, type Circuit } from "@eigentwin/core";
import { expect, test } from "vitest";
import { openMemoryPool } from "./memory.ts";
import { statevectorModule, statevectorSimulator } from "./node.ts";
import { SLICE_UPDATES, type Watch } from "./pace.ts";
import { loadSimulator } from "./simulator.ts";
import { ringAnsatz, sumOfZ } from "./testing/workloads.ts";

const program = (of: Circuit) =>
  ({ kind: "expectation", circuit: of, parameters: noParameters, observables: [sumOfZ(of.qubits)] }) as const;

/** Enough gates for so many slices: ry and rz in turn, so that none can be left out. */
const long = (qubits: number, slices: number): Circuit => {
  const builder = circuit(qubits);
  for (let gate = 0; gate < (slices * SLICE_UPDATES) / 2 ** (qubits + 3); gate++)
    for (let q = 0; q < qubits; q++) builder.add(gate % 2 ? "rx" : "ry", q, 0.01 * gate + q);
  return builder.build();
};

test("a long program lets others have a turn, and programs that take turns do not disturb each other", async () => {
  const simulator = statevectorSimulator();
  const alone = await simulator.run(program(long(17, 2)));
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  const [first, second, short] = await Promise.all([
    simulator.run(program(long(17, 2))),
    simulator.run(program(long(17, 2))),
    simulator.run(program(ringAnsatz(4))),
  ]);
  clearInterval(timer);
  expect(turns).toBeGreaterThanOrEqual(2);
  expect(first.values).toEqual(alone.values);
  expect(second.values).toEqual(alone.values);
  expect(short.values[0]).toBeCloseTo(-0.06621658673, 9);
}, 60_000);

/** Aborts at the third turn that others get. */
async function cancelled(run: (watch: Watch) => Promise<unknown>): Promise<{ told: number[]; turns: number }> {
  const [told, ending]: [number[], AbortController] = [[], new AbortController()];
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
    if (turns === 3) ending.abort();
  }, 0);
  await expect(run({ progress: (fraction) => told.push(fraction), signal: ending.signal })).rejects.toThrow(
    /^run\.cancelled/,
  );
  clearInterval(timer);
  return { told, turns };
}

const simulator = statevectorSimulator();
const measured = (of: Circuit, bits = 1): Circuit => ({
  ...of,
  bits,
  gates: [{ name: "measure", qubits: [0], bit: 0 }, { name: "reset", qubits: [1] }, ...of.gates],
});
/** Words that all flip other bits, so that each takes a pass of its own. */
const manyWords = Array.from({ length: 500 }, (_, index) =>
  pauli(index.toString(2).padStart(18, "0").replaceAll("1", "X").replaceAll("0", "Z")),
).flat();

test.each<[string, (watch: Watch) => Promise<unknown>]>([
  ["one circuit", (watch) => simulator.run(program(long(17, 20)), watch)],
  [
    "a batch",
    (watch) =>
      simulator.run({ ...program(long(10, 0.2)), parameters: { rows: 200, values: new Float64Array(0) } }, watch),
  ],
  [
    "shots",
    (watch) =>
      simulator.run(
        { kind: "sample", circuit: ringAnsatz(4), parameters: noParameters, shots: 40_000_000, seed: 1 },
        watch,
      ),
  ],
  [
    "a Gram matrix",
    (watch) => {
      const rows = { rows: 1000, values: new Float64Array(0) };
      return simulator.run({ kind: "overlap", circuit: ringAnsatz(12), left: rows, right: rows }, watch);
    },
  ],
  ["a gradient", (watch) => simulator.gradient(long(17, 5), sumOfZ(17), batch([[]]), watch)],
  ["an observable of many words", (watch) => simulator.gradient(ringAnsatz(18), manyWords, batch([[]]), watch)],
  [
    "a gradient by differences of means",
    (watch) => {
      const of = measured(long(16, 2));
      const turned = [...of.gates, { name: "rx", qubits: [2], angles: [{ constant: 0, terms: [[0, 1]] }] }] as const;
      return simulator.run(
        {
          kind: "gradient",
          circuit: { ...of, parameters: ["a"], gates: turned },
          parameters: batch([[0.3]]),
          observables: [sumOfZ(16)],
        },
        watch,
      );
    },
  ],
  ["trajectories", (watch) => simulator.run(program(measured(long(17, 20))), watch)],
  [
    "trajectories under noise",
    (watch) => {
      const noise = { gates: [{ channels: [{ kind: "depolarising", probability: 0.01 }] }] } as const;
      return simulator.runNoisy(program(long(12, 1)), noise, watch);
    },
  ],
])("%s that takes long tells its progress, and ends in its next turn once it is cancelled", async (_, run) => {
  const { told, turns } = await cancelled(run);
  expect(turns).toBeLessThanOrEqual(4);
  expect(told.length).toBeGreaterThan(1);
  expect(told.every((fraction, at) => fraction > (told[at - 1] ?? 0) && fraction <= 1)).toBe(true);
});

test("programs that together exceed the memory are not run together", async () => {
  const simulator = statevectorSimulator();
  const both = await Promise.allSettled([simulator.run(program(long(21, 3))), simulator.run(program(long(22, 3)))]);
  expect(both[0].status).toBe("fulfilled");
  const refused = both[1].status === "rejected" ? (both[1].reason as Refusal).failure : undefined;
  expect(refused?.code).toBe("backend.unavailable");
}, 60_000);

test("a small program after a large one uses the same memory, and a large one after a small one grows it", async () => {
  const simulator = statevectorSimulator();
  const values = [];
  for (const qubits of [4, 10, 4, 8]) values.push((await simulator.run(program(ringAnsatz(qubits)))).values[0]);
  expect(values[0]).toBe(values[2]);
  expect(values[1]).toBeCloseTo(-0.05945346044, 9);
  expect(values[3]).toBeCloseTo(-0.003140308638, 9);
});

test("both precisions use one memory in turns, and together they do not exceed it", async () => {
  const pool = openMemoryPool();
  const double = loadSimulator(statevectorModule("f64"), { precision: "f64" }, pool);
  const single = loadSimulator(statevectorModule("f32"), { precision: "f32" }, pool);
  const ring = program(ringAnsatz(10));
  const hadamards = circuit(23);
  for (let qubit = 0; qubit < 23; qubit++) hadamards.add("h", qubit);
  for (const [simulator, large] of [
    [double, program(long(22, 1))],
    [single, program(hadamards.build())],
  ] as const) {
    expect((await simulator.run(large)).values[0]).toBeLessThan(1);
    expect((await double.run(ring)).values[0]).toBeCloseTo(-0.05945346044, 9);
    expect((await single.run(ring)).values[0]).toBeCloseTo(-0.05945346044, 6);
  }
  const both = await Promise.allSettled([double.run(program(long(21, 3))), single.run(program(long(22, 3)))]);
  expect(both[0].status).toBe("fulfilled");
  const refused = both[1].status === "rejected" ? (both[1].reason as Refusal).failure : undefined;
  expect(refused?.code).toBe("backend.unavailable");
}, 60_000);

test("kernels of the other precision are not taken", async () => {
  const wrong = loadSimulator(statevectorModule("f64"), { precision: "f32" });
  await expect(wrong.run(program(ringAnsatz(4)))).rejects.toThrow("not those of f32");
});
