// Lowering: what a backend does not execute is rewritten into what it does, so that no algorithm asks which backend it has.
//
// operations that it does not have -> those that it has (lower-gates.ts);
// expectation -> samples in rotated bases (words that share a basis share shots);
// overlap -> the share of all-zero outcomes of compute-uncompute circuits (Havlicek et al., Nature 567, 209, 2019).

import { refuse } from "../failure.ts";
import type { BackendDescription } from "../backend.ts";
import type { Angle } from "./angle.ts";
import { circuit, type Circuit } from "./circuit.ts";
import { finalMeasurementOf } from "./final-measurement.ts";
import { inverse } from "./inverse.ts";
import { lowerCircuit } from "./lower-gates.ts";
import { mergeWords, sharesBasis, type PauliSum } from "./observable.ts";
import { isUnitary, type Operation } from "./operation.ts";
import type {
  Batch,
  ExpectationProgram,
  Histogram,
  OverlapProgram,
  Program,
  ProgramResult,
  SampleProgram,
  SampleResult,
} from "./program.ts";

export interface Lowered {
  /** Run these, in this order. */
  programs: Program[];
  /** Their results in the same order, made into the result of the program that was asked for. */
  combine(results: ProgramResult[]): ProgramResult;
}

/** Rewrites `program` for a backend; `shots` is the number a row gets where the answer must be sampled. */
export function lower(program: Program, backend: BackendDescription, shots: number): Lowered {
  const { programs, combine } = lowerKind(program, backend, shots);
  const executable = programs.map((one) => inItsOperations(one, backend));
  return {
    programs: executable.map((one) => one.program),
    combine: (results) => combine(results.map((result, index) => executable[index]?.asAsked(result) ?? result)),
  };
}

/** The program in the operations of the backend, and how its result answers the one that was asked. */
function inItsOperations(program: Program, backend: BackendDescription) {
  const asIs = (result: ProgramResult) => result;
  const atEnd =
    program.kind === "sample" && program.circuit.bits && !backend.gates.includes("measure")
      ? finalMeasurementOf(program.circuit)
      : undefined;
  const circuit = lowerCircuit(atEnd?.circuit ?? program.circuit, backend);
  if (!atEnd) return { program: circuit === program.circuit ? program : { ...program, circuit }, asAsked: asIs };
  return {
    program: { ...program, circuit },
    asAsked: (result: ProgramResult): ProgramResult =>
      result.kind === "sample" ? { ...result, histograms: result.histograms.map(atEnd.bitsOf) } : result,
  };
}

function lowerKind(program: Program, backend: BackendDescription, shots: number): Lowered {
  if (backend.kinds.includes(program.kind))
    return { programs: [program], combine: ([only]) => resultOf(only, program) };
  if (!backend.kinds.includes("sample"))
    return refuse("backend.none-fits", `${backend.name} runs neither ${program.kind} nor sample programs`);
  if (program.kind === "expectation") return lowerExpectation(program, shots);
  if (program.kind === "overlap") return lowerOverlap(program, shots);
  return refuse("program.invalid", `a ${program.kind} program cannot be lowered`);
}

function lowerExpectation(program: ExpectationProgram, shots: number): Lowered {
  const bases = sharedBases(program.observables);
  const { qubits, bits = 0 } = program.circuit;
  const width = bits + qubits;
  const programs = bases.map((basis): SampleProgram => ({
    kind: "sample",
    circuit: measuredIn(program.circuit, basis),
    parameters: program.parameters,
    shots,
  }));
  return {
    programs,
    combine(results) {
      const rows = program.parameters.rows;
      const columns = program.observables.length;
      const values = new Float64Array(rows * columns);
      const standardErrors = new Float64Array(rows * columns);
      for (let row = 0; row < rows; row++)
        program.observables.forEach((sum, column) => {
          const parts = bases.map((basis, index) =>
            estimate(sum, basis, bases, qubitsOnly(histogramOf(results[index], row, width), basis.length)),
          );
          values[row * columns + column] = parts.reduce((total, { mean }) => total + mean, constantOf(sum));
          standardErrors[row * columns + column] = Math.sqrt(
            parts.reduce((total, { meanVariance }) => total + meanVariance, 0),
          );
        });
      return { kind: "expectation", rows, columns, values, standardErrors };
    },
  };
}

/** Greedy grouping of all words into measurement bases; identity words need none. */
function sharedBases(observables: readonly PauliSum[]): string[] {
  const bases: string[] = [];
  for (const { word } of observables.flat()) {
    if (isIdentity(word)) continue;
    const index = bases.findIndex((basis) => sharesBasis(basis, word));
    if (index < 0) bases.push(word);
    else bases[index] = mergeWords(bases[index] ?? word, word);
  }
  return bases;
}

/**
 * Rotates each qubit so that a computational-basis measurement reads the letter of `basis`. Where the circuit has bits of
 * its own, the qubits are read into as many more, behind them.
 */
function measuredIn(of: Circuit, basis: string): Circuit {
  const { bits = 0 } = of;
  const turn = circuit(of.qubits, [], bits && bits + of.qubits);
  Array.from(basis).forEach((letter, qubit) => {
    if (letter === "Y") turn.add("sdg", qubit);
    if (letter === "X" || letter === "Y") turn.add("h", qubit);
  });
  if (bits) for (let qubit = 0; qubit < of.qubits; qubit++) turn.measure(qubit, bits + qubit);
  return { ...of, ...turn.build(), parameters: of.parameters, gates: [...of.gates, ...turn.build().gates] };
}

/** What the qubits read, whatever the circuit's own bits before them did. */
const qubitsOnly = ({ bitstrings, counts }: Histogram, qubits: number): Histogram => ({
  bitstrings: bitstrings.map((bits) => bits.slice(-qubits)),
  counts,
});

/** Mean of the words of `sum` that are read in `basis` (each word in the first basis that it shares), over one histogram. */
function estimate(sum: PauliSum, basis: string, bases: readonly string[], drawn: Histogram) {
  const words = sum.filter(({ word }) => !isIdentity(word) && bases.find((one) => sharesBasis(one, word)) === basis);
  let total = 0;
  let mean = 0;
  let square = 0;
  drawn.bitstrings.forEach((bits, index) => {
    const count = drawn.counts[index] ?? 0;
    let value = 0;
    for (const { word, coefficient } of words) value += coefficient * parity(word, bits);
    total += count;
    mean += count * value;
    square += count * value * value;
  });
  // Two shots more, one at each end of the range, in the variance alone: shots that all agree do not mean no error.
  const most = words.reduce((sum, { coefficient }) => sum + Math.abs(coefficient), 0);
  const smoothed = (square + 2 * most * most) / (total + 2) - (mean / (total + 2)) ** 2;
  return { mean: mean / total, meanVariance: Math.max(0, smoothed) / total };
}

const isIdentity = (word: string) => !/[XYZ]/.test(word);

/** What the identity words of `sum` add, whatever is measured. */
const constantOf = (sum: PauliSum) =>
  sum.reduce((total, { word, coefficient }) => (isIdentity(word) ? total + coefficient : total), 0);

function parity(word: string, bits: string): 1 | -1 {
  let odd = false;
  for (let q = 0; q < word.length; q++) if (word[q] !== "I" && bits[q] === "1") odd = !odd;
  return odd ? -1 : 1;
}

function lowerOverlap(program: OverlapProgram, shots: number): Lowered {
  const { circuit: prepare, left, right } = program;
  const rows = left.rows;
  const columns = right.rows;
  return {
    programs: [
      {
        kind: "sample",
        circuit: computeUncompute(prepare),
        parameters: pairs(prepare.parameters.length, left, right),
        shots,
      },
    ],
    combine(results) {
      const values = new Float64Array(rows * columns);
      const standardErrors = new Float64Array(rows * columns);
      for (let pair = 0; pair < values.length; pair++) {
        const p = shareOfZeros(histogramOf(results[0], pair, prepare.qubits));
        values[pair] = p;
        // Laplace's estimate in the variance: none or all of the shots do not mean no error.
        const q = (p * shots + 1) / (shots + 2);
        standardErrors[pair] = Math.sqrt((q * (1 - q)) / shots);
      }
      return { kind: "overlap", rows, columns, values, standardErrors };
    },
  };
}

/** Prepares the right state, then undoes the left one; the left row's parameters follow the right row's. */
function computeUncompute(prepare: Circuit): Circuit {
  const shift = prepare.parameters.length;
  const shifted = (operation: Operation): Operation =>
    isUnitary(operation) && operation.name !== "unitary"
      ? ({ ...operation, angles: operation.angles.map((angle) => shiftAngle(angle, shift)) } as Operation)
      : operation;
  return {
    qubits: prepare.qubits,
    parameters: ["right", "left"].flatMap((side) => prepare.parameters.map((name) => `${side}_${name}`)),
    gates: [...prepare.gates, ...inverse(prepare).gates.map(shifted)],
  };
}

const shiftAngle = ({ constant, terms }: Angle, shift: number): Angle => ({
  constant,
  terms: terms.map(([parameter, coefficient]) => [parameter + shift, coefficient]),
});

function pairs(width: number, left: Batch, right: Batch): Batch {
  const values = new Float64Array(left.rows * right.rows * 2 * width);
  let at = 0;
  for (let l = 0; l < left.rows; l++)
    for (let r = 0; r < right.rows; r++, at += 2 * width) {
      values.set(right.values.subarray(r * width, (r + 1) * width), at);
      values.set(left.values.subarray(l * width, (l + 1) * width), at + width);
    }
  return { rows: left.rows * right.rows, values };
}

function shareOfZeros({ bitstrings, counts }: Histogram): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const zero = bitstrings.findIndex((bits) => !bits.includes("1"));
  return zero < 0 ? 0 : (counts[zero] ?? 0) / total;
}

/** Only what was really drawn: an empty histogram, or bits of another length, would become an invented number. */
function histogramOf(result: ProgramResult | undefined, row: number, qubits: number): Histogram {
  const histogram = (result as SampleResult | undefined)?.histograms?.[row];
  if (!histogram?.counts.some((count) => count > 0))
    return refuse("backend.broke-contract", `the backend returned no histogram for row ${row}`);
  if (histogram.bitstrings.some((bits) => bits.length !== qubits))
    return refuse("backend.broke-contract", `the histogram of row ${row} has bitstrings not of ${qubits} qubits`);
  return histogram;
}

function resultOf(result: ProgramResult | undefined, program: Program): ProgramResult {
  return result?.kind === program.kind
    ? result
    : refuse(
        "backend.broke-contract",
        `the backend answered a ${program.kind} program with ${result?.kind ?? "nothing"}`,
      );
}
