// Segments -> stages: which operations run together on a tile of the state, and in which order.
//
// A stage has the lowest index bits, or some higher ones beside the very lowest. It takes every rotation that is ready,
// and before it the phases that must come first, with all others that may, since one pass can do them all.

import type { Angle } from "@eigentwin/core";
import { isZero, ZERO } from "./linear.ts";
import type { Segment, Term } from "./segment.ts";

export type Step =
  | { kind: "rotate"; turns: { bit: number; angle: Angle }[] }
  | { kind: "phase"; terms: Term[]; constant: Angle }
  | { kind: "exchange"; target: number; control?: number };

export interface Stage {
  tileBits: number;
  /** Index bits above the lowest columns; none for a tile of neighbours. */
  chosen: number[];
  steps: Step[];
  columns?: number[];
}

export interface Layout {
  bits: number;
  tileBits: number;
  /** Bits of the neighbours that a tile of chosen bits keeps together. */
  columnBits: number;
  /** One kind of step in a stage. */
  layered: boolean;
}

/** Each run of phases has a table of its own, and the tables of a stage stay in the cache together. */
const MOST_TABLES = 14;

/** Mutable: what of a segment is done. */
interface Progress {
  done: number[];
  left: Set<Term>;
}

/** `done` rotations of each bit are part of the initial state; `phases` says whether those at the end are wanted. */
export function schedule(segment: Segment, layout: Layout, done: readonly number[], phases: boolean): Stage[] {
  const plans = [true, false].map((lowFirst) => run(segment, layout, [...done], phases, lowFirst));
  return plans.reduce((best, plan) => (plan.length < best.length ? plan : best));
}

function run(segment: Segment, layout: Layout, done: number[], phases: boolean, lowFirst: boolean): Stage[] {
  const progress: Progress = { done, left: new Set(segment.terms.values()) };
  const low = Array.from({ length: Math.min(layout.bits, layout.tileBits) }, (_, bit) => bit);
  const stages: Stage[] = [];
  let wantsLow = lowFirst;
  for (let idle = 0; idle < 2; wantsLow = !wantsLow) {
    const local = wantsLow ? low : highBits(segment, layout, progress, low.length);
    const steps = local.length > 0 ? advance(segment, progress, new Set(local), layout.layered) : [];
    idle = steps.length > 0 ? 0 : idle + 1;
    if (steps.length > 0) stages.push(stageOf(layout, wantsLow ? [] : local, steps));
    if (layout.layered && steps.length > 0) wantsLow = !wantsLow;
  }
  if (phases) finish(segment, layout, progress, stages);
  return stages;
}

const stageOf = (layout: Layout, chosen: number[], steps: Step[]): Stage => ({
  tileBits: chosen.length > 0 ? layout.columnBits + chosen.length : Math.min(layout.bits, layout.tileBits),
  chosen,
  steps,
});

/** What is left of the phases joins the last stage if it can: one of neighbours. */
function finish(segment: Segment, layout: Layout, { left }: Progress, stages: Stage[]): void {
  if (left.size === 0 && isZero(segment.phase)) return;
  const step: Step = { kind: "phase", terms: [...left], constant: segment.phase };
  const last = stages.at(-1);
  if (last && last.chosen.length === 0 && !layout.layered) last.steps.push(step);
  else stages.push(stageOf(layout, [], [step]));
}

/**
 * Higher bits that have a rotation left, as many as a tile can hold: first those whose turn it is. Where each is turned once
 * and no phase comes between they go by three, and others join them.
 */
function highBits(segment: Segment, layout: Layout, progress: Progress, above: number): number[] {
  const left = (bit: number) => (segment.rotations[bit]?.length ?? 0) - (progress.done[bit] ?? 0);
  const waiting = segment.rotations.flatMap((_, bit) => (bit >= above && left(bit) > 0 ? [bit] : []));
  const { blocked, needed } = ableTerms(segment, progress);
  const inTurn = [...waiting.filter((bit) => !blocked.has(bit)), ...waiting.filter((bit) => blocked.has(bit))];
  const room = layout.tileBits - layout.columnBits;
  const alone = waiting.every((bit) => left(bit) === 1 && !blocked.has(bit) && !needed.has(bit));
  if (!alone) return inTurn.slice(0, room).toSorted((a, b) => a - b);
  const threes = Math.min(Math.ceil(waiting.length / 3), Math.round(room / 3));
  const others = Array.from({ length: layout.bits - layout.columnBits }, (_, index) => layout.bits - 1 - index);
  return [...new Set([...inTurn, ...others])].slice(0, 3 * threes).toSorted((a, b) => a - b);
}

/** The phases whose turn it is, the bits that need one of them first, and the bits that wait for others. */
function ableTerms(segment: Segment, progress: Progress) {
  const able = new Set<Term>();
  const needed = new Set<number>();
  const blocked = new Set<number>();
  segment.places.forEach((places, bit) => {
    for (const key of places[progress.done[bit] ?? 0] ?? []) {
      const term = segment.terms.get(key);
      if (!term || !progress.left.has(term)) continue;
      if (isAble(term, progress)) {
        able.add(term);
        needed.add(bit);
      } else blocked.add(bit);
    }
  });
  return { able, needed, blocked };
}

function advance(segment: Segment, progress: Progress, local: ReadonlySet<number>, layered: boolean): Step[] {
  const steps: Step[] = [];
  for (;;) {
    const { able, needed, blocked } = ableTerms(segment, progress);
    const ready = [...local].filter(
      (bit) => !blocked.has(bit) && (segment.rotations[bit]?.length ?? 0) > (progress.done[bit] ?? 0),
    );
    if (ready.length === 0) return steps;
    if (ready.some((bit) => needed.has(bit))) {
      if (steps.filter(({ kind }) => kind === "phase").length === MOST_TABLES) return steps;
      steps.push({ kind: "phase", terms: [...able], constant: ZERO });
      for (const term of able) progress.left.delete(term);
      if (layered) return steps;
    }
    const turns = ready.map((bit) => ({ bit, angle: segment.rotations[bit]?.[progress.done[bit] ?? 0] ?? ZERO }));
    steps.push({ kind: "rotate", turns });
    for (const bit of ready) progress.done[bit] = (progress.done[bit] ?? 0) + 1;
    if (layered) return steps;
  }
}

const isAble = (term: Term, { done }: Progress): boolean =>
  term.bits.every((bit, index) => term.after[index] === done[bit]);

/** Index bits of the whole state in the order of a tile's own bits. */
export const localBits = (stage: Stage, columnBits: number): number[] =>
  stage.chosen.length > 0
    ? [...Array.from({ length: columnBits }, (_, bit) => bit), ...stage.chosen]
    : Array.from({ length: stage.tileBits }, (_, bit) => bit);

export const chosenMask = ({ chosen }: Stage): number => chosen.reduce((mask, bit) => mask + 2 ** bit, 0);
