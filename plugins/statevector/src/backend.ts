// The simulator as backends, of both precisions and with noise: every program is answered at once, so there are no tickets.

import {
  CIRCUIT_KINDS,
  fail,
  lowerCircuit,
  refuse,
  Refusal,
  seedFor,
  sizeOf,
  succeed,
  type Backend,
  type BackendDescription,
  type CircuitProgram,
  type Failure,
  type Program,
  type ProgramResult,
  type Quote,
  type SampleProgram,
} from "@eigentwin/core";
import { workOf } from "./answer.ts";
import { STATED_NOISE, STATED_WORDS } from "./noise/stated.ts";
import { NATIVE_OPERATIONS } from "./planner/native.ts";
import { largestQubits, settingsOf } from "./plan.ts";
import { PRECISIONS } from "./precision.ts";
import type { Simulator } from "./simulator.ts";

const DOUBLE: BackendDescription = {
  name: "statevector",
  title: "State vector simulator",
  qubits: largestQubits(1, PRECISIONS.f64),
  gates: NATIVE_OPERATIONS,
  kinds: CIRCUIT_KINDS,
  exact: true,
  noise: "none",
  prices: {
    currency: "USD",
    perProgram: 0,
    perShot: 0,
    asOf: "2026-11-22",
    source: "runs in the deployment's own Worker",
  },
  queueMs: 0,
  // It keeps no record of keys and needs none: what is submitted again is computed again, with the same answer at no
  // cost, which nobody can tell from having run once.
  submission: "once",
  sameSeedSameAnswer: true,
};

/** Half the memory and about half the time; named or, for a qubit more, needed: elsewhere the other comes first. */
const SINGLE: BackendDescription = {
  ...DOUBLE,
  name: "statevector-single",
  title: "State vector simulator in single precision",
  qubits: largestQubits(1, PRECISIONS.f32),
  tolerance: 1e-5,
};

/** Like a machine it only samples: hosts lower means and overlaps, so that readings go wrong there too. */
const NOISY: BackendDescription = {
  ...DOUBLE,
  name: "statevector-noisy",
  title: "State vector simulator with stated noise",
  kinds: ["sample"],
  exact: false,
  noise: STATED_WORDS,
};

/** Measured in double precision on one core of a virtual machine (README), doubled for a slower one. */
const SECONDS_PER_UPDATE = 2e-9;

export function backendOf(simulator: Simulator): Backend {
  const settings = settingsOf({ precision: simulator.precision });
  return backendAs(simulator.precision === "f64" ? DOUBLE : SINGLE, {
    work: (program) => workOf(program, settings),
    run: (program) => simulator.run(program),
  });
}

export const noisyBackendOf = (simulator: Simulator): Backend =>
  backendAs(NOISY, {
    work: (program) => workOf(program, settingsOf(), STATED_NOISE),
    run: (program) => simulator.runNoisy(program as SampleProgram, STATED_NOISE),
  });

interface Executes {
  /** In updates. */
  work(program: CircuitProgram): number;
  run(program: CircuitProgram): Promise<ProgramResult>;
}

function backendAs(description: BackendDescription, { work, run }: Executes): Backend {
  const { failure } = fail("backend.refused", `${description.name} answers at once and has given out no ticket`);
  return {
    describe: async () => description,
    quote: async (program) => {
      try {
        return succeed(quoteOf(declaredOf(program, description), work));
      } catch (error) {
        return { ok: false, failure: failureOf(error) };
      }
    },
    submit: async (program, key) => {
      try {
        return { state: "done", result: await run(seeded(declaredOf(program, description), key)) };
      } catch (error) {
        return { state: "failed", failure: failureOf(error) };
      }
    },
    find: async () => undefined,
    check: async () => ({ state: "failed", failure }),
    cancel: async () => undefined,
  };
}

/** The simulator lowers what it is given; hosts do so before they come here, and count on what the description says. */
function declaredOf(program: Program, description: BackendDescription): CircuitProgram {
  const { name, kinds } = description;
  if (program.kind === "anneal" || !kinds.includes(program.kind))
    return refuse("backend.refused", `${name} runs no ${program.kind} programs`, {
      hint: `It runs ${kinds.join(", ")}.`,
      at: "/kind",
    });
  const native = lowerCircuit(program.circuit, description).gates;
  const index = program.circuit.gates.findIndex((gate, place) => gate !== native[place]);
  if (index >= 0)
    refuse("backend.refused", `${name} does not execute "${program.circuit.gates[index]?.name}" as it is`, {
      hint: "Lower the circuit to the gates of its description.",
      at: `/circuit/gates/${index}`,
    });
  return program;
}

function quoteOf(program: CircuitProgram, work: Executes["work"]): Quote {
  const { evaluations: _evaluations, ...quoted } = sizeOf(program);
  return {
    money: 0,
    currency: DOUBLE.prices.currency,
    seconds: work(program) * SECONDS_PER_UPDATE,
    ...quoted,
  };
}

/** Hosts send a seed. Without one the key decides, so that a repeated submission still draws the same. */
const seeded = (program: CircuitProgram, key: string): CircuitProgram =>
  program.kind === "sample" && program.seed === undefined ? { ...program, seed: seedFor(0, key) } : program;

/** Only what was refused becomes data; anything else is a bug and goes on. */
function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) return error.failure;
  throw error;
}
