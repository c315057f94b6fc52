// Problems of annealing: a quadratic function of spins or of bits, to be made small. E(x) = offset + sum_i linear_i x_i +
// sum_{i<j} c_ij x_i x_j. Bit 1 is a spin of +1, bit 0 one of -1; bitstrings have variable 0 leftmost.

import { refuse } from "../failure.ts";

export type Vartype = "spin" | "binary";

/** Equal problems have equal bytes: couplings ascend by (first, second), first < second, each pair once, none zero. */
export interface AnnealProblem {
  readonly variables: number;
  /** `spin`: x is -1 or +1 (Ising). `binary`: x is 0 or 1 (QUBO). */
  readonly vartype: Vartype;
  /** One for each variable. */
  readonly linear: Float64Array;
  readonly couplings: { readonly first: Uint32Array; readonly second: Uint32Array; readonly values: Float64Array };
  readonly offset: number;
}

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

export interface ProblemTerms {
  vartype: Vartype;
  linear: ArrayLike<number>;
  /** [i, j, value] in any order; pairs that come again, in either direction, are summed. */
  couplings: Iterable<readonly [number, number, number]>;
  offset?: number;
}

/** The problem in its one form. A square of a variable is refused: it is a constant or a linear term. */
export function annealProblem({ vartype, linear, couplings, offset = 0 }: ProblemTerms): AnnealProblem {
  const variables = linear.length;
  const given = [...couplings];
  const pairs = Float64Array.from(given, ([i, j]) => {
    if (i === j) refuse("program.invalid", `variable ${i} is coupled to itself`);
    for (const one of [i, j])
      if (!(Number.isInteger(one) && one >= 0 && one < variables))
        refuse("program.invalid", `a coupling names variable ${one} of ${variables}`);
    return Math.min(i, j) * variables + Math.max(i, j);
  });
  const order = Uint32Array.from(given.keys()).sort((a, b) => (pairs[a] ?? 0) - (pairs[b] ?? 0) || a - b);
  const sums: { pair: number; value: number }[] = [];
  for (const at of order) {
    const [pair = 0, value = 0] = [pairs[at], given[at]?.[2]];
    const last = sums.at(-1);
    if (last?.pair === pair) last.value += value;
    else sums.push({ pair, value });
  }
  const terms = sums.filter(({ value }) => value !== 0);
  return {
    variables,
    vartype,
    linear: Float64Array.from(linear),
    couplings: {
      first: Uint32Array.from(terms, ({ pair }) => Math.floor(pair / variables)),
      second: Uint32Array.from(terms, ({ pair }) => pair % variables),
      values: Float64Array.from(terms, ({ value }) => value),
    },
    offset,
  };
}

/** Each coupling once: its two variables and its value. */
export function forEachCoupling(
  { couplings: { first, second, values } }: AnnealProblem,
  use: (i: number, j: number, value: number) => void,
): void {
  values.forEach((value, at) => use(first[at] ?? 0, second[at] ?? 0, value));
}

/** The same function of spins, with x = (1 + s) / 2 in place of bits. Exact where the sums are: quarters of integers are. */
export const toSpin = (problem: AnnealProblem): AnnealProblem =>
  problem.vartype === "spin" ? problem : changed(problem, "spin", { scale: 1 / 2, shift: 1 / 2 });

/** The same function of bits, with s = 2x - 1 in place of spins. */
export const toBinary = (problem: AnnealProblem): AnnealProblem =>
  problem.vartype === "binary" ? problem : changed(problem, "binary", { scale: 2, shift: -1 });

/** Puts `scale * y + shift` in the place of each variable. */
function changed(
  problem: AnnealProblem,
  vartype: Vartype,
  { scale, shift }: { scale: number; shift: number },
): AnnealProblem {
  const linear = problem.linear.map((value) => scale * value);
  let offset = problem.offset;
  for (const value of problem.linear) offset += shift * value;
  forEachCoupling(problem, (i, j, value) => {
    const part = scale * shift * value;
    linear[i] = (linear[i] ?? 0) + part;
    linear[j] = (linear[j] ?? 0) + part;
    offset += shift * shift * value;
  });
  const { first, second, values } = problem.couplings;
  const couplings = { first, second, values: values.map((value) => scale * scale * value) };
  return { ...problem, vartype, linear, couplings, offset };
}

/** Of an assignment given as a bitstring, in the problem as it is written. */
export function energyOf(problem: AnnealProblem, bits: string): number {
  const { variables, vartype, linear, offset } = problem;
  const low = vartype === "spin" ? -1 : 0;
  const x = Float64Array.from({ length: variables }, (_, i) => (bits[i] === "1" ? 1 : low));
  let energy = offset;
  linear.forEach((value, i) => (energy += value * (x[i] ?? 0)));
  forEachCoupling(problem, (i, j, value) => (energy += value * (x[i] ?? 0) * (x[j] ?? 0)));
  return energy;
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

function checkProblem({ variables, vartype, linear, couplings, offset }: AnnealProblem): void {
  const { first, second, values } = couplings;
  if (!(Number.isInteger(variables) && variables > 0))
    refuse("program.invalid", `a problem needs 1 variable or more, not ${variables}`);
  if (vartype !== "spin" && vartype !== "binary")
    refuse("program.invalid", `variables are "spin" or "binary", not "${String(vartype)}"`);
  if (linear.length !== variables)
    refuse("program.invalid", `${variables} variables need as many linear terms, not ${linear.length}`);
  if (first.length !== values.length || second.length !== values.length)
    refuse(
      "program.invalid",
      `${values.length} couplings have ${first.length} first and ${second.length} second variables`,
    );
  if (!Number.isFinite(offset) || !linear.every(Number.isFinite) || !values.every(Number.isFinite))
    refuse("program.invalid", "a coefficient of the problem is not finite");
  let before = -1;
  for (let at = 0; at < values.length; at++) {
    const [i = 0, j = 0] = [first[at], second[at]];
    if (!(i < j && j < variables)) refuse("program.invalid", `coupling ${at} joins ${i} and ${j} of ${variables}`);
    const pair = i * variables + j;
    if (pair <= before) refuse("program.invalid", `coupling ${at} (${i}, ${j}) is not in ascending order, each once`);
    if (values[at] === 0) refuse("program.invalid", `coupling ${at} (${i}, ${j}) is zero: leave it out`);
    before = pair;
  }
}
