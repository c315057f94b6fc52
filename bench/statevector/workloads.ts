// What is timed: programs of the simulator with the values that they must give, wherever they run.

import { batch, noParameters, type Batch, type Circuit, type CircuitProgram } from "@eigentwin/core";
import type { Simulator } from "@eigentwin/statevector";
import { ansatz, draws, featureMap, fourier, maxCut, randomGrid, sumOfZ } from "./circuits.ts";

export interface Workload {
  name: string;
  qubits: number;
  /** States or gradients of one program: a time is per row. */
  rows: number;
  program: CircuitProgram;
  /** Instead of the program: the gradient of its first observable. */
  isGradient?: boolean;
  /** Of the values of a program: a published one, and how to read it. */
  reference?: number;
  read: (values: Float64Array) => number;
}

/** Rows of a batch where circuits are small. */
const BATCH = 256;

const first = (values: Float64Array): number => values[0] ?? Number.NaN;
const repeated = (values: readonly number[], rows: number): Batch => batch(Array.from({ length: rows }, () => values));

function expectation(name: string, circuit: Circuit, more: Partial<Workload> = {}): Workload {
  const program: CircuitProgram = {
    kind: "expectation",
    circuit,
    parameters: noParameters,
    observables: [sumOfZ(circuit.qubits)],
  };
  return { name, qubits: circuit.qubits, rows: 1, program, read: first, ...more };
}

const W2: Readonly<Record<number, number>> = {
  4: -0.06621658673,
  8: -0.003140308638,
  10: -0.05945346044,
  12: 0.1150011497,
  16: -0.006490696206,
  20: -0.00464020291,
};

function w2(qubits: number): Workload {
  const { circuit, values } = ansatz(qubits);
  const rows = qubits <= 12 ? BATCH : 1;
  const observables = [sumOfZ(qubits)];
  const program: CircuitProgram = { kind: "expectation", circuit, parameters: repeated(values, rows), observables };
  return { ...expectation("W2", circuit, { reference: W2[qubits] ?? Number.NaN }), rows, program };
}

/** All slopes of the sum of Z after W2; the value is the sum of their sizes. */
function w5(qubits: number, reference: number): Workload {
  const { circuit, values } = ansatz(qubits);
  const program: CircuitProgram = {
    kind: "expectation",
    circuit,
    parameters: batch([values]),
    observables: [sumOfZ(qubits)],
  };
  const read = (slopes: Float64Array) => slopes.reduce((sum, slope) => sum + Math.abs(slope), 0);
  return { ...expectation("W5", circuit, { reference, read }), program, isGradient: true };
}

function w4(qubits: number, reference: number): Workload {
  const { circuit, cost } = maxCut(qubits);
  const program: CircuitProgram = { kind: "expectation", circuit, parameters: noParameters, observables: [cost] };
  return { ...expectation("W4", circuit, { reference }), program };
}

function w6(qubits: number, reference: number): Workload {
  const { next } = draws();
  const { circuit, row } = featureMap(qubits);
  const samples = batch(
    Array.from({ length: 200 }, () => row(Array.from({ length: qubits }, () => 2 * Math.PI * next()))),
  );
  return {
    ...expectation("W6", circuit, { reference }),
    program: { kind: "overlap", circuit, left: samples, right: samples },
    read: (values) => values.reduce((sum, value) => sum + value, 0),
  };
}

export const WORKLOADS: readonly Workload[] = [
  ...[4, 8, 10, 12, 16, 20].map(w2),
  expectation("W3", fourier(16), { reference: -1.372652524 }),
  expectation("W3", fourier(20), { reference: 1.811213693 }),
  w4(16, 17.59165249),
  w4(20, 22.8594064),
  w5(8, 14.28782531),
  w5(12, 6.448677281),
  w5(16, 2.586213379),
  w6(8, 410.3685069),
  w6(12, 233.3833665),
  expectation("W8", randomGrid(5), { reference: -0.002854782482 }),
];

export const titleOf = ({ name, qubits }: Workload): string => `${name} n=${qubits}`;

/** Runs a program so many times and returns its value, read off the last one. */
export async function repeat(simulator: Simulator, workload: Workload, times: number): Promise<number> {
  let value = Number.NaN;
  for (let index = 0; index < times; index++) value = workload.read(await valuesOf(simulator, workload));
  return value;
}

async function valuesOf(simulator: Simulator, { program, isGradient }: Workload): Promise<Float64Array> {
  if (isGradient && program.kind === "expectation")
    return (await simulator.gradient(program.circuit, program.observables[0] ?? [], program.parameters)).gradients;
  const result = await simulator.run(program);
  return result.kind === "sample" ? new Float64Array(0) : result.values;
}
