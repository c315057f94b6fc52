// Gradients by the adjoint method (Jones and Gacon 2020): after the circuit, the state and what the observable makes of
// it go back together, stage by stage, and every parameter's slope is read off the two on the way.
//
// A rotation's slope is one sum over pairs. Of a run of phases all slopes come from one product and one transform.

import type { Angle, GradientProgram, GradientResult, PauliSum } from "@eigentwin/core";
import { groupsOf, type Group } from "./expectation.ts";
import type { Stage, Step } from "./planner/schedule.ts";
import type { Term } from "./planner/segment.ts";
import { numbersAt, type Precision } from "./precision.ts";
import { normalise, prepare, type Session } from "./session.ts";

/** A plane, and a number for each index bit. */
export const gradientBytes = (bits: number, { realBytes }: Precision): number => realBytes * 2 ** bits + 8 * 32;

/** The state, what the observable makes of it, and room for a permutation. */
interface Pair {
  state: number;
  adjoint: number;
  other: number;
}

/** Each observable has a way back of its own. */
export async function runGradient(
  session: Session,
  { parameters, observables }: GradientProgram,
): Promise<GradientResult> {
  const { circuit, regions, stride } = session;
  const { rows } = parameters;
  const columns = observables.length;
  const values = new Float64Array(rows * columns);
  const slopes = new Float64Array(values.length * circuit.width);
  for (const [column, observable] of observables.entries()) {
    const words = observable.map(({ word }) => word);
    const groups = groupsOf(words, circuit);
    for (let row = 0; row < rows; row++) {
      const at = row * columns + column;
      const pair = { state: regions.states, adjoint: regions.states + stride, other: regions.other };
      await prepare(session, parameters, row, pair.state);
      normalise(session, pair.state);
      await observe(session, pair, groups, observable);
      values[at] = inner(session, pair);
      await sweep(session, pair, slopes.subarray(at * circuit.width, (at + 1) * circuit.width));
    }
  }
  return { kind: "gradient", rows, columns, values, slopes };
}

const planeOf = ({ kernels, regions, bits, settings }: Session) =>
  numbersAt(settings.precision, kernels.memory, regions.workspace, 2 ** bits);

/** The observable times the state: words that flip the same bits are one pass with weights by index. */
async function observe(
  session: Session,
  { state, adjoint }: Pair,
  groups: readonly Group[],
  observable: PauliSum,
): Promise<void> {
  const { kernels, regions, bits, size, stride, pace } = session;
  new Uint8Array(kernels.memory.buffer, adjoint, stride).fill(0);
  const weights = planeOf(session);
  for (const { flip, imaginary, words } of groups) {
    const turn = pace(8 * size);
    if (turn) await turn;
    weights.fill(0);
    for (const { index, sign, factor } of words) {
      const at = 2 ** bits - 1 - sign;
      // The word acts before the flip: a common bit of both changes its sign.
      const turned = isOdd(flip & sign) ? -factor : factor;
      weights[at] = (weights[at] ?? 0) + turned * (observable[index]?.coefficient ?? Number.NaN);
    }
    kernels.transform(regions.workspace, bits, 1);
    kernels.addWeighted(adjoint, state, bits, flip, imaginary ? 1 : 0, regions.workspace);
  }
}

function isOdd(mask: number): boolean {
  let odd = false;
  for (let rest = mask; rest !== 0; rest &= rest - 1) odd = !odd;
  return odd;
}

function inner(session: Session, { state, adjoint }: Pair): number {
  const { kernels, regions, bits } = session;
  kernels.products(adjoint, state, bits, 0, 0, regions.workspace);
  let sum = 0;
  for (const value of planeOf(session)) sum += value;
  return sum;
}

async function sweep(session: Session, pair: Pair, slopes: Float64Array): Promise<void> {
  const { circuit, pace } = session;
  const { encoded, stages, start = [] } = circuit;
  // Before the first stage with a parameter there is nothing to read.
  const first = start.some(isBound) ? 0 : stages.findIndex((stage) => stage.steps.some((step) => isBoundStep(step)));
  for (let index = stages.length - 1; first >= 0 && index >= first; index--) {
    const [stage, { tiles, tileWork } = { tiles: 0, tileWork: 0 }] = [stages[index], encoded.stages[index]];
    const turn = pace(4 * tiles * tileWork);
    if (turn) await turn;
    if (stage) readStage(session, pair, stage, slopes);
    goBack(session, pair, index);
  }
  readRotations(
    session,
    pair,
    start.map((angle, bit) => ({ bit, angle })),
    slopes,
  );
}

const isBound = ({ terms }: Angle): boolean => terms.length > 0;

function isBoundStep(step: Step): boolean {
  if (step.kind === "rotate") return step.turns.some(({ angle }) => isBound(angle));
  return step.kind === "phase" && step.terms.some(({ angle }) => isBound(angle));
}

function goBack({ kernels, circuit }: Session, pair: Pair, index: number): void {
  const stage = circuit.encoded.stages[index];
  if (!stage) return;
  kernels.prepareStage(stage.address, 1);
  for (const one of ["state", "adjoint"] as const) {
    kernels.runStage(stage.address, pair[one], pair.other, 0, stage.tiles, 1);
    if (stage.permutes) [pair[one], pair.other] = [pair.other, pair[one]];
  }
}

/** All that acts in a stage commutes with its generators, so they may be read where it has acted. */
function readStage(session: Session, pair: Pair, { steps }: Stage, slopes: Float64Array): void {
  for (const step of steps) {
    if (step.kind === "rotate") readRotations(session, pair, step.turns, slopes);
    if (step.kind === "phase") readPhases(session, pair, step.terms, slopes);
  }
}

function add(slopes: Float64Array, { terms }: Angle, slope: number): void {
  for (const [parameter, coefficient] of terms) slopes[parameter] = (slopes[parameter] ?? 0) + coefficient * slope;
}

function readRotations(
  session: Session,
  { state, adjoint }: Pair,
  turns: readonly { bit: number; angle: Angle }[],
  slopes: Float64Array,
): void {
  const { kernels, regions, bits, settings } = session;
  const at = regions.workspace + settings.precision.realBytes * 2 ** bits;
  const bound = turns.filter(({ angle }) => isBound(angle)).toSorted((a, b) => a.bit - b.bit);
  const ofBits = new Float64Array(kernels.memory.buffer, at, bits);
  for (let from = 0, to = 1; from < bound.length; from = to++) {
    // Neighbours share the loading of amplitudes.
    const first = bound[from]?.bit ?? Number.NaN;
    while (bound[to]?.bit === first + to - from) to += 1;
    kernels.slopes(adjoint, state, bits, first, to - from, at);
    bound.slice(from, to).forEach(({ angle }, index) => add(slopes, angle, ofBits[index] ?? Number.NaN));
  }
}

/** With W(m) the sum of products signed by the parity of m: a bit is (1 - its sign) / 2, and a pair the product of two. */
function readPhases(session: Session, pair: Pair, terms: readonly Term[], slopes: Float64Array): void {
  if (!terms.some(({ angle }) => isBound(angle))) return;
  const { kernels, regions, bits } = session;
  kernels.products(pair.adjoint, pair.state, bits, 0, 1, regions.workspace);
  kernels.transform(regions.workspace, bits, 0);
  const transformed = planeOf(session);
  const signed = (mask: number) => transformed[2 ** bits - 1 - mask] ?? Number.NaN;
  for (const { bits: on, parity, angle } of terms) {
    if (!isBound(angle)) continue;
    const all = on.reduce((mask, bit) => mask + 2 ** bit, 0);
    if (parity || on.length === 1) add(slopes, angle, signed(all) - signed(0));
    else {
      const singles = on.reduce((sum, bit) => sum + signed(2 ** bit), 0);
      add(slopes, angle, -0.5 * (signed(0) - singles + signed(all)));
    }
  }
}
