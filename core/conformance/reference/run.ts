// Programs answered by the reference, exactly: what a backend's answers are held against.

import { annealResult, type AnnealProgram, type AnnealResult } from "../../program/anneal.ts";
import {
  batchesOf,
  type Batch,
  type CircuitProgram,
  type ExpectationProgram,
  type GradientProgram,
  type Histogram,
  type OverlapProgram,
  type Program,
  type ProgramResult,
  type SampleProgram,
} from "../../program/program.ts";
import { randomFrom, seedFor } from "../../run/random.ts";
import { distributionOf } from "./distribution.ts";
import { optimaOf } from "./enumerate.ts";
import { branchesOf, expectation, overlap, stateOf } from "./state.ts";

const rowsOf = ({ rows, values }: Batch): Float64Array[] => {
  const width = values.length / rows;
  return Array.from({ length: rows }, (_, row) => values.subarray(row * width, (row + 1) * width));
};

/** For each row of a sample program, how likely every bitstring is. */
export const distributionsOf = ({ circuit, parameters }: SampleProgram): Map<string, number>[] =>
  rowsOf(parameters).map((row) => distributionOf(circuit, row));

export function runExactly(program: CircuitProgram, seed?: number): Exclude<ProgramResult, AnnealResult>;
export function runExactly(program: Program, seed?: number): ProgramResult;
export function runExactly(program: Program, seed = 0): ProgramResult {
  if (program.kind === "anneal") return annealIdeally(program, seed);
  if (program.kind === "sample") {
    const draw = (found: Map<string, number>, row: number) =>
      histogramOf(found, program.shots, seedFor(program.seed ?? seed, `row ${row}`));
    return { kind: "sample", histograms: distributionsOf(program).map(draw) };
  }
  const [rows = [], others = []] = batchesOf(program).map(rowsOf);
  if (program.kind === "overlap") {
    const values = Float64Array.from(overlaps(program, rows, others));
    return { kind: "overlap", rows: rows.length, columns: others.length, values };
  }
  const shape = { rows: rows.length, columns: program.observables.length };
  const values = Float64Array.from(expectations(program, rows));
  if (program.kind === "expectation") return { kind: "expectation", ...shape, values };
  return { kind: "gradient", ...shape, values, slopes: slopesOf(program, rows) };
}

function overlaps({ circuit }: OverlapProgram, lefts: Float64Array[], rights: Float64Array[]): number[] {
  const rightStates = rights.map((row) => stateOf(circuit, row));
  return lefts.flatMap((row) => {
    const left = stateOf(circuit, row);
    return rightStates.map((right) => overlap(left, right));
  });
}

/** Central differences of the eighth order, so that they owe nothing to any rule of gradients: exact to about 1e-11. */
const STEP = 1e-3;
const WEIGHTS = [4 / 5, -1 / 5, 4 / 105, -1 / 280];

function slopesOf(program: GradientProgram, rows: Float64Array[]): Float64Array {
  const { circuit, observables } = program;
  const [columns, width] = [observables.length, circuit.parameters.length];
  const slopes = new Float64Array(rows.length * columns * width);
  rows.forEach((row, index) => {
    for (let parameter = 0; parameter < width; parameter++)
      WEIGHTS.forEach((weight, far) => {
        const [forward, back] = [1, -1].map((sign) =>
          expectations(program, [row.with(parameter, (row[parameter] ?? 0) + sign * (far + 1) * STEP)]),
        );
        for (let column = 0; column < columns; column++) {
          const at = (index * columns + column) * width + parameter;
          slopes[at] = (slopes[at] ?? 0) + (weight / STEP) * ((forward?.[column] ?? 0) - (back?.[column] ?? 0));
        }
      });
  });
  return slopes;
}

/** Over every branch: what is measured on the way is averaged. */
function expectations({ circuit, observables }: ExpectationProgram | GradientProgram, rows: Float64Array[]) {
  return rows.flatMap((row) => {
    const branches = branchesOf(circuit, row);
    return observables.map((sum) => branches.reduce((mean, { state }) => mean + expectation(state, sum), 0));
  });
}

/** Every read is an optimum, each of several as likely as the others. */
function annealIdeally({ problem, reads, seed: own }: AnnealProgram, seed: number): AnnealResult {
  const random = randomFrom(own ?? seed);
  const { bitstrings } = optimaOf(problem);
  const read = () => bitstrings[Math.floor(random() * bitstrings.length)] ?? "";
  return annealResult(problem, Array.from({ length: reads }, read));
}

function histogramOf(found: Map<string, number>, shots: number, seed: number): Histogram {
  const random = randomFrom(seed);
  const bitstrings = [...found.keys()];
  let sum = 0;
  const cumulative = Array.from(found.values(), (p) => (sum += p));
  const counts = new Uint32Array(cumulative.length);
  for (let shot = 0; shot < shots; shot++) {
    const drawn = random();
    let index = 0;
    while (index < cumulative.length - 1 && drawn >= (cumulative[index] ?? 1)) index += 1;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  const seen = [...counts.keys()].filter((index) => counts[index]);
  return {
    bitstrings: seen.map((index) => bitstrings[index] ?? ""),
    counts: Uint32Array.from(seen, (index) => counts[index] ?? 0),
  };
}
