// Values on which PennyLane Lightning, Qulacs and QuEST agree to 1e-10, each with the program that must give it.

import { batch, noParameters, type Batch, type Circuit, type PauliSum } from "@eigentwin/core";
import type { Simulator } from "@eigentwin/statevector";
import { ansatz, draws, featureMap, fourier, maxCut, sumOfZ } from "../statevector/circuits.ts";
import { gridOf } from "./grid.ts";

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

const VALUES: readonly (readonly [name: keyof typeof BY_NAME, values: Readonly<Record<number, number>>])[] = [
  [
    "W2 ansatz, sum of Z",
    {
      4: -0.06621658673,
      8: -0.003140308638,
      10: -0.05945346044,
      12: 0.1150011497,
      16: -0.006490696206,
      20: -0.00464020291,
      22: -0.001388694183,
    },
  ],
  ["W3 Fourier transform, sum of Z", { 16: -1.372652524, 20: 1.811213693, 22: 3.126068146 }],
  ["W4 QAOA, cost", { 16: 17.59165249, 20: 22.8594064, 22: 25.82785872 }],
  ["W5 gradient, sum of sizes", { 8: 14.28782531, 12: 6.448677281, 16: 2.586213379 }],
  ["W6 kernel, sum of entries", { 8: 410.3685069, 12: 233.3833665 }],
  ["W8 random circuit, sum of Z", { 20: -0.002854782482, 22: -0.002185907614 }],
];

export const REFERENCES: readonly Reference[] = VALUES.flatMap(([name, values]) =>
  Object.entries(values).map(([size, value]): Reference => {
    const qubits = Number(size);
    return { name, qubits, value, evaluate: async (simulator) => BY_NAME[name]?.(simulator, qubits) ?? Number.NaN };
  }),
);
