// Plugins whose backend is at fault.

import type { Backend, BackendDescription, Submission } from "../../backend.ts";
import { succeed } from "../../failure.ts";
import type { Batch, CircuitProgram, Program, ProgramResult } from "../../program/program.ts";
import { REFERENCE, referenceBackend } from "../reference/backend.ts";
import type { Fault } from "./fault.ts";
import { pluginOf } from "./sound.ts";

export const broken = (rejectedBy: Fault["rejectedBy"], name: string, backend: (sound: Backend) => Backend): Fault => ({
  name,
  rejectedBy,
  make: () => pluginOf({ backend }),
});

/** Other results than the sound ones, found again under their keys. */
export function answering(sound: Backend, change: (result: ProgramResult) => ProgramResult): Backend {
  const changed = (one: Submission): Submission =>
    one.state === "done" ? { ...one, result: change(one.result) } : one;
  return {
    ...sound,
    submit: async (program, key, access) => changed(await sound.submit(program, key, access)),
    async find(key, access) {
      const found = await sound.find(key, access);
      return found && changed(found);
    },
  };
}

export const describedAs = (sound: Backend, change: Partial<BackendDescription>): Backend => ({
  ...sound,
  describe: async () => ({ ...(await sound.describe()), ...change }),
});

/** Runs something else than what was sent. */
export const running = (sound: Backend, change: (program: Program) => Program): Backend => ({
  ...sound,
  submit: (program, key, access) => sound.submit(change(program), key, access),
});

export const turnedAround = (bits: string) => [...bits].reverse().join("");

const withBatches = (program: Program, change: (of: Batch) => Batch): Program =>
  program.kind === "anneal" ? program : withBatchesOf(program, change);

const withBatchesOf = (program: CircuitProgram, change: (of: Batch) => Batch): CircuitProgram =>
  program.kind === "overlap"
    ? { ...program, left: change(program.left), right: change(program.right) }
    : { ...program, parameters: change(program.parameters) };

const firstRowOnly = ({ rows, values }: Batch): Batch => {
  const width = values.length / rows;
  return { rows, values: values.map((_, index) => values[index % width] ?? 0) };
};

let count = 0;

export const BROKEN_BACKENDS: readonly Fault[] = [
  broken("backend.bit-order", "writes qubit 0 rightmost", (sound) =>
    answering(sound, (result) => {
      if (result.kind !== "sample") return result;
      const histograms = result.histograms.map(({ bitstrings, counts }) => {
        const turned = bitstrings.map((bits, index) => ({
          bits: turnedAround(bits),
          count: counts[index] ?? 0,
        }));
        turned.sort((a, b) => (a.bits < b.bits ? -1 : 1));
        return { bitstrings: turned.map(({ bits }) => bits), counts: Uint32Array.from(turned, (one) => one.count) };
      });
      return { kind: "sample", histograms };
    }),
  ),
  broken("backend.agrees", "turns s the wrong way", (sound) =>
    running(sound, (program) => {
      if (program.kind === "anneal") return program;
      const gates = program.circuit.gates.map((gate) => (gate.name === "s" ? { ...gate, name: "sdg" as const } : gate));
      return { ...program, circuit: { ...program.circuit, gates } };
    }),
  ),
  broken("backend.agrees", "forgets half of the difference in its slopes", (sound) =>
    answering(sound, (result) =>
      result.kind === "gradient" ? { ...result, slopes: result.slopes.map((slope) => 2 * slope) } : result,
    ),
  ),
  broken("backend.measures", "takes every bit for 0 when it branches", (sound) =>
    running(sound, (program) => {
      if (program.kind === "anneal") return program;
      const gates = program.circuit.gates.flatMap((one) => (one.name === "if" ? (one.otherwise ?? []) : [one]));
      return { ...program, circuit: { ...program.circuit, gates } };
    }),
  ),
  broken("backend.batches", "runs the first row in place of all", (sound) =>
    running(sound, (program) => withBatches(program, firstRowOnly)),
  ),
  broken("backend.counts", "loses a shot", (sound) =>
    answering(sound, (result) => {
      if (result.kind !== "sample") return result;
      const lose = (counts: Uint32Array) => counts.with(0, (counts[0] ?? 1) - 1);
      return { kind: "sample", histograms: result.histograms.map((one) => ({ ...one, counts: lose(one.counts) })) };
    }),
  ),
  broken("backend.standard-errors", "is not exact, and does not say by how much", (sound) =>
    describedAs(sound, { exact: false }),
  ),
  broken("backend.same-seed", "draws from a seed of its own", (sound) =>
    running(sound, (program) => (program.kind === "sample" ? { ...program, seed: (count += 1) } : program)),
  ),
  broken("backend.quotes", "forgets the rows of a batch in its quote", (sound) => ({
    ...sound,
    async quote(program) {
      const quote = await sound.quote(program);
      return quote.ok && program.kind === "sample" ? succeed({ ...quote.value, shots: program.shots }) : quote;
    },
  })),
  broken("backend.quotes-purely", "counts its quotes", (sound) => ({
    ...sound,
    async quote(program) {
      const quote = await sound.quote(program);
      return quote.ok ? succeed({ ...quote.value, seconds: (count += 1) }) : quote;
    },
  })),
  broken("backend.refuses-too-large", "runs more qubits than it has", (sound) => {
    const large = referenceBackend({ ...REFERENCE, name: "broken" });
    return { ...large, describe: sound.describe };
  }),
  broken("backend.refuses-the-undeclared", "runs a kind that it does not declare", (sound) =>
    describedAs(sound, { kinds: ["sample", "expectation"] }),
  ),
  broken("backend.refuses-malformed", "takes what is not a number for zero", (sound) => {
    const mend = (program: Program) =>
      withBatches(program, ({ rows, values }) => ({
        rows,
        values: values.map((value) => (Number.isNaN(value) ? 0 : value)),
      }));
    return { ...running(sound, mend), quote: (program) => sound.quote(mend(program)) };
  }),
  broken("backend.refuses-malformed", "throws where it should refuse", (sound) => ({
    ...sound,
    async quote(program) {
      const quote = await sound.quote(program);
      if (!quote.ok && quote.failure.code === "program.invalid") throw new TypeError("it tripped");
      return quote;
    },
  })),
  broken("backend.submission", "is findable, and finds nothing", (sound) => ({
    ...sound,
    find: async () => undefined,
  })),
  broken("backend.submission", "knows keys once, and runs them again with other draws", (sound) =>
    running(describedAs(sound, { submission: "once" }), (program) =>
      program.kind === "sample" && program.seed === undefined ? { ...program, seed: (count += 1) } : program,
    ),
  ),
  broken("backend.tickets", "throws at a ticket that it does not know", (sound) => ({
    ...sound,
    check: async ({ id }) => {
      throw new Error(`no ticket ${id}`);
    },
  })),
];
