// What a program was lowered to, and how its results are read.

import { refuse } from "../failure.ts";
import type { Histogram, Program, ProgramResult, SampleResult } from "./program.ts";

export interface Lowered {
  /** Run these, in this order. */
  programs: Program[];
  /** Their results in the same order, made into the result of the program that was asked for. */
  combine(results: ProgramResult[]): ProgramResult;
}

/** Only what was really drawn: an empty histogram, or bits of another length, would become an invented number. */
export function histogramOf(result: ProgramResult | undefined, row: number, qubits: number): Histogram {
  const histogram = (result as SampleResult | undefined)?.histograms?.[row];
  if (!histogram?.counts.some((count) => count > 0))
    return refuse("backend.broke-contract", `the backend returned no histogram for row ${row}`);
  if (histogram.bitstrings.some((bits) => bits.length !== qubits))
    return refuse("backend.broke-contract", `the histogram of row ${row} has bitstrings not of ${qubits} qubits`);
  return histogram;
}
