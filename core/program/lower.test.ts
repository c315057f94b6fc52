import { expect, test } from "vitest";
import type { BackendDescription } from "../backend.ts";
import { randomFrom } from "../run/random.ts";
import { annealResult } from "./anneal.ts";
import { circuit } from "./circuit.ts";
import { GATES, type GateName } from "./gates.ts";
import { annealProblem } from "./ising.ts";
import { lower } from "./lower.ts";
import { pauli, type PauliSum } from "./observable.ts";
import {
  batch,
  checkProgram,
  noParameters,
  type ExpectationProgram,
  type ExpectationResult,
  type Histogram,
  type OverlapProgram,
  type OverlapResult,
  type Program,
  type ProgramResult,
  type SampleResult,
} from "./program.ts";
import type { Complex } from "./matrix.ts";
import { drawnHistogram, expectationOf, inner, proportionalHistogram, stateOf } from "./testing/dense.ts";
import { randomCircuit } from "./testing/random-circuit.ts";

const sampler: BackendDescription = {
  name: "sampler",
  title: "Draws bitstrings and nothing else",
  qubits: 8,
  gates: Object.keys(GATES) as GateName[],
  kinds: ["sample"],
  exact: false,
  noise: "none",
  prices: { currency: "USD", perProgram: 0, perShot: 0, asOf: "2026-01-01", source: "free" },
  queueMs: 0,
  submission: "once",
  sameSeedSameAnswer: true,
};

/** Runs the sample programs that `program` was lowered to, each row by `measure`. */
function lowered(program: Program, measure: (state: Complex[], shots: number, row: number) => Histogram, shots = 1) {
  const { programs, combine } = lower(program, sampler, shots);
  let drawn = 0;
  const results = programs.map((one): SampleResult => {
    if (one.kind !== "sample") throw new Error(`${one.kind} was not lowered`);
    checkProgram(one);
    const width = one.circuit.parameters.length;
    const states = Array.from({ length: one.parameters.rows }, (_, row) =>
      stateOf(one.circuit, one.parameters.values.subarray(row * width, (row + 1) * width)),
    );
    return { kind: "sample", histograms: states.map((state) => measure(state, one.shots, drawn++)) };
  });
  return combine(results) as ExpectationResult | OverlapResult;
}

const random = randomFrom(21);
const below = (limit: number) => Math.floor(random() * limit);
const randomWord = (qubits: number) => Array.from({ length: qubits }, () => "IXYZ"[below(4)]).join("");
const randomSum = (qubits: number): PauliSum =>
  Array.from({ length: below(6) }, () => pauli(randomWord(qubits), 4 * random() - 2)).flat();
const randomRows = (rows: number) => batch(Array.from({ length: rows }, () => [6 * random(), 6 * random()]));

test("without sampling error, a lowered expectation is the expectation", () => {
  for (let round = 0; round < 25; round++) {
    const prepare = randomCircuit(random, 3, 12);
    const parameters = randomRows(2);
    const observables = [...Array.from({ length: 3 }, () => randomSum(3)), pauli("III", 0.5)];
    const { rows, columns, values } = lowered(
      { kind: "expectation", circuit: prepare, parameters, observables },
      proportionalHistogram,
    );
    expect([rows, columns]).toEqual([2, 4]);
    const wanted = [0, 1].flatMap((row) => {
      const state = stateOf(prepare, parameters.values.subarray(2 * row, 2 * row + 2));
      return observables.map((observable) => expectationOf(state, observable));
    });
    wanted.forEach((value, index) => expect(values[index]).toBeCloseTo(value, 6));
  }
});

test("without sampling error, a lowered overlap is the fidelity of each pair, left by right", () => {
  for (let round = 0; round < 10; round++) {
    const prepare = randomCircuit(random, 3, 12);
    const [left, right] = [randomRows(2), randomRows(3)];
    const { rows, columns, values } = lowered(
      { kind: "overlap", circuit: prepare, left, right },
      proportionalHistogram,
    );
    expect([rows, columns]).toEqual([2, 3]);
    const states = (of: typeof left) =>
      Array.from({ length: of.rows }, (_, row) => stateOf(prepare, of.values.subarray(2 * row, 2 * row + 2)));
    const wanted = states(left).flatMap((l) => states(right).map((r) => Math.hypot(...inner(l, r)) ** 2));
    wanted.forEach((value, index) => expect(values[index]).toBeCloseTo(value, 6));
  }
});

test.each<[string, string[][], number]>([
  [
    "words over one basis",
    [
      ["ZI", "IZ"],
      ["ZZ", "II"],
    ],
    1,
  ],
  ["words of different observables", [["XI"], ["IZ"], ["XZ"]], 1],
  ["three letters on one qubit", [["XX", "YY", "ZZ"]], 3],
  ["only identities", [["II"], ["II", "II"]], 0],
  ["nothing", [[]], 0],
])("%s share the fewest shots", (_what, sums, programs) => {
  const observables = sums.map((words) => words.flatMap((word) => pauli(word)));
  const program: Program = { kind: "expectation", circuit: circuit(2).build(), parameters: noParameters, observables };
  expect(lower(program, sampler, 100).programs).toHaveLength(programs);
  const { values } = lowered(program, proportionalHistogram);
  const ground = stateOf(program.circuit);
  expect(Array.from(values)).toEqual(observables.map((observable) => expectationOf(ground, observable)));
});

const bell = circuit(2).add("h", 0).add("cx", [0, 1]).build();
const tilted = circuit(2).add("ry", 0, 0.8).add("cx", [0, 1]).add("rx", 1, 0.5).build();

// 400 repeats know a standard deviation to 1/sqrt(2 * 400) = 3.5 %; five of that. Seeds are fixed.
test.each<[string, ExpectationProgram]>([
  ["words that always agree", expectation(bell, [...pauli("ZI"), ...pauli("IZ")])],
  ["words that always disagree", expectation(tilted, [...pauli("ZI"), ...pauli("IZ", -0.5), ...pauli("II", 3)])],
  [
    "words of three bases",
    expectation(tilted, [...pauli("XX", 0.7), ...pauli("ZI"), ...pauli("IZ"), ...pauli("YI", -2)]),
  ],
])("%s are estimated without bias, with the error that is stated", (_what, program) => {
  const wanted = expectationOf(stateOf(program.circuit), program.observables[0] ?? []);
  expectHonestErrors(program, wanted);
});

test("overlaps are estimated without bias, with the error that is stated", () => {
  const prepare = circuit(2, ["a"]).add("ry", 0, "a").add("cx", [0, 1]).build();
  const program: OverlapProgram = { kind: "overlap", circuit: prepare, left: batch([[0.2]]), right: batch([[1.4]]) };
  expectHonestErrors(program, Math.cos(0.6) ** 2);
});

test("an overlap of which every shot agrees is not called exact", () => {
  const same = batch([[0.3, 0.4]]);
  const { values, standardErrors } = lowered(
    { kind: "overlap", circuit: randomCircuit(random, 2, 8), left: same, right: same },
    (state, shots) => drawnHistogram(state, shots, 1),
    1000,
  );
  expect(values[0]).toBe(1);
  expect(standardErrors?.[0]).toBeGreaterThan(0);
  expect(standardErrors?.[0]).toBeLessThan(0.01);
});

function expectation(of: ReturnType<typeof randomCircuit>, observable: PauliSum): ExpectationProgram {
  return { kind: "expectation", circuit: of, parameters: noParameters, observables: [observable] };
}

function expectHonestErrors(program: Program, wanted: number) {
  const repeats = 400;
  const runs = Array.from({ length: repeats }, (_, repeat) =>
    lowered(program, (state, shots, row) => drawnHistogram(state, shots, 1000 * repeat + row), 200),
  );
  const values = runs.map((run) => run.values[0] ?? NaN);
  const stated = Math.sqrt(mean(runs.map((run) => (run.standardErrors?.[0] ?? NaN) ** 2)));
  const average = mean(values);
  const spread = Math.sqrt(mean(values.map((value) => (value - average) ** 2)));
  expect(Math.abs(average - wanted)).toBeLessThan((5 * spread) / Math.sqrt(repeats));
  expect(Math.abs(stated / spread - 1)).toBeLessThan(5 / Math.sqrt(2 * repeats));
}

const mean = (values: number[]) => values.reduce((total, value) => total + value, 0) / values.length;

test("a kind that the backend executes is sent as it is", () => {
  const program = expectation(bell, pauli("ZZ"));
  const { programs, combine } = lower(program, { ...sampler, kinds: ["sample", "expectation"] }, 10);
  const result: ProgramResult = { kind: "expectation", rows: 1, columns: 1, values: Float64Array.of(1) };
  expect(programs).toEqual([program]);
  expect(combine([result])).toBe(result);
});

test("a backend that executes neither the kind nor samples does not fit", () => {
  expect(() => lower(expectation(bell, pauli("ZZ")), { ...sampler, kinds: ["overlap"] }, 10)).toThrow(
    /^backend\.none-fits/,
  );
});

test("a problem of annealing is sent as it is, and nothing else replaces it", () => {
  const problem = annealProblem({ vartype: "spin", linear: [0, 0], couplings: [[0, 1, 1]] });
  const program: Program = { kind: "anneal", problem, reads: 2 };
  const { programs, combine } = lower(program, { ...sampler, gates: [], kinds: ["anneal"] }, 10);
  const result = annealResult(problem, ["01", "10"]);
  expect(programs[0]).toBe(program);
  expect(combine([result])).toBe(result);
  expect(() => lower(program, sampler, 10)).toThrow(/^backend\.none-fits/);
});

const drawn = (bitstrings: string[], counts: number[]): ProgramResult => ({
  kind: "sample",
  histograms: [{ bitstrings, counts: Uint32Array.from(counts) }],
});

test.each<[string, ProgramResult[]]>([
  ["nothing", []],
  ["no histograms", [{ kind: "sample", histograms: [] }]],
  ["another kind of result", [{ kind: "expectation", rows: 1, columns: 1, values: Float64Array.of(1) }]],
  ["an empty histogram", [drawn([], [])]],
  ["a histogram of zeros", [drawn(["00"], [0])]],
  ["bits of another number of qubits", [drawn(["0"], [10])]],
])("%s in place of a histogram is the backend's fault, never a number", (_what, results) => {
  const same = { rows: 1, values: new Float64Array(0) };
  const overlap: OverlapProgram = { kind: "overlap", circuit: bell, left: same, right: same };
  for (const program of [expectation(bell, pauli("ZZ")), overlap])
    expect(() => lower(program, sampler, 10).combine(results)).toThrow(/^backend\.broke-contract/);
});

test("an answer of another kind than was asked is the backend's fault", () => {
  const native = lower(expectation(bell, pauli("ZZ")), { ...sampler, kinds: ["expectation"] }, 10);
  expect(() => native.combine([])).toThrow(/^backend\.broke-contract/);
  expect(() => native.combine([drawn(["00"], [10])])).toThrow(/^backend\.broke-contract/);
});
