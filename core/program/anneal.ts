// Programs of kind anneal: what is asked of an annealer, and the reads that it gives back.

import { refuse } from "../failure.ts";
import { checkProblem, energyOf, type AnnealProblem } from "./ising.ts";

/** A value for an option that a backend declares by name. */
export type AnnealOption = number | boolean | string | Float64Array;

/** Draw `reads` assignments of small energy. */
export interface AnnealProgram {
  readonly kind: "anneal";
  readonly problem: AnnealProblem;
  readonly reads: number;
  /** Unsigned 32-bit. The host derives one where it is absent; the same seed gives the same reads on a simulator. */
  readonly seed?: number;
  /** Only those that the backend's description names (`annealOptions`); it refuses others. */
  readonly options?: Readonly<Record<string, AnnealOption>>;
}

/** Distinct assignments by ascending energy, equal energies by bitstring, and how often each was read. */
export interface AnnealResult {
  readonly kind: "anneal";
  readonly bitstrings: readonly string[];
  /** Of each bitstring in the problem as it was asked, offset included. */
  readonly energies: Float64Array;
  readonly occurrences: Uint32Array;
}

/** What reads become: energies are computed from the problem as it was asked, never taken from whoever read them. */
export function annealResult(problem: AnnealProblem, reads: Iterable<string>): AnnealResult {
  const counts = new Map<string, number>();
  for (const bits of reads) counts.set(bits, (counts.get(bits) ?? 0) + 1);
  return sorted([...counts].map(([bits, count]) => ({ bits, count, energy: energyOf(problem, bits) })));
}

/** Reads of the same problem that were made in several parts, as one. */
export function joinReads(parts: readonly AnnealResult[]): AnnealResult {
  const samples = new Map<string, Sample>();
  for (const { bitstrings, energies, occurrences } of parts)
    bitstrings.forEach((bits, at) => {
      const count = (samples.get(bits)?.count ?? 0) + (occurrences[at] ?? 0);
      samples.set(bits, { bits, count, energy: energies[at] ?? 0 });
    });
  return sorted([...samples.values()]);
}

interface Sample {
  bits: string;
  count: number;
  energy: number;
}

function sorted(samples: Sample[]): AnnealResult {
  samples.sort((a, b) => a.energy - b.energy || (a.bits < b.bits ? -1 : 1));
  return {
    kind: "anneal",
    bitstrings: samples.map(({ bits }) => bits),
    energies: Float64Array.from(samples, ({ energy }) => energy),
    occurrences: Uint32Array.from(samples, ({ count }) => count),
  };
}

/** Refuses an option that the backend does not name. */
export function checkAnnealOptions(
  { options = {} }: AnnealProgram,
  declared: Readonly<Record<string, string>> = {},
): void {
  for (const name of Object.keys(options))
    if (!Object.hasOwn(declared, name))
      refuse("backend.refused", `there is no option "${name}" here`, {
        at: `/options/${name}`,
        hint: `There is ${Object.keys(declared).join(", ") || "none"}.`,
      });
}

/** Refuses what no annealer could run. */
export function checkAnneal({ problem, reads, seed = 0, options = {} }: AnnealProgram): void {
  checkProblem(problem);
  if (!(Number.isInteger(reads) && reads > 0))
    refuse("program.invalid", `reads must be a positive whole number, not ${reads}`);
  if (seed !== seed >>> 0) refuse("program.invalid", `a seed is an unsigned 32-bit number, not ${seed}`);
  for (const [name, value] of Object.entries(options)) {
    const isPlain = ["number", "boolean", "string"].includes(typeof value) || value instanceof Float64Array;
    if (!isPlain) refuse("program.invalid", `option "${name}" is neither a number, a word, a yes or no, nor numbers`);
  }
}
