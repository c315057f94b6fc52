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

/** Refuses what is no problem, or not in its one form. */
export function checkProblem({ variables, vartype, linear, couplings, offset }: AnnealProblem): void {
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
