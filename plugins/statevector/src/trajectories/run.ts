// Programs by trajectories: samples drawn along them, and means over them.

import {
  randomFrom,
  refuse,
  seedFor,
  type Batch,
  type ExpectationProgram,
  type ExpectationResult,
  type SampleProgram,
  type SampleResult,
} from "@eigentwin/core";
import { evaluateSlowly, groupsOf } from "../expectation.ts";
import { readoutOf, type NoiseModel } from "../noise/model.ts";
import { identityFrame } from "../planner/frame.ts";
import { drawFrom } from "../sample.ts";
import { byDraw, byWeight } from "./divide.ts";
import { afterMeasuring, histogramOf, spell } from "./final-measurements.ts";
import type { Many } from "./plan.ts";
import { misread, seenThrough } from "./readout.ts";
import { walk, type Walker } from "./walk.ts";

const rowOf = ({ rows, values }: Batch, row: number): Float64Array => {
  const width = values.length / rows;
  return values.subarray(row * width, (row + 1) * width);
};

/** Rows have random numbers of their own, taken in the order in which trajectories part. */
const randomOf = (seed: number, row: number) => randomFrom(seedFor(seed, `statevector/row ${row}`));

export interface Drawing {
  seed: number;
  noise?: NoiseModel;
}

/** Where a state for each halving does not fit, fewer trajectories go at a time: with one state, each alone. */
const amountsOf = (total: number, states: number): number[] => {
  const most = 2 ** states - 1;
  return Array.from({ length: Math.ceil(total / most) }, (_, index) => Math.min(most, total - index * most));
};

export async function sampleAlong(walker: Walker, program: SampleProgram, to: Drawing): Promise<SampleResult> {
  const { circuit, parameters, shots } = program;
  const { plan } = walker;
  const { bits = 0, qubits } = circuit;
  const histograms = [];
  for (let row = 0; row < parameters.rows; row++) {
    const random = randomOf(to.seed, row);
    const found = new Map<string, number>();
    const count = (read: string, times: number) => found.set(read, (found.get(read) ?? 0) + times);
    const splitting = { divide: byDraw(random), readoutOf: (qubit: number) => readoutOf(to.noise, qubit) };
    for (const amount of amountsOf(shots, plan.states))
      await walk(walker, { row: rowOf(parameters, row), bits, amount, splitting }, async (state, here, classical) => {
        if (bits > 0 && plan.final.length === 0) return void count(classical.join(""), here);
        const drawn = await drawFrom(walker, state, here, random);
        drawn.forEach((times, index) => {
          if (times === 0) return;
          const read = index.toString(2).padStart(qubits, "0");
          const spelt = (see: (qubit: number) => string) =>
            bits > 0 ? spell(classical, plan.final, see) : Array.from(read, (_, qubit) => see(qubit)).join("");
          if (!to.noise?.readout)
            return void count(
              spelt((qubit) => read[qubit] ?? "?"),
              times,
            );
          for (let shot = 0; shot < times; shot++)
            count(
              spelt((qubit) => misread(read[qubit] ?? "?", readoutOf(to.noise, qubit), random)),
              1,
            );
        });
      });
    histograms.push(histogramOf(found));
  }
  return { kind: "sample", histograms };
}

/** Exactly, or over so many trajectories and with standard errors. */
export async function meanAlong(
  walker: Walker,
  program: ExpectationProgram,
  many: Many,
  { seed, noise }: Drawing,
): Promise<ExpectationResult> {
  const { circuit, parameters } = program;
  const { plan } = walker;
  const observables = afterMeasuring(program.observables, plan.final).map((sum) => seenThrough(sum, noise));
  const words = [...new Set(observables.flat().map(({ word }) => word))];
  const frame = identityFrame(circuit.qubits, 0);
  const groups = groupsOf(words, { frame, skipped: 0, finish: "state" });
  const places = new Map(words.map((word, index) => [word, index]));
  const [rows, columns] = [parameters.rows, observables.length];
  const values = new Float64Array(rows * columns);
  const squares = new Float64Array(rows * columns);
  const wordValues = new Float64Array(words.length);
  for (let row = 0; row < rows; row++) {
    const divide = many === "exactly" ? byWeight : byDraw(randomOf(seed, row));
    const splitting = { divide, readoutOf: (qubit: number) => readoutOf(noise, qubit) };
    const total = many === "exactly" ? 1 : many;
    for (const amount of many === "exactly" ? [1] : amountsOf(many, plan.states))
      await walk(
        walker,
        { row: rowOf(parameters, row), bits: circuit.bits ?? 0, amount, splitting },
        async (state, here) => {
          await evaluateSlowly(walker, state, groups, wordValues);
          observables.forEach((sum, column) => {
            const value = sum.reduce(
              (mean, { word, coefficient }) => mean + coefficient * (wordValues[places.get(word) ?? -1] ?? Number.NaN),
              0,
            );
            const at = row * columns + column;
            values[at] = (values[at] ?? 0) + (here / total) * value;
            squares[at] = (squares[at] ?? 0) + (here / total) * value * value;
          });
        },
      );
  }
  const result = { kind: "expectation", rows, columns, values } as const;
  if (many === "exactly") return result;
  return { ...result, standardErrors: values.map((mean, at) => errorOf(mean, squares[at] ?? Number.NaN, many)) };
}

const errorOf = (mean: number, square: number, many: number): number =>
  Math.sqrt(Math.max(0, square - mean * mean) / Math.max(1, many - 1));

export function checkTrajectories(many: number): number {
  if (Number.isInteger(many) && many >= 2) return many;
  return refuse("program.invalid", `a mean needs 2 trajectories or more, not ${many}`);
}
