// L-BFGS (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 7.5) with backtracking.

import { dot } from "./matrix.ts";

export interface Slope {
  value: number;
  gradient: Float64Array;
}

/** Nothing where the objective cannot be computed: the search then takes a shorter step. */
export type Objective = (at: Float64Array) => Promise<Slope | undefined>;

export interface MaximiseOptions {
  start: Float64Array;
  steps: number;
  /** Stops once a step gains less than this. */
  tolerance: number;
  /** No coordinate moves further in one step. */
  longestMove: number;
}

export interface Maximum {
  at: Float64Array;
  value: number;
}

interface Correction {
  move: Float64Array;
  /** Fall of the gradient along the move. */
  fall: Float64Array;
}

const MEMORY = 8;
const HALVINGS = 12;
/** Share of the promised gain that a step must reach (Armijo). */
const SUFFICIENT = 1e-4;

/** Deterministic; returns nothing where the objective cannot be computed at its start. */
export async function maximise(objective: Objective, options: MaximiseOptions): Promise<Maximum | undefined> {
  let at = options.start.slice();
  const first = await objective(at);
  if (!first) return undefined;
  let here = first;
  const memory: Correction[] = [];
  for (let step = 0; step < options.steps; step++) {
    const next = await search(objective, at, here, directionOf(here.gradient, memory, options.longestMove));
    if (!next) break;
    const { move, slope } = next;
    const fall = slope.gradient.map((value, i) => (here.gradient[i] ?? 0) - value);
    if (dot(move, fall) > 1e-10) memory.push({ move, fall });
    if (memory.length > MEMORY) memory.shift();
    const gain = slope.value - here.value;
    at = at.map((value, i) => value + (move[i] ?? 0));
    here = slope;
    if (gain < options.tolerance) break;
  }
  return { at, value: here.value };
}

/** Two-loop recursion. Without memory: half a unit along the gradient. */
function directionOf(gradient: Float64Array, memory: readonly Correction[], longestMove: number): Float64Array {
  const direction = gradient.slice();
  const ratios = new Array<number>(memory.length).fill(0);
  for (const [index, { move, fall }] of [...memory.entries()].reverse()) {
    const ratio = dot(move, direction) / dot(move, fall);
    ratios[index] = ratio;
    add(direction, -ratio, fall);
  }
  const last = memory.at(-1);
  const length = Math.sqrt(dot(direction, direction));
  const scale = last ? dot(last.move, last.fall) / dot(last.fall, last.fall) : 0.5 / Math.max(1e-12, length);
  direction.forEach((value, i) => (direction[i] = value * scale));
  memory.forEach(({ move, fall }, index) =>
    add(direction, (ratios[index] ?? 0) - dot(fall, direction) / dot(move, fall), move),
  );
  const longest = direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return longest > longestMove ? direction.map((value) => (value * longestMove) / longest) : direction;
}

function add(to: Float64Array, factor: number, what: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) + factor * (what[i] ?? 0);
}

async function search(objective: Objective, at: Float64Array, here: Slope, direction: Float64Array) {
  const promised = dot(here.gradient, direction);
  for (let tries = 0, length = 1; tries < HALVINGS; tries++, length /= 2) {
    const move = direction.map((value) => value * length);
    const slope = await objective(at.map((value, i) => value + (move[i] ?? 0)));
    if (slope && slope.value > here.value + SUFFICIENT * length * promised) return { move, slope };
  }
  return undefined;
}
