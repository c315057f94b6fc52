// The reference as a backend: capabilities are asked their examples on it, so that no simulator is needed to check them.

import type { Backend, BackendDescription, Submission } from "../../backend.ts";
import { fail, Refusal, refuse, succeed, type Outcome } from "../../failure.ts";
import { checkAnnealOptions } from "../../program/anneal.ts";
import { controlsOf, everyOperation, isUnitary, OPERATION_NAMES } from "../../program/operation.ts";
import { checkProgram, PROGRAM_KINDS, sizeOf, type CircuitProgram, type Program } from "../../program/program.ts";
import { seedFor } from "../../run/random.ts";
import { runExactly } from "./run.ts";

export const REFERENCE: BackendDescription = {
  name: "kit",
  title: "Reference of the conformance kit",
  qubits: 12,
  gates: OPERATION_NAMES,
  controls: 12,
  kinds: PROGRAM_KINDS,
  exact: true,
  noise: "none",
  prices: { currency: "USD", perProgram: 1, perShot: 0, asOf: "2026-01-01", source: "invented, so that paying shows" },
  queueMs: 0,
  submission: "findable",
  sameSeedSameAnswer: true,
};

export interface ReferenceBackend extends Backend {
  /** Keys in the order in which they were paid for. */
  paid: string[];
}

export function referenceBackend(description: BackendDescription = REFERENCE): ReferenceBackend {
  const kept = new Map<string, Submission>();
  const paid: string[] = [];
  return {
    paid,
    describe: async () => description,
    quote: async (program) => refusing(() => quoteOf(program, description)),
    async submit(program, key) {
      const answered = refusing((): Submission => {
        check(program, description);
        return { state: "done", result: runExactly(program, seedFor(0, key)) };
      });
      if (!answered.ok) return { state: "failed", failure: answered.failure };
      paid.push(key);
      kept.set(key, answered.value);
      return answered.value;
    },
    find: async (key) => kept.get(key),
    check: async () => ({ state: "failed", failure: NO_TICKET.failure }),
    cancel: async () => undefined,
  };
}

const NO_TICKET = fail("backend.refused", "every program is answered at once and no ticket was given out");

function check(program: Program, backend: BackendDescription): void {
  const { name, qubits, kinds, annealOptions } = backend;
  checkProgram(program);
  const { qubits: needed } = sizeOf(program);
  if (needed > qubits)
    refuse("backend.refused", `${name} has ${qubits} qubits, not ${needed}`, {
      hint: `Use ${qubits} qubits or fewer.`,
    });
  if (!kinds.includes(program.kind))
    refuse("backend.refused", `${name} runs no ${program.kind} programs`, { hint: `It runs ${kinds.join(", ")}.` });
  if (program.kind === "anneal") checkAnnealOptions(program, annealOptions);
  else checkOperations(program, backend);
}

function checkOperations({ circuit }: CircuitProgram, { name, gates, controls = 0 }: BackendDescription): void {
  for (const one of everyOperation(circuit.gates)) {
    if (!gates.includes(one.name))
      refuse("backend.refused", `${name} has no gate ${one.name}`, { hint: `It has ${gates.join(", ")}.` });
    if (isUnitary(one) && controlsOf(one).length > controls)
      refuse("backend.refused", `${name} has at most ${controls} controls`, {
        hint: "Lower the circuit to its gates.",
      });
  }
}

function quoteOf(program: Program, description: BackendDescription) {
  check(program, description);
  const { prices } = description;
  const { qubits, depth, shots } = sizeOf(program);
  const money = prices.perProgram + shots * prices.perShot;
  return { money, currency: prices.currency, seconds: 0, qubits, depth, shots };
}

function refusing<T>(work: () => T): Outcome<T> {
  try {
    return succeed(work());
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, failure: error.failure };
    throw error;
  }
}
