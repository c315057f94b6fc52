// Programs of every kind, each decided by its number: random circuits of 1 to 10 qubits, and one in a hundred so large
// that its memory is not kept.

import { circuit, noParameters, randomFrom, seedFor, type Batch, type Circuit, type PauliSum } from "@eigentwin/core";
import type { NoiseModel, Simulator } from "@eigentwin/statevector";

/** 8 MiB of amplitudes. */
const LARGE_QUBITS = 18;
const NOISE: NoiseModel = {
  gates: [{ channels: [{ kind: "depolarising", probability: 0.02 }] }],
  readout: { read1Of0: 0.01, read0Of1: 0.02 },
};
const NAMES = ["a", "b"];

type Random = (below: number) => number;

/** One number of the result: what is added up shows that all of them have run. */
export async function runMixed(simulator: Simulator, index: number): Promise<number> {
  const uniform = randomFrom(seedFor(index, "bench/isolate"));
  const random: Random = (below) => Math.floor(uniform() * below);
  const isLarge = index % 100 === 50;
  const qubits = isLarge ? LARGE_QUBITS : 1 + random(10);
  const of = randomCircuit(random, qubits, isLarge ? 20 : 10 + random(30));
  const parameters: Batch = batchOf(uniform, isLarge ? 1 : 1 + random(8));
  const observables = [observableOf(random, qubits)];
  const program = { kind: "expectation", circuit: of, parameters, observables } as const;
  switch (isLarge ? 1 : index % 7) {
    case 0:
      return total(
        (await simulator.run({ kind: "sample", circuit: of, parameters, shots: 100, seed: index })).histograms,
      );
    case 1:
      return sum((await simulator.run(program)).values);
    case 2:
      return sum((await simulator.run({ kind: "overlap", circuit: of, left: parameters, right: parameters })).values);
    case 3:
      return sum((await simulator.gradient(of, observables[0] ?? [], parameters)).gradients);
    case 4:
      return sum(await simulator.probabilities(of, parameters.values.subarray(0, NAMES.length)));
    case 5: {
      const one = circuit(qubits, NAMES, 2).append(...of.gates);
      const measured = one.measure(0, 0).append({ name: "if", bits: [0], equals: "1", body: of.gates.slice(0, 3) });
      const last = measured.measure(qubits - 1, 1).build();
      return total(
        (await simulator.run({ kind: "sample", circuit: last, parameters, shots: 50, seed: index })).histograms,
      );
    }
    default: {
      const noisy = { ...program, parameters: batchOf(uniform, 1) };
      return sum((await simulator.runNoisy(noisy, NOISE, { trajectories: 20, seed: index })).values);
    }
  }
}

const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0);
const total = (histograms: readonly { counts: Uint32Array }[]): number =>
  histograms.reduce((all, { counts }) => all + counts.reduce((shots, count) => shots + count, 0), 0);

function batchOf(uniform: () => number, rows: number): Batch {
  if (rows === 0) return noParameters;
  return { rows, values: Float64Array.from({ length: rows * NAMES.length }, () => 6 * uniform() - 3) };
}

function randomCircuit(random: Random, qubits: number, gates: number): Circuit {
  const builder = circuit(qubits, NAMES);
  for (let gate = 0; gate < gates; gate++) {
    const [first, other] = [random(qubits), random(qubits)];
    const name = NAMES[random(2)] ?? "a";
    if (other === first) builder.add("ry", first, name).add("rz", first, gate);
    else if (random(2)) builder.add("cx", [first, other]).add("rx", other, name);
    else builder.add("rzz", [first, other], name).add("h", first);
  }
  return builder.build();
}

const observableOf = (random: Random, qubits: number): PauliSum =>
  Array.from({ length: 1 + random(6) }, () => ({
    coefficient: 1,
    word: Array.from({ length: qubits }, () => "IXYZ"[random(4)]).join(""),
  }));
