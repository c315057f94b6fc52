// A segment: rotations and phases between two permutations, as a partial order instead of a list.
//
// Each index bit has a row of rotations. A phase stands, on each of its bits, after so many of them; phases commute, and
// equal ones add up.

import type { Angle } from "@eigentwin/core";
import { bitsOf } from "./frame.ts";
import { halfTurns, isZero, plus, times, ZERO } from "./linear.ts";

/** Multiplies by exp(i angle) where all of `bits` are set; of a parity where an odd number of them is. */
export interface Term {
  bits: number[];
  /** How many rotations of each bit come before. */
  after: number[];
  parity: boolean;
  angle: Angle;
}

export interface Segment {
  rotations: Angle[][];
  terms: Map<string, Term>;
  /** Keys of the terms of each bit, by how many of its rotations come before. */
  places: Set<string>[][];
  phase: Angle;
  /** Index bits that are still 0: phases that need them are none. */
  zeros: number;
}

export const emptySegment = (bits: number, zeros: number): Segment => ({
  rotations: Array.from({ length: bits }, () => []),
  terms: new Map(),
  places: Array.from({ length: bits }, () => []),
  phase: ZERO,
  zeros,
});

const countAt = ({ rotations }: Segment, bit: number): number => rotations[bit]?.length ?? 0;

const isStillZero = (segment: Segment, bit: number): boolean =>
  (segment.zeros & (2 ** bit)) !== 0 && countAt(segment, bit) === 0;

export function addProduct(segment: Segment, bits: readonly number[], angle: Angle): void {
  if (bits.some((bit) => isStillZero(segment, bit))) return;
  add(segment, bits, angle, false);
}

/** exp(i angle) where the parity of `mask` is odd; up to two bits as a polynomial. */
export function addParity(segment: Segment, mask: number, angle: Angle): void {
  const bits = bitsOf(mask).filter((bit) => !isStillZero(segment, bit));
  if (bits.length > 2) return add(segment, bits, angle, true);
  for (const bit of bits) add(segment, [bit], angle, false);
  if (bits.length === 2) add(segment, bits, times(angle, -2), false);
}

function add(segment: Segment, bits: readonly number[], angle: Angle, parity: boolean): void {
  const sorted = [...bits].toSorted((a, b) => a - b);
  const after = sorted.map((bit) => countAt(segment, bit));
  const key = `${parity ? "p" : ""}${sorted.join()};${after.join()}`;
  const term = segment.terms.get(key);
  const sum = plus(term?.angle ?? ZERO, angle);
  if (isZero(sum)) segment.terms.delete(key);
  else segment.terms.set(key, { bits: sorted, after, parity, angle: sum });
  sorted.forEach((bit, index) => {
    const place = ((segment.places[bit] ??= [])[after[index] ?? 0] ??= new Set());
    if (isZero(sum)) place.delete(key);
    else place.add(key);
  });
}

/** The phases that stand after the last rotation of a bit. */
const lastTerms = (segment: Segment, bit: number): Term[] =>
  [...(segment.places[bit]?.[countAt(segment, bit)] ?? [])].flatMap((key) => segment.terms.get(key) ?? []);

/** Adds a rotation; `merge` lets it add to the one before and pass through a phase of pi, which negates it. */
export function addRotation(segment: Segment, bit: number, angle: Angle, merge: boolean): void {
  const row = segment.rotations[bit] ?? [];
  const between = merge ? lastTerms(segment, bit) : [];
  const [only] = between;
  let turned = angle;
  let carried: Angle | undefined;
  if (only && between.length === 1 && only.bits.length === 1 && (halfTurns(only.angle) ?? 0) % 2 !== 0) {
    carried = only.angle;
    turned = times(angle, -1);
    add(segment, only.bits, times(only.angle, -1), false);
  }
  const last = row.at(-1);
  if (merge && last && (between.length === 0 || carried)) {
    const sum = plus(last, turned);
    row.pop();
    if (!isZero(sum)) row.push(sum);
  } else {
    row.push(turned);
  }
  if (carried && !isStillZero(segment, bit)) add(segment, [bit], carried, false);
}
