// Values on which PennyLane Lightning, Qulacs and QuEST agree to 1e-10, each with the program that must give it.

import { batch, noParameters, type Batch, type Circuit, type PauliSum } from "@eigentwin/core";
import type { Simulator } from "@eigentwin/statevector";
import { ansatz, draws, featureMap, fourier, maxCut, sumOfZ } from "../statevector/circuits.ts";
import { gridOf } from "../statevector/grid.ts";
import { PUBLISHED } from "./published.ts";

export interface Reference {
  name: string;
  qubits: number;
  value: number;
  evaluate(simulator: Simulator): Promise<number>;
}

/** Relative to the value, where that is beyond 1: as many digits as were published. */
export const TOLERANCE = 1e-9;

export const errorOf = (found: number, { value }: Reference): number =>
  Math.abs(found - value) / Math.max(1, Math.abs(value));

async function mean(
  simulator: Simulator,
  circuit: Circuit,
  observable: PauliSum = sumOfZ(circuit.qubits),
  parameters: Batch = noParameters,
): Promise<number> {
  const { values } = await simulator.run({ kind: "expectation", circuit, parameters, observables: [observable] });
  return values[0] ?? Number.NaN;
}

const sum = (values: Float64Array, of = (value: number) => value): number =>
  values.reduce((total, value) => total + of(value), 0);

const BY_NAME: Readonly<Record<string, (simulator: Simulator, qubits: number) => Promise<number>>> = {
  "W2 ansatz, sum of Z": (simulator, qubits) => {
    const { circuit, values } = ansatz(qubits);
    return mean(simulator, circuit, undefined, batch([values]));
  },
  "W3 Fourier transform, sum of Z": (simulator, qubits) => mean(simulator, fourier(qubits)),
  "W4 QAOA, cost": (simulator, qubits) => {
    const { circuit, cost } = maxCut(qubits);
    return mean(simulator, circuit, cost);
  },
  "W5 gradient, sum of sizes": async (simulator, qubits) => {
    const { circuit, values } = ansatz(qubits);
    return sum((await simulator.gradient(circuit, sumOfZ(qubits), batch([values]))).gradients, Math.abs);
  },
  "W6 kernel, sum of entries": async (simulator, qubits) => {
    const { next } = draws();
    const { circuit, row } = featureMap(qubits);
    const x = () => Array.from({ length: qubits }, () => 2 * Math.PI * next());
    const rows = batch(Array.from({ length: 200 }, () => row(x())));
    return sum((await simulator.run({ kind: "overlap", circuit, left: rows, right: rows })).values);
  },
  "W8 random circuit, sum of Z": (simulator, qubits) => mean(simulator, gridOf(Math.ceil(qubits / 4), qubits)),
};

const NAMED: Readonly<Record<string, keyof typeof BY_NAME>> = {
  W2: "W2 ansatz, sum of Z",
  W3: "W3 Fourier transform, sum of Z",
  W4: "W4 QAOA, cost",
  W5: "W5 gradient, sum of sizes",
  W6: "W6 kernel, sum of entries",
  W8: "W8 random circuit, sum of Z",
};

export const REFERENCES: readonly Reference[] = Object.entries(NAMED).flatMap(([workload, name]) =>
  Object.entries(PUBLISHED[workload] ?? {}).map(([size, value]): Reference => {
    const qubits = Number(size);
    return { name, qubits, value, evaluate: async (simulator) => BY_NAME[name]?.(simulator, qubits) ?? Number.NaN };
  }),
);
