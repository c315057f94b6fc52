// The simulator as a backend: every program is answered at once, so there are no tickets.

import {
  CIRCUIT_KINDS,
  fail,
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
  type Quote,
} from "@eigentwin/core";
import { NATIVE_GATES, nativeGates } from "./planner/native.ts";
import { largestQubits, planOf } from "./plan.ts";
import type { Simulator } from "./simulator.ts";

const DESCRIPTION: BackendDescription = {
  name: "statevector",
  title: "State vector simulator",
  qubits: largestQubits(1),
  gates: NATIVE_GATES,
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

/** Measured on one core of a virtual machine (README), doubled for a slower one. */
const SECONDS_PER_UPDATE = 2e-9;

export function backendOf(simulator: Simulator): Backend {
  return {
    describe: async () => DESCRIPTION,
    quote: async (program) => {
      try {
        return succeed(quoteOf(declaredOf(program)));
      } catch (error) {
        return { ok: false, failure: failureOf(error) };
      }
    },
    submit: async (program, key) => {
      try {
        return { state: "done", result: await simulator.run(seeded(declaredOf(program), key)) };
      } catch (error) {
        return { state: "failed", failure: failureOf(error) };
      }
    },
    find: async () => undefined,
    check: async () => ({ state: "failed", ...noTickets }),
    cancel: async () => undefined,
  };
}

const { failure } = fail("backend.refused", "statevector answers at once and has given out no ticket");
const noTickets = { failure };

/** The simulator lowers what it is given; hosts do so before they come here, and count on what the description says. */
function declaredOf(program: Program): CircuitProgram {
  if (program.kind === "anneal")
    return refuse("backend.refused", "statevector anneals nothing", { hint: `It runs ${CIRCUIT_KINDS.join(", ")}.` });
  const native = nativeGates(program.circuit);
  const index = program.circuit.gates.findIndex((gate, place) => gate !== native[place]);
  if (index >= 0)
    refuse("backend.refused", `statevector does not execute "${program.circuit.gates[index]?.name}" as it is`, {
      hint: "Lower the circuit to the gates of its description.",
      at: `/circuit/gates/${index}`,
    });
  return program;
}

function quoteOf(program: CircuitProgram): Quote {
  const { evaluations: _evaluations, ...quoted } = sizeOf(program);
  return {
    money: 0,
    currency: DESCRIPTION.prices.currency,
    seconds: planOf(program).work * SECONDS_PER_UPDATE,
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
