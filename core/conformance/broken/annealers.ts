// Plugins whose backend anneals, and is at fault.

import type { Backend, Submission } from "../../backend.ts";
import { annealResult, type AnnealProgram, type AnnealResult } from "../../program/anneal.ts";
import type { Program } from "../../program/program.ts";
import { broken, describedAs, running, turnedAround } from "./backends.ts";
import type { Fault } from "./fault.ts";

/** Reads other assignments than the sound ones. */
const annealing = (sound: Backend, change: (result: AnnealResult, program: AnnealProgram) => AnnealResult): Backend => {
  const asked = new Map<string, AnnealProgram>();
  const changed = (one: Submission, key: string): Submission => {
    const program = asked.get(key);
    return program && one.state === "done" && one.result.kind === "anneal"
      ? { ...one, result: change(one.result, program) }
      : one;
  };
  return {
    ...sound,
    async submit(program, key, access) {
      if (program.kind === "anneal") asked.set(key, program);
      return changed(await sound.submit(program, key, access), key);
    },
    async find(key, access) {
      const found = await sound.find(key, access);
      return found && changed(found, key);
    },
  };
};

const readsOf = ({ bitstrings, occurrences }: AnnealResult): string[] =>
  bitstrings.flatMap((bits, index) => Array.from({ length: occurrences[index] ?? 0 }, () => bits));

let count = 0;

export const BROKEN_ANNEALERS: readonly Fault[] = [
  broken("backend.same-seed", "anneals from a seed of its own", (sound) =>
    running(sound, (program) => (program.kind === "anneal" ? { ...program, seed: (count += 1) } : program)),
  ),
  broken("backend.anneal-bit-order", "writes variable 0 rightmost", (sound) =>
    annealing(sound, (result) => {
      const turned = result.bitstrings.map((bits, index) => ({
        bits: turnedAround(bits),
        energy: result.energies[index] ?? 0,
        count: result.occurrences[index] ?? 0,
      }));
      turned.sort((a, b) => a.energy - b.energy || (a.bits < b.bits ? -1 : 1));
      return {
        kind: "anneal",
        bitstrings: turned.map(({ bits }) => bits),
        energies: Float64Array.from(turned, ({ energy }) => energy),
        occurrences: Uint32Array.from(turned, (one) => one.count),
      };
    }),
  ),
  broken("backend.anneal-energies", "forgets the offset of a problem", (sound) =>
    annealing(sound, (result, { problem }) => ({
      ...result,
      energies: result.energies.map((energy) => energy - problem.offset),
    })),
  ),
  broken("backend.anneal-reads", "loses a read", (sound) =>
    annealing(sound, ({ occurrences, ...result }) => ({
      ...result,
      occurrences: occurrences.with(0, (occurrences[0] ?? 1) - 1),
    })),
  ),
  broken("backend.anneal-optimum", "flips the last variable of what is not tiny", (sound) =>
    annealing(sound, (result, { problem }) =>
      problem.variables <= 4
        ? result
        : annealResult(
            problem,
            readsOf(result).map((bits) => bits.slice(0, -1) + (bits.endsWith("1") ? "0" : "1")),
          ),
    ),
  ),
  broken("backend.anneal-options", "passes over an option that it does not know", (sound) => {
    const without = ({ options: _options, ...program }: AnnealProgram): AnnealProgram => program;
    const known = (program: Program) => (program.kind === "anneal" ? without(program) : program);
    return { ...running(sound, known), quote: (program) => sound.quote(known(program)) };
  }),
  broken("backend.refuses-the-undeclared", "anneals, and does not declare it", (sound) =>
    describedAs(sound, { kinds: ["sample", "expectation", "overlap"] }),
  ),
];
