import fc from "fast-check";
import { expect, test } from "vitest";
import { optimaOf, spectrumOf } from "../conformance/reference/enumerate.ts";
import { decode, digest, encode } from "../codec.ts";
import type { ErrorCode } from "../errors.ts";
import { annealResult, checkAnnealOptions, joinReads, type AnnealProgram } from "./anneal.ts";
import { annealProblem, energyOf, toBinary, toSpin, type AnnealProblem } from "./ising.ts";
import { answers, lower } from "./lower.ts";
import { checkProgram, isDrawn, sizeOf } from "./program.ts";
import { REFERENCE } from "../conformance/reference/backend.ts";

const whole = fc.integer({ min: -50, max: 50 });
const problems = fc.integer({ min: 1, max: 7 }).chain((variables) =>
  fc
    .record({
      vartype: fc.constantFrom("spin" as const, "binary" as const),
      linear: fc.array(whole, { minLength: variables, maxLength: variables }),
      couplings: fc.array(fc.tuple(fc.nat(variables - 1), fc.nat(variables - 1), whole), { maxLength: 20 }),
      offset: whole,
    })
    .map((terms) => annealProblem({ ...terms, couplings: terms.couplings.filter(([i, j]) => i !== j) })),
);
const bitstringsOf = ({ variables }: AnnealProblem) =>
  Array.from({ length: 2 ** variables }, (_, index) => index.toString(2).padStart(variables, "0"));

const frustrated = annealProblem({
  vartype: "spin",
  linear: [0.5, 0, -1],
  couplings: [
    [0, 1, 1],
    [1, 2, 1],
    [2, 0, 1],
  ],
  offset: 2,
});
const program: AnnealProgram = { kind: "anneal", problem: frustrated, reads: 10, seed: 3 };

test("an energy is the sum of its terms, bit 1 being up", () => {
  // s = (-1, +1, -1): 2 - 0.5 + 1 - 1 - 1 + 1
  expect(energyOf(frustrated, "010")).toBe(1.5);
  const binary = annealProblem({ vartype: "binary", linear: [1, 2], couplings: [[1, 0, 4]], offset: -3 });
  expect(bitstringsOf(binary).map((bits) => energyOf(binary, bits))).toEqual([-3, -1, -2, 4]);
});

test("equal problems have equal bytes, however they were written down", async () => {
  const other = annealProblem({
    vartype: "spin",
    linear: Float64Array.of(0.5, 0, -1),
    couplings: [
      [2, 1, 0.25],
      [0, 2, 1],
      [1, 0, 1],
      [1, 2, 0.75],
    ],
    offset: 2,
  });
  expect(other).toEqual(frustrated);
  expect(await digest(other)).toBe(await digest(frustrated));
  expect(decode(encode(program))).toEqual(program);
  const cancelled = annealProblem({
    vartype: "spin",
    linear: [0, 0],
    couplings: [
      [0, 1, 1],
      [1, 0, -1],
    ],
  });
  expect(cancelled.couplings.values).toHaveLength(0);
});

test("spins and bits are the same function, exactly where coefficients are whole", () => {
  fc.assert(
    fc.property(problems, (problem) => {
      for (const other of [toSpin(problem), toBinary(problem)]) {
        checkProgram({ ...program, problem: other });
        for (const bits of bitstringsOf(problem)) expect(energyOf(other, bits)).toBe(energyOf(problem, bits));
      }
      const [there, back] = problem.vartype === "spin" ? [toBinary, toSpin] : [toSpin, toBinary];
      expect(back(there(problem))).toEqual(problem);
    }),
  );
});

test("enumeration gives every assignment its energy, and the least of them", () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const energies = bitstringsOf(problem).map((bits) => energyOf(problem, bits));
      expect([...spectrumOf(problem)]).toEqual(energies);
      const least = Math.min(...energies);
      const bitstrings = bitstringsOf(problem).filter((_, index) => energies[index] === least);
      expect(optimaOf(problem)).toEqual({ energy: least, bitstrings });
    }),
  );
  const wide = annealProblem({ vartype: "spin", linear: new Float64Array(21), couplings: [] });
  expect(() => spectrumOf(wide)).toThrow(/^program\.invalid/);
});

test("reads become distinct assignments by energy, then by bits, and parts join to the whole", () => {
  fc.assert(
    fc.property(problems, fc.array(fc.nat(127), { minLength: 1, maxLength: 40 }), fc.nat(40), (problem, drawn, cut) => {
      const reads = drawn.map((n) => (n % 2 ** problem.variables).toString(2).padStart(problem.variables, "0"));
      const result = annealResult(problem, reads);
      expect(result.occurrences.reduce((sum, count) => sum + count, 0)).toBe(reads.length);
      expect(new Set(result.bitstrings)).toEqual(new Set(reads));
      expect([...result.energies]).toEqual(result.bitstrings.map((bits) => energyOf(problem, bits)));
      expect([...result.energies]).toEqual([...result.energies].toSorted((a, b) => a - b));
      const parts = [reads.slice(0, cut), reads.slice(cut)].map((part) => annealResult(problem, part));
      expect(joinReads(parts)).toEqual(result);
    }),
  );
});

test("what it takes: variables and reads", () => {
  expect(sizeOf(program)).toEqual({ qubits: 3, depth: 0, shots: 10, evaluations: 10 });
  expect(isDrawn(program)).toBe(true);
});

test("samples do not replace it", () => {
  expect(answers(["sample"], "overlap")).toBe(true);
  expect(answers(["sample"], "anneal")).toBe(false);
  expect(answers(["anneal"], "sample")).toBe(false);
  expect(answers(["anneal"], "anneal")).toBe(true);
  expect(() => lower(program, { ...REFERENCE, kinds: ["sample"] }, 10)).toThrow(/^backend\.none-fits/);
  expect(lower(program, REFERENCE, 10).programs).toEqual([program]);
});

const coupled = (first: number[], second: number[], values: number[]): AnnealProgram => ({
  ...program,
  problem: {
    ...frustrated,
    couplings: {
      first: Uint32Array.from(first),
      second: Uint32Array.from(second),
      values: Float64Array.from(values),
    },
  },
});

test.each<[string, AnnealProgram]>([
  ["no variable", { ...program, problem: { ...frustrated, variables: 0, linear: new Float64Array(0) } }],
  ["a linear term too few", { ...program, problem: { ...frustrated, linear: Float64Array.of(1, 2) } }],
  ["variables of no known kind", { ...program, problem: { ...frustrated, vartype: "ternary" as "spin" } }],
  ["a term that is not finite", { ...program, problem: { ...frustrated, linear: Float64Array.of(1, 2, Infinity) } }],
  ["an offset that is not a number", { ...program, problem: { ...frustrated, offset: Number.NaN } }],
  ["a coupling that is not a number", coupled([0], [1], [Number.NaN])],
  ["couplings of two lengths", coupled([0, 1], [1], [1])],
  ["a variable that there is not", coupled([0], [3], [1])],
  ["a variable coupled to itself", coupled([1], [1], [1])],
  ["a coupling from the higher to the lower", coupled([1], [0], [1])],
  ["couplings out of order", coupled([1, 0], [2, 1], [1, 1])],
  ["a coupling twice", coupled([0, 0], [1, 1], [1, 1])],
  ["a coupling of zero", coupled([0], [1], [0])],
  ["no read", { ...program, reads: 0 }],
  ["half a read", { ...program, reads: 0.5 }],
  ["a seed below zero", { ...program, seed: -1 }],
  ["an option that is a list", { ...program, options: { schedule: [1, 2] as unknown as Float64Array } }],
])("refuses %s", (_what, broken) => {
  expect(() => checkProgram(broken)).toThrow(/^program\.invalid/);
});

test("refuses what a builder cannot write down", () => {
  const linear = [0, 0];
  expect(() => annealProblem({ vartype: "spin", linear, couplings: [[1, 1, 1]] })).toThrow(/coupled to itself/);
  expect(() => annealProblem({ vartype: "spin", linear, couplings: [[0, 2, 1]] })).toThrow(/variable 2 of 2/);
});

test("refuses an option that was not declared, and says which there are", () => {
  const options = { sweeps: 3, mood: "good" };
  expect(() => checkAnnealOptions({ ...program, options }, { sweeps: "how many", mood: "" })).not.toThrow();
  let failure: { code: ErrorCode; hint?: string } | undefined;
  try {
    checkAnnealOptions({ ...program, options }, { sweeps: "how many" });
  } catch (error) {
    failure = (error as { failure: { code: ErrorCode; hint?: string } }).failure;
  }
  expect(failure).toMatchObject({ code: "backend.refused", at: "/options/mood", hint: "There is sweeps." });
  expect(() => checkAnnealOptions({ ...program, options })).toThrow(/^backend\.refused/);
});
