// What is timed: programs of the simulator with the values that they must give, wherever they run.

import { batch, noParameters, pauliOn, type Batch, type Circuit, type CircuitProgram } from "@eigentwin/core";
import type { NoiseModel, Simulator } from "@eigentwin/statevector";
import { ansatz, draws, featureMap, fourier, maxCut, sumOfZ, sweeps, SWEEPS, SWEPT } from "./circuits.ts";
import { gridOf } from "./grid.ts";
import { PUBLISHED } from "../references/published.ts";

export interface Workload {
  name: string;
  qubits: number;
  /** States, gradients or gates of one program: a time is for each. */
  count: number;
  program: CircuitProgram;
  /** Instead of the program: the gradient of its first observable. */
  isGradient?: boolean;
  /** Under this noise, which disturbs nothing. */
  noise?: NoiseModel;
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
  return { name, qubits: circuit.qubits, count: 1, program, read: first, ...more };
}

/**
 * The planner would make one pass of a sweep, and of several sweeps none. So W1 is run as under noise, of probability 0:
 * nothing is folded across a place where noise acts, so every gate is a pass of its own. Rows share what planning takes.
 */
function w1(gate: (typeof SWEPT)[number], qubits: number, rows: number): Workload {
  const noise: NoiseModel = { gates: [{ name: gate, channels: [{ kind: "phase-damping", probability: 0 }] }] };
  const observables = [pauliOn("Z", 0, qubits)];
  const of = expectation(`W1 ${gate}`, sweeps(gate, qubits));
  const parameters: Batch = { rows, values: new Float64Array(0) };
  const program = { ...of.program, parameters, observables } as CircuitProgram;
  return { ...of, count: rows * SWEEPS * qubits, program, noise };
}

/** NaN, which no value equals, where none is published. */
const published = (workload: string, qubits: number): number => PUBLISHED[workload]?.[qubits] ?? Number.NaN;

function w2(qubits: number): Workload {
  const { circuit, values } = ansatz(qubits);
  const rows = qubits <= 12 ? BATCH : 1;
  const observables = [sumOfZ(qubits)];
  const program: CircuitProgram = { kind: "expectation", circuit, parameters: repeated(values, rows), observables };
  return { ...expectation("W2", circuit, { reference: published("W2", qubits) }), count: rows, program };
}

/** All slopes of the sum of Z after W2; the value is the sum of their sizes. */
function w5(qubits: number): Workload {
  const reference = published("W5", qubits);
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

function w4(qubits: number): Workload {
  const reference = published("W4", qubits);
  const { circuit, cost } = maxCut(qubits);
  const program: CircuitProgram = { kind: "expectation", circuit, parameters: noParameters, observables: [cost] };
  return { ...expectation("W4", circuit, { reference }), program };
}

function w6(qubits: number): Workload {
  const reference = published("W6", qubits);
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
  ...SWEPT.flatMap((gate) => [w1(gate, 10, 64), w1(gate, 16, 8), w1(gate, 20, 1)]),
  ...[4, 8, 10, 12, 16, 20].map(w2),
  ...[16, 20].map((qubits) => expectation("W3", fourier(qubits), { reference: published("W3", qubits) })),
  ...[16, 20].map(w4),
  ...[8, 12, 16].map(w5),
  ...[8, 12].map(w6),
  expectation("W8", gridOf(5, 20), { reference: published("W8", 20) }),
];

export const titleOf = ({ name, qubits }: Workload): string => `${name} n=${qubits}`;

export function workloadOf(title: string): Workload {
  const workload = WORKLOADS.find((one) => titleOf(one) === title);
  if (!workload) throw new Error(`no workload is called ${title}`);
  return workload;
}

/** Runs a program so many times and returns its value, read off the last one. */
export async function repeat(simulator: Simulator, workload: Workload, times: number): Promise<number> {
  let value = Number.NaN;
  for (let index = 0; index < times; index++) value = workload.read(await valuesOf(simulator, workload));
  return value;
}

/** Of a mean two trajectories are the fewest; undisturbed they go one way together. */
const UNDISTURBED = { trajectories: 2 };

async function valuesOf(simulator: Simulator, { program, isGradient, noise }: Workload): Promise<Float64Array> {
  if (noise && program.kind === "expectation") return (await simulator.runNoisy(program, noise, UNDISTURBED)).values;
  if (isGradient && program.kind === "expectation")
    return (await simulator.gradient(program.circuit, program.observables[0] ?? [], program.parameters)).gradients;
  const result = await simulator.run(program);
  return result.kind === "sample" ? new Float64Array(0) : result.values;
}

/** How far off the value of a workload may be in single precision: the bound of a state (README), and what is read of it. */
export function roundingOf({ program, isGradient }: Workload): number {
  const state = 2 ** -22 * Math.sqrt(1 + program.circuit.gates.length);
  if (program.kind === "overlap") return 4 * state * program.left.rows * program.right.rows;
  if (program.kind !== "expectation") return Number.NaN;
  const [observable = []] = program.observables;
  const mean = 2 * state * observable.reduce((sum, { coefficient }) => sum + Math.abs(coefficient), 0);
  return isGradient ? mean * program.circuit.parameters.length : mean;
}
