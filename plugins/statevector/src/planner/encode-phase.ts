// A run of phases as the operations of a stage: one polynomial of second degree, and a pass for each wider parity.

import type { Angle } from "@eigentwin/core";
import { DIAGONAL, PARITY } from "../../kernels/opcode.ts";
import { TURN, type Image } from "./image.ts";
import { isZero, plus, times, ZERO } from "./linear.ts";
import type { Term } from "./segment.ts";

/** Index bits of the state in the order of the tile's own, and how many of them lie inside a vector. */
export interface Tile {
  local: readonly number[];
  laneBits: number;
}

export interface Phases {
  operations: number[][];
  /** Of the table that the first operation needs, wherever it will lie. */
  tableBytes: number;
}

export function encodePhase(image: Image, tile: Tile, terms: readonly Term[], constant: Angle, table: number): Phases {
  const wide = terms.filter(({ parity }) => parity);
  const narrow = terms.filter(({ parity }) => !parity);
  // A parity turns by half its angle both ways; the constant makes up for it.
  const all = wide.reduce((sum, { angle }) => plus(sum, angle, 0.5), constant);
  const operations = wide.map((term) => encodeParity(image, tile, term));
  if (narrow.length === 0 && isZero(all)) return { operations, tableBytes: 0 };
  const { operation, tableBytes } = encodePolynomial(image, tile, narrow, all, table);
  return { operations: [operation, ...operations], tableBytes };
}

function encodeParity(image: Image, { local }: Tile, { bits, angle }: Term): number[] {
  const inside = bits.filter((bit) => local.includes(bit)).reduce((mask, bit) => mask + 2 ** local.indexOf(bit), 0);
  const outside = bits.filter((bit) => !local.includes(bit)).reduce((mask, bit) => mask + 2 ** bit, 0);
  return [PARITY, inside, outside, image.slots(TURN, [times(angle, -0.5)]), 0, 0, 0, 0];
}

function encodePolynomial(image: Image, { local, laneBits }: Tile, terms: readonly Term[], all: Angle, table: number) {
  const byBits = new Map<string, Angle>();
  for (const { bits, angle } of terms) byBits.set(bits.join(), plus(byBits.get(bits.join()) ?? ZERO, angle));
  const single = (bit: number) => byBits.get(`${bit}`) ?? ZERO;
  const pair = (a: number, b: number) => byBits.get(a < b ? `${a},${b}` : `${b},${a}`) ?? ZERO;
  const at = (index: number) => local[index] ?? Number.NaN;
  const used = terms.flatMap(({ bits }) => (bits.every((bit) => local.includes(bit)) ? bits : []));
  const tableBits = Math.max(laneBits, ...used.map((bit) => local.indexOf(bit) + 1));
  const lanes = Array.from({ length: 2 ** laneBits }, (_, lane) =>
    Array.from({ length: laneBits }, (__, index) => index).filter((index) => lane & (2 ** index)),
  );
  const sum = (angles: readonly Angle[]) => angles.reduce((total, angle) => plus(total, angle), ZERO);
  const overLanes = (start: Angle, of: (bit: number) => Angle) =>
    lanes.map((set) => plus(start, sum(set.map((index) => of(at(index))))));

  const slots: (Angle | Angle[])[] = [
    lanes.map((set) =>
      plus(
        all,
        sum(
          set.flatMap((index) => [single(at(index)), ...set.map((i) => (i < index ? pair(at(i), at(index)) : ZERO))]),
        ),
      ),
    ),
  ];
  let paired = 0;
  for (let j = laneBits; j < tableBits; j++) {
    slots.push(overLanes(single(at(j)), (bit) => pair(bit, at(j))));
    const factors = Array.from({ length: j - laneBits }, (_, index) => pair(at(laneBits + index), at(j)));
    if (factors.every(isZero)) continue;
    paired += 2 ** j;
    slots.push(...factors);
  }
  const inTable = slots.length;
  const outside = [...new Set(terms.flatMap(({ bits }) => bits.filter((bit) => !local.includes(bit))))];
  const crosses = terms.some(({ bits }) => bits.some((b) => local.includes(b)) && bits.some((b) => !local.includes(b)));
  outside.forEach((bit, index) => {
    slots.push(single(bit), ...outside.slice(0, index).map((earlier) => pair(earlier, bit)));
    if (!crosses) return;
    slots.push(overLanes(ZERO, (inside) => pair(inside, bit)));
    for (let j = laneBits; j < local.length; j++) slots.push(pair(at(j), bit));
  });
  const first = image.slots(TURN, slots);
  const list = image.alloc(4 * outside.length);
  image.numbers(list, outside);
  const count = outside.length + (crosses ? 65536 : 0);
  return {
    operation: [DIAGONAL, tableBits, paired, first, table, list, count, first + 32 * inTable],
    tableBytes: paired > 0 ? 32 * 2 ** (tableBits - laneBits) : 0,
  };
}
