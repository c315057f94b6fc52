import {
  circuit,
  GATES,
  noParameters,
  pauli,
  randomFrom,
  type Circuit,
  type ExpectationProgram,
  type Matrix,
} from "@eigentwin/core";
import { expect, test } from "vitest";
import { statevectorSimulator } from "../node.ts";
import {
  densityMean,
  densityOf,
  diagonalOf,
  groundDensity,
  krausOf,
  through,
  type Density,
} from "../testing/density.ts";
import { randomBatch, randomCircuit, randomObservable, rowOf } from "../testing/random-circuit.ts";
import { noiseOfDevice, type DeviceFigures } from "./from-device.ts";
import { disturbancesAfter, type Channel, type GateNoise, type NoiseModel } from "./model.ts";

const simulator = statevectorSimulator();
const KINDS = ["depolarising", "amplitude-damping", "phase-damping"] as const;

const densityUnder = (of: Circuit, parameters: ArrayLike<number>, noise: NoiseModel): Density =>
  densityOf(of, parameters, (name, qubits) =>
    disturbancesAfter({ name, qubits, angles: [] } as never, noise).map((by) => ({ channel: by, qubits: by.qubits })),
  );

function randomModel(random: () => number, most: number): NoiseModel {
  const channels = (): Channel[] => KINDS.map((kind) => ({ kind, probability: most * random() }));
  return {
    gates: [
      { width: 1, channels: channels() },
      { width: 2, channels: channels() },
      { name: "cx", channels: channels().slice(0, 2) },
    ],
  };
}

/** Errors in standard errors, of the values that have one; none may be six of them away. */
function mustAgree(result: { values: Float64Array; standardErrors?: Float64Array }, due: readonly number[]): number[] {
  return Array.from(result.values).flatMap((value, at) => {
    const [off, error] = [value - (due[at] ?? Number.NaN), result.standardErrors?.[at] ?? Number.NaN];
    expect(Math.abs(off)).toBeLessThan(6 * error + 1e-9);
    return error > 1e-6 ? [off / error] : [];
  });
}

test("means under noise are those of the density matrix, to 5 qubits, and their standard errors are right", async () => {
  const random = randomFrom(1);
  const errors: number[] = [];
  for (let one = 0; one < 40; one++) {
    const qubits = 2 + (one % 4);
    const noise = randomModel(random, 0.3);
    const prepared = randomCircuit(random, qubits, 10);
    const parameters = randomBatch(random, 1);
    const observables = [1, 4].map((words) => randomObservable(random, qubits, words));
    const program: ExpectationProgram = { kind: "expectation", circuit: prepared, parameters, observables };
    const rho = densityUnder(prepared, rowOf(parameters, 0), noise);
    const due = observables.map((sum) => densityMean(rho, sum));
    errors.push(...mustAgree(await simulator.runNoisy(program, noise, { trajectories: 400, seed: one }), due));
  }
  expect(errors.length).toBeGreaterThan(40);
  expect(Math.abs(errors.reduce((sum, error) => sum + error * error, 0) / errors.length - 1)).toBeLessThan(0.5);
}, 60_000);

test.each(KINDS)("%s alone, on every Pauli word of two qubits", async (kind) => {
  const noise: NoiseModel = { gates: [{ channels: [{ kind, probability: 0.35 }] }] };
  const prepared = circuit(2).add("ry", 0, 0.8).add("rx", 1, 1.9).add("rzz", [0, 1], 0.7).add("rx", 0, 0.4).build();
  const words = Array.from("IXYZ").flatMap((a) => Array.from("IXYZ", (b) => a + b));
  const observables = words.map((word) => pauli(word));
  const program: ExpectationProgram = { kind: "expectation", circuit: prepared, parameters: noParameters, observables };
  const rho = densityUnder(prepared, [], noise);
  const due = observables.map((sum) => densityMean(rho, sum));
  mustAgree(await simulator.runNoisy(program, noise, { trajectories: 40_000, seed: 2 }), due);
  // Without the noise it is another state: the comparison can tell.
  const clean = await simulator.run(program);
  expect(Math.max(...clean.values.map((value, at) => Math.abs(value - (due[at] ?? 0))))).toBeGreaterThan(0.1);
});

const READOUT = [
  { read1Of0: 0.02, read0Of1: 0.1 },
  { read1Of0: 0.2, read0Of1: 0 },
  { read1Of0: 0.05, read0Of1: 0.05 },
];

test("samples under noise and readout errors follow the diagonal of the density matrix, misread", async () => {
  const random = randomFrom(3);
  const shots = 8000;
  for (let one = 0; one < 3; one++) {
    const noise = { ...randomModel(random, 0.2), readout: READOUT };
    const prepared = randomCircuit(random, 3, 12);
    const parameters = randomBatch(random, 1);
    const diagonal = diagonalOf(densityUnder(prepared, rowOf(parameters, 0), noise));
    const flips = (
      [{ read1Of0: a, read0Of1: b } = { read1Of0: 0, read0Of1: 0 }]: typeof READOUT,
      from: 0 | 1,
      to: 0 | 1,
    ) => (from === to ? 1 - (from ? b : a) : from ? b : a);
    const due = diagonal.map((_, read) =>
      diagonal.reduce((sum, p, truth) => {
        const seen = READOUT.reduce(
          (q, error, qubit) =>
            q * flips([error], ((truth >> (2 - qubit)) & 1) as 0 | 1, ((read >> (2 - qubit)) & 1) as 0 | 1),
          1,
        );
        return sum + p * seen;
      }, 0),
    );
    const { histograms } = await simulator.runNoisy(
      { kind: "sample", circuit: prepared, parameters, shots, seed: one },
      noise,
    );
    const [drawn] = histograms;
    due.forEach((p, read) => {
      const at = drawn?.bitstrings.indexOf(read.toString(2).padStart(3, "0")) ?? -1;
      expect(Math.abs((drawn?.counts[at] ?? 0) / shots - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / shots) + 1e-9);
    });
    const observables = [pauli("ZZI"), pauli("IZZ"), pauli("ZZZ")];
    const mean = await simulator.runNoisy({ kind: "expectation", circuit: prepared, parameters, observables }, noise);
    const signs = observables.map((sum) =>
      due.reduce((total, p, read) => {
        const ones = Array.from(read.toString(2).padStart(3, "0")).filter(
          (bit, qubit) => bit === "1" && sum[0]?.word[qubit] === "Z",
        );
        return total + (ones.length % 2 ? -p : p);
      }, 0),
    );
    mustAgree(mean, signs);
  }
}, 60_000);

test("a measurement on the way is misread for the branches that follow", async () => {
  const noise: NoiseModel = { gates: [], readout: { read1Of0: 0.25, read0Of1: 0 } };
  const x = circuit(1).add("x", 0).build().gates;
  const branching = circuit(1, [], 1)
    .measure(0, 0)
    .append({ name: "if", bits: [0], equals: "1", body: x })
    .build();
  const shots = 20_000;
  const parted = { ...branching, gates: [...branching.gates, { name: "barrier" as const, qubits: [0] }] };
  const { histograms } = await simulator.runNoisy(
    { kind: "sample", circuit: parted, parameters: noParameters, shots, seed: 1 },
    noise,
  );
  expect(histograms[0]?.bitstrings).toEqual(["0", "1"]);
  expect(Math.abs((histograms[0]?.counts[1] ?? 0) / shots - 0.25)).toBeLessThan(5 * Math.sqrt(0.1875 / shots));
});

test("equal seeds give equal answers, and noise of probability 0 none", async () => {
  const random = randomFrom(5);
  const prepared = randomCircuit(random, 3, 12);
  const parameters = randomBatch(random, 2);
  const program = { kind: "expectation", circuit: prepared, parameters, observables: [pauli("ZXY")] } as const;
  const noise = randomModel(random, 0.2);
  const first = await simulator.runNoisy(program, noise, { seed: 1 });
  expect(await simulator.runNoisy(program, noise, { seed: 1 })).toEqual(first);
  expect(await simulator.runNoisy(program, noise, { seed: 2 })).not.toEqual(first);
  const quiet = await simulator.runNoisy(program, randomModel(random, 0));
  const clean = await simulator.run(program);
  quiet.values.forEach((value, at) => expect(value).toBeCloseTo(clean.values[at] ?? Number.NaN, 10));
  expect([...(quiet.standardErrors ?? [1])].every((error) => error < 1e-6)).toBe(true);
});

const DEVICE: DeviceFigures = {
  qubits: [
    { t1Us: 60, t2Us: 40, read1Of0: 0.01, read0Of1: 0.03 },
    { t1Us: 90, t2Us: 150, read1Of0: 0.02, read0Of1: 0.02 },
  ],
  gates: [
    { name: "sx", qubits: [0], timeNs: 35, error: 0.002 },
    { name: "cx", qubits: [0, 1], timeNs: 300, error: 0.015 },
  ],
};

test.each(DEVICE.gates)("a device's $name has the average infidelity that was published", ({ name, qubits, error }) => {
  const noise = noiseOfDevice(DEVICE);
  const width = qubits.length;
  // Entanglement fidelity: half of each Bell pair goes through the channel.
  const pairs = circuit(2 * width);
  for (let qubit = 0; qubit < width; qubit++) pairs.add("h", qubit).add("cx", [qubit, width + qubit]);
  const bell = densityOf(pairs.build(), [], () => []);
  const by = disturbancesAfter({ name, qubits, angles: [] } as never, noise);
  const after = by.reduce((rho, one) => through(rho, krausOf(one, one.qubits.length), one.qubits), bell);
  const entangled = bell.re.reduce((sum, value, at) => sum + value * (after.re[at] ?? Number.NaN), 0);
  const size = 2 ** width;
  expect(1 - (size * entangled + 1) / (size + 1)).toBeCloseTo(error, 10);
});

test("a device's figures make relaxation of the times T1 and T2", () => {
  const [, , ...relaxing] = disturbancesAfter(
    { name: "cx", qubits: [0, 1], angles: [] } as never,
    noiseOfDevice(DEVICE),
  );
  expect(relaxing.map(({ qubits }) => qubits[0])).toEqual([0, 1, 1]);
  const plus = through(groundDensity(1), [GATES.h.matrix() as Matrix], [0]);
  const damp = disturbancesAfter({ name: "sx", qubits: [0], angles: [] } as never, noiseOfDevice(DEVICE)).slice(1);
  const relaxed = damp.reduce((rho, one) => through(rho, krausOf(one, 1), [0]), plus);
  expect(relaxed.re[1]).toBeCloseTo(Math.exp(-0.035 / 40) / 2, 12);
  expect(relaxed.re[3]).toBeCloseTo(Math.exp(-0.035 / 60) / 2, 12);
});

test("what is no noise model is refused", async () => {
  const program = {
    kind: "sample",
    circuit: circuit(3).add("ccx", [0, 1, 2]).build(),
    parameters: noParameters,
    shots: 5,
  } as const;
  const under = (gates: readonly GateNoise[], rest: Partial<NoiseModel> = {}) =>
    simulator.runNoisy(program, { gates, ...rest });
  const channels = [{ kind: "depolarising", probability: 0.1 }] as const;
  await expect(under([{ channels }])).rejects.toThrow(/1 or 2 qubits/);
  await expect(under([{ channels: [{ ...channels[0], probability: 1.1 }] }])).rejects.toThrow(/probability/);
  await expect(under([], { readout: READOUT.slice(0, 2) })).rejects.toThrow(/readout errors of 2/);
  expect(() => noiseOfDevice({ ...DEVICE, qubits: [{ t1Us: 10, t2Us: 21, read1Of0: 0, read0Of1: 0 }] })).toThrow(/T2/);
  expect(() => noiseOfDevice({ ...DEVICE, gates: [{ name: "x", qubits: [7], timeNs: 1, error: 0 }] })).toThrow(
    /qubit 7/,
  );
});
