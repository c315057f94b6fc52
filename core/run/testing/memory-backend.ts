// A backend in memory that runs sample programs, keeps what was submitted under each key, and does as it is told.

import type { Backend, BackendDescription, Submission } from "../../backend.ts";
import { fail, succeed } from "../../failure.ts";
import { GATES, type GateName } from "../../program/gates.ts";
import type { Program, ProgramResult, SampleProgram } from "../../program/program.ts";
import { randomFrom, seedFor } from "../random.ts";

export interface Behaviour {
  /** Refused when it is quoted. */
  refused?: boolean;
  /** Accepted, and then it fails. */
  failed?: boolean;
  /** How often its ticket is asked before there is an answer; 0: the answer comes at once. */
  checks?: number;
}

export interface MemoryBackend extends Backend {
  description: BackendDescription;
  /** Every accepted submission, in order. */
  submissions: { key: string; program: SampleProgram }[];
  /** Keys that it was asked to find. */
  sought: string[];
}

/** Charges 1 USD for a program; `behave` decides by the program alone. */
export function memoryBackend(behave: (program: SampleProgram) => Behaviour = () => ({})): MemoryBackend {
  const accepted = new Map<string, SampleProgram>();
  const description: BackendDescription = {
    name: "memory",
    title: "Answers from memory",
    qubits: 4,
    gates: Object.keys(GATES) as GateName[],
    kinds: ["sample"],
    exact: false,
    noise: "none",
    prices: { currency: "USD", perProgram: 1, perShot: 0, asOf: "2026-01-01", source: "invented for tests" },
    queueMs: 0,
    submission: "findable",
    sameSeedSameAnswer: true,
  };
  const answer = (key: string, checksLeft: number): Submission => {
    const program = accepted.get(key);
    if (!program) throw new Error(`nothing was submitted under ${key}`);
    if (checksLeft > 0) return { state: "waiting", ticket: { key, checksLeft }, askAgainAfterMs: 1 };
    if (behave(program).failed) return { state: "failed", ...failureOf("backend.refused", "it failed") };
    return { state: "done", result: draw(program) };
  };
  const backend: MemoryBackend = {
    description,
    submissions: [],
    sought: [],
    describe: async () => description,
    async quote(program) {
      const sample = sampleOf(program);
      if (behave(sample).refused) return fail("backend.refused", "it is not wanted");
      const { rows } = sample.parameters;
      const { qubits, gates } = sample.circuit;
      const shots = rows * sample.shots;
      return succeed({ money: 1, currency: "USD", seconds: 1, qubits, depth: gates.length, shots });
    },
    async submit(program, key) {
      const sample = sampleOf(program);
      accepted.set(key, sample);
      backend.submissions.push({ key, program: sample });
      return answer(key, behave(sample).checks ?? 0);
    },
    async find(key) {
      backend.sought.push(key);
      const found = accepted.get(key);
      return found && answer(key, behave(found).checks ?? 0);
    },
    check: async ({ key, checksLeft }) => answer(String(key), Number(checksLeft) - 1),
    cancel: async () => undefined,
  };
  return backend;
}

const failureOf = (...failure: Parameters<typeof fail>) => ({ failure: fail(...failure).failure });

function sampleOf(program: Program): SampleProgram {
  if (program.kind === "sample") return program;
  throw new Error(`asked to run a ${program.kind} program`);
}

/** Any result will do, as long as the same program with the same seed gives the same. */
function draw({ circuit, parameters, shots, seed = 0 }: SampleProgram): ProgramResult {
  const histograms = Array.from({ length: parameters.rows }, (_, row) => {
    const random = randomFrom(seedFor(seed, `${JSON.stringify(circuit.gates)} row ${row}`));
    const counts = new Map<string, number>();
    for (let shot = 0; shot < shots; shot++) {
      const bits = Array.from({ length: circuit.qubits }, () => (random() < 0.5 ? "0" : "1")).join("");
      counts.set(bits, (counts.get(bits) ?? 0) + 1);
    }
    const bitstrings = [...counts.keys()].toSorted();
    return { bitstrings, counts: Uint32Array.from(bitstrings, (bits) => counts.get(bits) ?? 0) };
  });
  return { kind: "sample", histograms };
}
