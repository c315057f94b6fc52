// Expectation programs: each distinct Pauli word is evaluated once a row, then summed into its observables.

import type { ExpectationProgram, ExpectationResult } from "@eigentwin/core";
import { bitOf } from "./compile.ts";
import { stepsOfSlice } from "./pace.ts";
import { prepare, type Session } from "./session.ts";

export async function runExpectation(session: Session, program: ExpectationProgram): Promise<ExpectationResult> {
  const { kernels, regions, size, pace } = session;
  const { parameters, observables } = program;
  const words = [...new Set(observables.flat().map(({ word }) => word))];
  const valuesAt = regions.workspace + words.length * 16;
  new Int32Array(kernels.memory.buffer, regions.workspace, words.length * 4).set(words.flatMap(masksOf));
  const wordValues = new Float64Array(kernels.memory.buffer, valuesAt, words.length);
  const sums = observables.map((sum) =>
    sum.map(({ word, coefficient }) => ({ coefficient, index: words.indexOf(word) })),
  );

  const values = new Float64Array(parameters.rows * observables.length);
  const step = stepsOfSlice(size);
  let at = 0;
  for (let row = 0; row < parameters.rows; row++) {
    await prepare(session, parameters, row, regions.states);
    for (let from = 0; from < words.length; from += step) {
      const count = Math.min(step, words.length - from);
      await pace(count * size);
      kernels.expectations(regions.states, size, regions.workspace + from * 16, count, valuesAt + from * 8);
    }
    for (const sum of sums) {
      values[at] = sum.reduce(
        (total, { coefficient, index }) => total + coefficient * (wordValues[index] ?? Number.NaN),
        0,
      );
      at += 1;
    }
  }
  return { kind: "expectation", rows: parameters.rows, columns: observables.length, values };
}

/** The four integers of kernels/expectation.ts. */
function masksOf(word: string): [x: number, z: number, y: number, unused: 0] {
  const bitsOf = (letters: string) =>
    Array.from(word).reduce(
      (bits, letter, qubit) => (letters.includes(letter) ? bits + bitOf(qubit, word.length) : bits),
      0,
    );
  return [bitsOf("XY"), bitsOf("YZ"), word.split("Y").length - 1, 0];
}
