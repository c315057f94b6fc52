// An annealer as a backend: every program is answered at once, so there are no tickets.

import {
  fail,
  Refusal,
  seedFor,
  sizeOf,
  succeed,
  type AnnealProgram,
  type Backend,
  type BackendDescription,
  type Failure,
  type Program,
  type Quote,
} from "@eigentwin/core";
import type { Annealer } from "./annealer.ts";
import type { Method } from "./methods.ts";
import { SECONDS_PER_OFFER } from "./pace.ts";
import { planOf } from "./plan.ts";

const descriptionOf = ({ name, title, largest, options }: Method): BackendDescription => ({
  name,
  title,
  qubits: largest,
  gates: [],
  kinds: ["anneal"],
  annealOptions: options,
  // Reads are what the method found, not what is best.
  exact: false,
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
});

/** Measured on one core of a virtual machine, doubled for a slower one. */
const CAUTION = 2;

export function backendOf(annealer: Annealer, method: Method): Backend {
  const description = descriptionOf(method);
  const noTickets = fail("backend.refused", `${method.name} answers at once and has given out no ticket`);
  return {
    describe: async () => description,
    quote: async (program) => {
      try {
        return succeed(quoteOf(program, method));
      } catch (error) {
        return { ok: false, failure: failureOf(error) };
      }
    },
    submit: async (program, key) => {
      try {
        const plan = planOf(program, method);
        return { state: "done", result: await annealer.run(seeded(plan.program, key), method) };
      } catch (error) {
        return { state: "failed", failure: failureOf(error) };
      }
    },
    find: async () => undefined,
    check: async () => ({ state: "failed", failure: noTickets.failure }),
    cancel: async () => undefined,
  };
}

function quoteOf(program: Program, method: Method): Quote {
  const seconds = planOf(program, method).work * SECONDS_PER_OFFER * CAUTION;
  const { qubits, depth, shots } = sizeOf(program);
  return { money: 0, currency: "USD", seconds, qubits, depth, shots };
}

/** Hosts send a seed. Without one the key decides, so that a repeated submission still reads the same. */
const seeded = (program: AnnealProgram, key: string): AnnealProgram => ({
  ...program,
  seed: program.seed ?? seedFor(0, key),
});

/** Only what was refused becomes data; anything else is a bug and goes on. */
function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) return error.failure;
  throw error;
}
