// The package's own API: programs, and what only a simulator can show. A refusal is thrown (`Refusal` of core).

import {
  pauli,
  refuse,
  type Batch,
  type Circuit,
  type CircuitProgram,
  type ExpectationProgram,
  type GradientProgram,
  type PauliSum,
  type ResultOf,
  type SampleProgram,
} from "@eigentwin/core";
import { answer, answerAlong, checkPure } from "./answer.ts";
import { runGradient } from "./gradient.ts";
import { openMemoryPool, type MemoryPool } from "./memory.ts";
import type { NoiseModel } from "./noise/model.ts";
import type { Watch } from "./pace.ts";
import { planOf, settingsOf, type Options } from "./plan.ts";
import { numbersAt, type PrecisionName } from "./precision.ts";
import { allRows, forEachRow, openSession, planesOf, type Session } from "./session.ts";

/** Index `k` is the amplitude of the bitstring whose binary digits are those of `k`: qubit 0 is the highest digit. */
export interface Amplitudes {
  re: Float64Array;
  im: Float64Array;
}

export interface Gradient {
  /** Of each row. */
  values: Float64Array;
  /** Row-major `[rows, parameters]`. */
  gradients: Float64Array;
}

export interface NoisyOptions extends Watch {
  trajectories?: number;
  /** Of a mean; a sample program has its own. */
  seed?: number;
}

export interface Simulator {
  readonly precision: PrecisionName;
  amplitudes(circuit: Circuit, parameters?: ArrayLike<number>): Promise<Amplitudes>;
  /** Of each bitstring, in the order of amplitudes; or of the bitstrings of some qubits, in the order in which they are named. */
  probabilities(circuit: Circuit, parameters?: ArrayLike<number>, of?: readonly number[]): Promise<Float64Array>;
  /** Of one sum of Pauli words with respect to all parameters, and its value, for each row: one sweep back (adjoint). */
  gradient(circuit: Circuit, observable: PauliSum, parameters: Batch, watch?: Watch): Promise<Gradient>;
  /** A sample program without a seed draws with seed 0. Cancelled by the signal, a program refuses. */
  run<P extends CircuitProgram>(program: P, watch?: Watch): Promise<ResultOf<P>>;
  /**
   * As on a machine with this noise: samples along trajectories, or the mean over `trajectories` (1000) with its standard
   * error. Noise acts after the gates as they are written.
   */
  runNoisy<P extends SampleProgram | ExpectationProgram>(
    program: P,
    noise: NoiseModel,
    along?: NoisyOptions,
  ): Promise<ResultOf<P>>;
}

/** Simulators in one isolate share its memory by the same pool. */
export function loadSimulator(
  module: WebAssembly.Module,
  options?: Options,
  pool: MemoryPool = openMemoryPool(),
): Simulator {
  const settings = settingsOf(options);
  const borrow = pool.borrow(module, settings.precision);

  function within<T>(program: CircuitProgram, use: (session: Session) => Promise<T>, watch?: Watch): Promise<T> {
    const plan = planOf(program, settings);
    return borrow(plan.regions.end, (kernels) => use(openSession(kernels, plan, watch)));
  }

  return {
    precision: settings.precision.name,
    amplitudes: async (circuit, parameters = []) => {
      const program = stateProgram(circuit, parameters);
      return within(program, async (session) => {
        const state = await stateOf(session, program.parameters);
        const [re = [], im = []] = planesOf(session, state).map((plane) => plane.subarray(0, session.size));
        return { re: Float64Array.from(re), im: Float64Array.from(im) };
      });
    },
    probabilities: async (circuit, parameters = [], of) => {
      const program = stateProgram(circuit, parameters);
      return within(program, async (session) => {
        const state = await stateOf(session, program.parameters);
        session.kernels.probabilities(state, session.bits, state);
        const all = Float64Array.from(numbersAt(settings.precision, session.kernels.memory, state, session.size));
        return of ? marginalOf(all, circuit.qubits, of) : all;
      });
    },
    gradient: async (circuit, observable, parameters, watch) => {
      checkPure(circuit);
      const program: GradientProgram = { kind: "gradient", circuit, parameters, observables: [observable] };
      const { values, slopes } = await within(program, (session) => runGradient(session, program), watch);
      return { values, gradients: slopes };
    },
    run: async <P extends CircuitProgram>(program: P, watch?: Watch) =>
      (await answer(borrow, program, settings, watch)) as ResultOf<P>,
    runNoisy: async <P extends SampleProgram | ExpectationProgram>(
      program: P,
      noise: NoiseModel,
      { trajectories = 1000, seed = 0, ...watch }: NoisyOptions = {},
    ) => (await answerAlong(borrow, program, settings, { noise, trajectories, seed, watch })) as ResultOf<P>,
  };
}

async function stateOf(session: Session, parameters: Batch): Promise<number> {
  await forEachRow(session, parameters, allRows(session, parameters));
  return session.regions.states;
}

/** A state alone is planned as a program that observes all of it. */
function stateProgram(circuit: Circuit, parameters: ArrayLike<number>): ExpectationProgram {
  checkPure(circuit);
  const row: Batch = { rows: 1, values: Float64Array.from(parameters) };
  return { kind: "expectation", circuit, parameters: row, observables: [pauli("X".repeat(circuit.qubits))] };
}

/** The first qubit named is the highest digit of an index. */
function marginalOf(all: Float64Array, qubits: number, of: readonly number[]): Float64Array {
  if (new Set(of).size < of.length || of.some((qubit) => !(Number.isInteger(qubit) && qubit >= 0 && qubit < qubits)))
    refuse("program.invalid", `[${of.join(", ")}] does not name different qubits of ${qubits}`);
  const sums = new Float64Array(2 ** of.length);
  const places = Uint8Array.from(of, (qubit) => qubits - 1 - qubit);
  for (let index = 0; index < all.length; index++) {
    let at = 0;
    for (const place of places) at = 2 * at + ((index >> place) & 1);
    sums[at] = (sums[at] ?? 0) + (all[index] ?? Number.NaN);
  }
  return sums;
}
