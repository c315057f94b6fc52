// Backends as networks make them: one that queues, one whose first answer to every key is lost on the way, and one that
// needs a secret and tells it.

import type { Backend, BackendDescription, Quote, Submission } from "../../backend.ts";
import { succeed } from "../../failure.ts";
import { angleAt } from "../../program/angle.ts";
import { isGate } from "../../program/operation.ts";
import type { Program } from "../../program/program.ts";

const description = (name: string): BackendDescription => ({
  name,
  title: `Test backend: ${name}`,
  qubits: 1,
  gates: ["ry"],
  kinds: ["expectation"],
  exact: true,
  noise: "none",
  prices: { currency: "USD", perProgram: 0.25, perShot: 0, asOf: "2026-01-01", source: "made up for tests" },
  queueMs: 1_000,
  submission: "once",
  sameSeedSameAnswer: true,
});

const quote: Quote = { money: 0.25, currency: "USD", seconds: 0, qubits: 1, depth: 1, shots: 0 };

/** <Z> of one qubit after one ry: the only circuit that these are asked. */
function meanZ(program: Program): number {
  if (program.kind !== "expectation") return Number.NaN;
  const [gate] = program.circuit.gates.filter(isGate);
  const [angle] = gate?.angles ?? [];
  return angle ? Math.cos(angleAt(angle, program.parameters.values)) : Number.NaN;
}

const done = (value: number): Submission => ({
  state: "done",
  result: { kind: "expectation", rows: 1, columns: 1, values: Float64Array.of(value) },
});

/** Ready so long after the submission. The ticket carries the answer: nothing else survives between two calls. */
const QUEUE_MS = 600;

export const queueingBackend: Backend = {
  describe: async () => description("queueing"),
  quote: async () => succeed(quote),
  submit: async (program) => waiting(meanZ(program), Date.now() + QUEUE_MS),
  find: async () => undefined,
  check: async ({ value, readyAtMs }) =>
    Date.now() >= Number(readyAtMs) ? done(Number(value)) : waiting(Number(value), Number(readyAtMs)),
  cancel: async () => undefined,
};

const waiting = (value: number, readyAtMs: number): Submission => ({
  state: "waiting",
  ticket: { value, readyAtMs },
  askAgainAfterMs: 200,
});

/** Its provider refuses the token, and the refusal repeats it, as careless ones do. */
export const indiscreetBackend: Backend = {
  describe: async () => ({ ...description("indiscreet"), secrets: ["token"] }),
  quote: async () => succeed(quote),
  submit: async (_program, _key, { secrets }) => ({
    state: "waiting",
    ticket: { asked: `by ${secrets["token"]}` },
    askAgainAfterMs: 50,
  }),
  find: async () => undefined,
  check: async (_ticket, { secrets }) => ({
    state: "failed",
    failure: {
      code: "backend.refused",
      message: `401 for Authorization: Bearer ${secrets["token"]}`,
      hint: `Is ?token=${encodeURIComponent(secrets["token"] ?? "")} right?`,
    },
  }),
  cancel: async () => undefined,
};

const accepted = new Map<string, Submission>();

export const losingBackend: Backend = {
  describe: async () => description("losing"),
  quote: async () => succeed(quote),
  async submit(program, key) {
    if (accepted.has(key)) throw new Error(`${key} was sent twice`);
    accepted.set(key, done(meanZ(program)));
    throw new Error("the answer was lost");
  },
  find: async (key) => accepted.get(key),
  check: async () => ({ state: "failed", failure: { code: "backend.refused", message: "nothing ever waits here" } }),
  cancel: async () => undefined,
};
