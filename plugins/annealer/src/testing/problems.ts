// Problems for tests: drawn from a seed or by fast-check, small enough to be enumerated.

import { annealProblem, randomFrom, type AnnealProblem, type Vartype } from "@eigentwin/core";
import fc from "fast-check";

/** Fully connected, coefficients uniform in [-1, 1). */
export function randomProblem(variables: number, seed: number, vartype: Vartype = "spin"): AnnealProblem {
  const random = randomFrom(seed);
  const uniform = () => 2 * random() - 1;
  const linear = Float64Array.from({ length: variables }, uniform);
  const pairs = Array.from({ length: variables }, (_, i) =>
    Array.from({ length: i }, (_unused, j) => [i, j, uniform()] as const),
  );
  return annealProblem({ vartype, linear, couplings: pairs.flat(), offset: uniform() });
}

/** Whole coefficients, any couplings: sums are exact, ties happen. */
export const wholeProblems = ({ most, vartypes }: { most: number; vartypes: readonly Vartype[] }) =>
  fc.integer({ min: 1, max: most }).chain((variables) => {
    const whole = fc.integer({ min: -9, max: 9 });
    return fc
      .record({
        vartype: fc.constantFrom(...vartypes),
        linear: fc.array(whole, { minLength: variables, maxLength: variables }),
        couplings: fc.array(fc.tuple(fc.nat(variables - 1), fc.nat(variables - 1), whole), {
          maxLength: 3 * variables,
        }),
        offset: whole,
      })
      .map((terms) => annealProblem({ ...terms, couplings: terms.couplings.filter(([i, j]) => i !== j) }));
  });

/** The same problem seen with the spins of `turned` upside down. */
export function gauged(problem: AnnealProblem, turned: readonly boolean[]): AnnealProblem {
  const sign = (i: number) => (turned[i] ? -1 : 1);
  const { first, second, values } = problem.couplings;
  return {
    ...problem,
    linear: problem.linear.map((value, i) => sign(i) * value),
    couplings: {
      first,
      second,
      values: values.map((value, at) => sign(first[at] ?? 0) * sign(second[at] ?? 0) * value),
    },
  };
}
