// Expectations from samples: each qubit turned so that reading it reads a letter; words that share a basis share shots.

import { circuit, type Circuit } from "./circuit.ts";
import { histogramOf, type Lowered } from "./lowered.ts";
import { mergeWords, sharesBasis, type PauliSum } from "./observable.ts";
import type { ExpectationProgram, Histogram, SampleProgram } from "./program.ts";

export function lowerExpectation(program: ExpectationProgram, shots: number): Lowered {
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
