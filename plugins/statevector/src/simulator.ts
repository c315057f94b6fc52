// The package's own API: programs, and what only a simulator can show. A refusal is thrown (`Refusal` of core).

import type { Batch, Circuit, CircuitProgram, ExpectationProgram, ProgramResult, ResultOf } from "@eigentwin/core";
import { runExpectation } from "./expectation.ts";
import { GAP_BYTES, poolOf } from "./memory.ts";
import { runOverlap } from "./overlap.ts";
import { planOf } from "./plan.ts";
import { runSample } from "./sample.ts";
import { openSession, prepare, type Session } from "./session.ts";

/** Index `k` is the amplitude of the bitstring whose binary digits are those of `k`: qubit 0 is the highest digit. */
export interface Amplitudes {
  re: Float64Array;
  im: Float64Array;
}

export interface Simulator {
  amplitudes(circuit: Circuit, parameters?: ArrayLike<number>): Promise<Amplitudes>;
  /** Of each bitstring, in the order of amplitudes. */
  probabilities(circuit: Circuit, parameters?: ArrayLike<number>): Promise<Float64Array>;
  /** A sample program without a seed draws with seed 0. */
  run<P extends CircuitProgram>(program: P): Promise<ResultOf<P>>;
}

export function loadSimulator(module: WebAssembly.Module): Simulator {
  const borrow = poolOf(module);

  function within<T>(program: CircuitProgram, use: (session: Session) => Promise<T>): Promise<T> {
    const plan = planOf(program);
    return borrow(plan.regions.end, (kernels) => use(openSession(kernels, plan)));
  }

  return {
    amplitudes: async (circuit, parameters = []) => {
      const program = stateProgram(circuit, parameters);
      return within(program, async (session) => {
        const { regions, size } = session;
        await prepare(session, program.parameters, 0, regions.states);
        return { re: copyOf(session, regions.states), im: copyOf(session, regions.states + size * 8 + GAP_BYTES) };
      });
    },
    probabilities: async (circuit, parameters = []) => {
      const program = stateProgram(circuit, parameters);
      return within(program, async (session) => {
        await prepare(session, program.parameters, 0, session.regions.states);
        session.kernels.probabilities(session.regions.states, session.size);
        return copyOf(session, session.regions.states);
      });
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

/** A state alone is planned as a program that observes nothing. */
function stateProgram(circuit: Circuit, parameters: ArrayLike<number>): ExpectationProgram {
  const row: Batch = { rows: 1, values: Float64Array.from(parameters) };
  return { kind: "expectation", circuit, parameters: row, observables: [] };
}

const copyOf = ({ kernels, size }: Session, at: number): Float64Array =>
  new Float64Array(kernels.memory.buffer, at, size).slice();
