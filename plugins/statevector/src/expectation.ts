// Expectation programs: each distinct Pauli word is evaluated once a row, then summed into its observables.
//
// A word maps |k> to i^y (-1)^|k & z| |k ^ x>, where x has the bits of X and Y, z those of Y and Z, and y counts the Ys.
// Words with the same x and the same parity of y share one pass and one transform, or, if they are few, take one pass each.

import type { ExpectationProgram, ExpectationResult } from "@eigentwin/core";
import { identityFrame, type Frame } from "./planner/frame.ts";
import { leastBits, type CircuitPlan } from "./planner/plan-circuit.ts";
import { numbersAt, type Precision } from "./precision.ts";
import { allRows, forEachRow, prepareTogether, type Reading, type Session } from "./session.ts";

/** So many words of a group are as dear as a transform. */
const FEW_WORDS = 5;
/** The same of rows side by side, whose states are small. */
const FEW_WORDS_TOGETHER = 3;
/** A transform needs a plane; larger ones leave no room for it. */
const LARGEST_TRANSFORM_BITS = 20;

/** Updates after which a row gives way. */
const SMALL_WORK = 1e6;

export interface Group {
  flip: number;
  imaginary: boolean;
  words: { index: number; sign: number; factor: number }[];
}

export const transforms = (words: number, qubits: number): boolean =>
  words >= FEW_WORDS && qubits <= LARGEST_TRANSFORM_BITS;

/** `rows`: they lie side by side. */
export const expectationBytes = (
  { observables, circuit }: ExpectationProgram,
  precision: Precision,
  rows: boolean,
): number =>
  rows
    ? mostExpectationBytes(circuit.qubits + precision.laneBits, precision)
    : transforms(observables.flat().length, circuit.qubits)
      ? mostExpectationBytes(circuit.qubits, precision)
      : 0;

/** Whatever the words are. */
export const mostExpectationBytes = (qubits: number, precision: Precision): number =>
  transforms(Number.POSITIVE_INFINITY, qubits) ? precision.realBytes * 2 ** Math.max(leastBits(precision), qubits) : 0;

export async function runExpectation(session: Session, program: ExpectationProgram): Promise<ExpectationResult> {
  const { parameters, observables } = program;
  const words = [...new Set(observables.flat().map(({ word }) => word))];
  const groups = groupsOf(words, session.circuit);
  const places = new Map(words.map((word, index) => [word, index]));
  const sums = observables.map((sum) =>
    sum.map(({ word, coefficient }) => ({ coefficient, index: places.get(word) ?? Number.NaN })),
  );
  const { together } = session;
  // One number of each word for each row that is prepared together.
  const wordValues = new Float64Array(words.length * together);
  const values = new Float64Array(parameters.rows * observables.length);
  const finish = (row: number, lane: number) => {
    for (let column = 0; column < sums.length; column++) {
      let total = 0;
      for (const { coefficient, index } of sums[column] ?? [])
        total += coefficient * (wordValues[index * together + lane] ?? Number.NaN);
      values[row * sums.length + column] = total;
    }
  };
  const result: ExpectationResult = {
    kind: "expectation",
    rows: parameters.rows,
    columns: observables.length,
    values,
  };
  if (together > 1) {
    const plane = numbersAt(
      session.settings.precision,
      session.kernels.memory,
      session.regions.workspace,
      2 ** session.circuit.bits,
    );
    const works = groups.map((group) => passesOf(group.words.length, session) * session.size * together);
    for (let from = 0; from < parameters.rows; from += together) {
      const preparing = prepareTogether(session, parameters, from);
      if (preparing) await preparing;
      for (let index = 0; index < groups.length; index++) {
        const turn = session.pace(works[index] ?? 0);
        if (turn) await turn;
        const group = groups[index];
        if (group) evaluateTogether(session, group, plane, wordValues);
      }
      for (let lane = 0; lane < Math.min(together, parameters.rows - from); lane++) finish(from + lane, lane);
    }
    return result;
  }
  const work = groups.reduce((sum, { words: { length } }) => sum + passesOf(length, session) * session.size, 0);
  await forEachRow(session, parameters, allRows(session, parameters), (state, row) => {
    if (work > SMALL_WORK) return evaluateSlowly(session, state, groups, wordValues).then(() => finish(row, 0));
    for (const group of groups) evaluate(session, state, group, group.words, wordValues);
    finish(row, 0);
    return undefined;
  });
  return result;
}

const passesOf = (words: number, { size }: Reading): number => (transforms(words, Math.log2(size)) ? 8 : words);

/** What takes long gives way between words. */
export async function evaluateSlowly(session: Reading, state: number, groups: readonly Group[], values: Float64Array) {
  for (const group of groups) {
    const { words } = group;
    const together = transforms(words.length, Math.log2(session.size)) ? words.length : 1;
    for (let from = 0; from < words.length; from += together) {
      await session.pace((together > 1 ? 8 : 1) * session.size);
      evaluate(session, state, group, words.slice(from, from + together), values);
    }
  }
}

function evaluate(session: Reading, state: number, group: Group, words: Group["words"], values: Float64Array): void {
  const { kernels, regions, bits, settings } = session;
  const { flip, imaginary } = group;
  if (!transforms(words.length, Math.log2(session.size))) {
    for (const { index, sign, factor } of words)
      values[index] = factor * kernels.word(state, bits, flip, sign, imaginary ? 1 : 0);
    return;
  }
  if (flip === 0) kernels.probabilities(state, bits, regions.workspace);
  else kernels.products(state, state, bits, flip, imaginary ? 1 : 0, regions.workspace);
  kernels.transform(regions.workspace, bits, 0);
  const transformed = numbersAt(settings.precision, kernels.memory, regions.workspace, 2 ** bits);
  for (const { index, sign, factor } of words)
    values[index] = factor * (transformed[2 ** bits - 1 - sign] ?? Number.NaN);
}

/** Of all rows side by side: `values` has one number of each word for each of them. */
function evaluateTogether(
  { kernels, regions, circuit, together }: Session,
  { flip, imaginary, words }: Group,
  numbers: Float64Array | Float32Array,
  values: Float64Array,
): void {
  const { bits, skipped } = circuit;
  const { together: state, workspace: plane } = regions;
  const isTransformed = words.length >= FEW_WORDS_TOGETHER;
  if (isTransformed) {
    if (flip === 0) kernels.probabilities(state, bits, plane);
    else kernels.products(state, state, bits, flip << skipped, imaginary ? 1 : 0, plane);
    kernels.transformRows(plane, bits);
  }
  for (const { index, sign, factor } of words) {
    if (!isTransformed) kernels.wordRows(state, bits, flip << skipped, sign << skipped, imaginary ? 1 : 0, plane);
    const at = isTransformed ? 2 ** bits - together * (1 + sign) : 0;
    for (let lane = 0; lane < together; lane++)
      values[index * together + lane] = factor * (numbers[at + lane] ?? Number.NaN);
  }
}

export function groupsOf(
  words: readonly string[],
  { frame, skipped, finish }: Pick<CircuitPlan, "frame" | "skipped" | "finish">,
): Group[] {
  // The permutation that was made has taken the frame back to where it began.
  const settled = finish === "frame" ? frame : identityFrame(frame.masks.length, skipped);
  const groups = new Map<string, Group>();
  words.forEach((word, index) => {
    const { flip, sign, factor, imaginary } = masksOf(word, settled, skipped);
    const key = `${flip};${imaginary}`;
    const group = groups.get(key) ?? { flip, imaginary, words: [] };
    groups.set(key, group);
    group.words.push({ index, sign, factor });
  });
  return [...groups.values()];
}

/** X and Y only come where the frame has been settled; Z reads the parity that its qubit is. */
export function masksOf(word: string, { masks, flips }: Frame, skipped: number) {
  let [flip, sign, negative, ys] = [0, 0, 0, 0];
  Array.from(word).forEach((letter, qubit) => {
    if (letter === "X" || letter === "Y") flip |= 2 ** (word.length - 1 - qubit);
    if (letter === "Y") ys += 1;
    if (letter === "I" || letter === "X") return;
    sign ^= (masks[qubit] ?? 0) >> skipped;
    negative ^= flips[qubit] ?? 0;
  });
  return { flip, sign, imaginary: ys % 2 === 1, factor: (negative ? -1 : 1) * (ys & 2 ? -1 : 1) };
}
