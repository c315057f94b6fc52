// Programs answered by the reference, exactly: what a backend's answers are held against.

import { annealResult, type AnnealProgram, type AnnealResult } from "../../program/anneal.ts";
import {
  batchesOf,
  type Batch,
  type CircuitProgram,
  type Histogram,
  type Program,
  type ProgramResult,
} from "../../program/program.ts";
import { randomFrom, seedFor } from "../../run/random.ts";
import { optimaOf } from "./enumerate.ts";
import { expectation, overlap, probabilities, stateOf, type State } from "./state.ts";

export function statesOf(program: CircuitProgram): State[][] {
  const width = program.circuit.parameters.length;
  return batchesOf(program).map(({ rows, values }: Batch) =>
    Array.from({ length: rows }, (_, row) => stateOf(program.circuit, values.subarray(row * width, (row + 1) * width))),
  );
}

export function runExactly(program: CircuitProgram, seed?: number): Exclude<ProgramResult, AnnealResult>;
export function runExactly(program: Program, seed?: number): ProgramResult;
export function runExactly(program: Program, seed = 0): ProgramResult {
  if (program.kind === "anneal") return annealIdeally(program, seed);
  const [states = [], rights = []] = statesOf(program);
  if (program.kind === "sample") {
    const draw = (state: State, row: number) =>
      histogramOf(state, program.shots, seedFor(program.seed ?? seed, `row ${row}`));
    return { kind: "sample", histograms: states.map(draw) };
  }
  const columns = program.kind === "overlap" ? rights.length : program.observables.length;
  const values = states.flatMap((state) =>
    program.kind === "overlap"
      ? rights.map((right) => overlap(state, right))
      : program.observables.map((sum) => expectation(state, sum)),
  );
  return { kind: program.kind, rows: states.length, columns, values: Float64Array.from(values) };
}

/** Every read is an optimum, each of several as likely as the others. */
function annealIdeally({ problem, reads, seed: own }: AnnealProgram, seed: number): AnnealResult {
  const random = randomFrom(own ?? seed);
  const { bitstrings } = optimaOf(problem);
  const read = () => bitstrings[Math.floor(random() * bitstrings.length)] ?? "";
  return annealResult(problem, Array.from({ length: reads }, read));
}

function histogramOf(state: State, shots: number, seed: number): Histogram {
  const random = randomFrom(seed);
  const cumulative = probabilities(state);
  for (let k = 1; k < cumulative.length; k++) cumulative[k] = (cumulative[k] ?? 0) + (cumulative[k - 1] ?? 0);
  const counts = new Uint32Array(cumulative.length);
  for (let shot = 0; shot < shots; shot++) {
    const drawn = random();
    let index = 0;
    while (index < cumulative.length - 1 && drawn >= (cumulative[index] ?? 1)) index += 1;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  const seen = [...counts.keys()].filter((index) => counts[index]);
  const width = Math.log2(cumulative.length);
  return {
    bitstrings: seen.map((index) => index.toString(2).padStart(width, "0")),
    counts: Uint32Array.from(seen, (index) => counts[index] ?? 0),
  };
}
