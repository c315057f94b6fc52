// The package's own API: programs, and what only a simulator can show. A refusal is thrown (`Refusal` of core).

import {
  pauli,
  type Batch,
  type Circuit,
  type CircuitProgram,
  type ExpectationProgram,
  type PauliSum,
  type ProgramResult,
  type ResultOf,
} from "@eigentwin/core";
import { runExpectation } from "./expectation.ts";
import { runGradient, type Gradient } from "./gradient.ts";
import { GAP_BYTES, poolOf } from "./memory.ts";
import { runOverlap } from "./overlap.ts";
import { DEFAULTS, planGradient, planOf, type Options } from "./plan.ts";
import { runSample } from "./sample.ts";
import { allRows, forEachRow, openSession, type Session } from "./session.ts";

/** Index `k` is the amplitude of the bitstring whose binary digits are those of `k`: qubit 0 is the highest digit. */
export interface Amplitudes {
  re: Float64Array;
  im: Float64Array;
}

export interface Simulator {
  amplitudes(circuit: Circuit, parameters?: ArrayLike<number>): Promise<Amplitudes>;
  /** Of each bitstring, in the order of amplitudes. */
  probabilities(circuit: Circuit, parameters?: ArrayLike<number>): Promise<Float64Array>;
  /** Of one sum of Pauli words with respect to all parameters, and its value, for each row: one sweep back (adjoint). */
  gradient(circuit: Circuit, observable: PauliSum, parameters: Batch): Promise<Gradient>;
  /** A sample program without a seed draws with seed 0. */
  run<P extends CircuitProgram>(program: P): Promise<ResultOf<P>>;
}

export function loadSimulator(module: WebAssembly.Module, options: Options = DEFAULTS): Simulator {
  const borrow = poolOf(module);

  function within<T>(program: CircuitProgram, use: (session: Session) => Promise<T>): Promise<T> {
    const plan = planOf(program, options);
    return borrow(plan.regions.end, (kernels) => use(openSession(kernels, plan)));
  }

  return {
    amplitudes: async (circuit, parameters = []) => {
      const program = stateProgram(circuit, parameters);
      return within(program, async (session) => {
        const state = await stateOf(session, program.parameters);
        return { re: copyOf(session, state), im: copyOf(session, state + 8 * 2 ** session.bits + GAP_BYTES) };
      });
    },
    probabilities: async (circuit, parameters = []) => {
      const program = stateProgram(circuit, parameters);
      return within(program, async (session) => {
        const state = await stateOf(session, program.parameters);
        session.kernels.probabilities(state, session.bits, state);
        return copyOf(session, state);
      });
    },
    gradient: async (circuit, observable, parameters) => {
      const program: ExpectationProgram = { kind: "expectation", circuit, parameters, observables: [observable] };
      const plan = planGradient(program, options);
      return borrow(plan.regions.end, (kernels) => runGradient(openSession(kernels, plan), parameters, observable));
    },
    run: async <P extends CircuitProgram>(program: P) =>
      (await within(program, (session) => runIn(session, program))) as ResultOf<P>,
  };
}

function runIn(session: Session, program: CircuitProgram): Promise<ProgramResult> {
  switch (program.kind) {
    case "expectation":
      return runExpectation(session, program);
    case "overlap":
      return runOverlap(session, program);
    case "sample":
      return runSample(session, program, program.seed ?? 0);
  }
}

async function stateOf(session: Session, parameters: Batch): Promise<number> {
  await forEachRow(session, parameters, allRows(session, parameters));
  return session.regions.states;
}

/** A state alone is planned as a program that observes all of it. */
function stateProgram(circuit: Circuit, parameters: ArrayLike<number>): ExpectationProgram {
  const row: Batch = { rows: 1, values: Float64Array.from(parameters) };
  return { kind: "expectation", circuit, parameters: row, observables: [pauli("X".repeat(circuit.qubits))] };
}

const copyOf = ({ kernels, size }: Session, at: number): Float64Array =>
  new Float64Array(kernels.memory.buffer, at, size).slice();
