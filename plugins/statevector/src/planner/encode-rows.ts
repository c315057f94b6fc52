// Stages of rows side by side -> the program of one call (kernels/rows.ts). The whole state is one tile, so a stage is no
// more than its steps; a program so long that others want a turn in between is cut into several.

import type { Angle } from "@eigentwin/core";
import { DIAGONAL, MOVE, ROTATE, SIXTEEN, SIXTEEN_ABOVE } from "../../kernels/opcode.ts";
import type { Encoded, Encoding } from "./encode.ts";
import { encodePhase } from "./encode-phase.ts";
import { SLOT_BYTES, startImage, TANGENT, type Image } from "./image.ts";
import { ZERO } from "./linear.ts";
import type { Stage, Step } from "./schedule.ts";

const align = (bytes: number) => Math.ceil(bytes / 64) * 64;
const OPERATION_BYTES = 32;
/** Updates of one call. */
const MOST_WORK = 1e7;
/** Four bits at once pay from three rotations on. */
const LEAST_OF_SIXTEEN = 3;

export function encodeRows(
  stages: readonly Stage[],
  start: readonly Angle[] | undefined,
  to: Encoding,
  base: number,
): Encoded {
  const { laneBits } = to.precision;
  const image = startImage(base, 2 ** laneBits);
  const product = start && image.slots(TANGENT, start.slice(laneBits));
  const local = Array.from({ length: to.bits }, (_, bit) => bit);
  const columnsAt = new Map<string, number>();
  const operations = stages.flatMap(({ steps, columns }) => {
    const own = steps.flatMap((step) => encodeStep(image, step, local, to));
    if (!columns) return own;
    const address = columnsAt.get(columns.join()) ?? image.alloc(4 * columns.length);
    columnsAt.set(columns.join(), address);
    image.numbers(address, columns);
    const last = own.at(-1);
    if (last?.[0] === DIAGONAL) last[7] = address;
    else own.push([MOVE, 0, 0, 0, 0, 0, 0, address]);
    return own;
  });
  // The kernels read four tangents of every rotation.
  image.alloc(3 * SLOT_BYTES);
  const address = image.alloc(OPERATION_BYTES * operations.length);
  image.numbers(address, operations.flat());
  const tileWork = 2 ** to.bits;
  const most = Math.max(1, Math.floor(MOST_WORK / tileWork));
  const calls = Array.from({ length: Math.ceil(operations.length / most) }, (_, index) => {
    const own = operations.slice(index * most, (index + 1) * most);
    const moves = own.filter((operation) => operation[0] === MOVE || (operation[0] === DIAGONAL && operation[7] !== 0));
    return {
      address: address + OPERATION_BYTES * index * most,
      tiles: own.length,
      tileWork,
      permutes: moves.length % 2 === 1,
    };
  });
  const { bytes, bindings } = image.finish();
  const scratch = align(base + bytes.length);
  return {
    base,
    bytes,
    bindings,
    stages: calls,
    moves: calls.filter(({ permutes }) => permutes).length,
    work: operations.length * tileWork,
    ...(product !== undefined && { product }),
    scratch,
    // Targets of a permutation, and a table of phases.
    end: scratch + align(36 * 2 ** (to.bits - laneBits)),
  };
}

function encodeStep(image: Image, step: Step, local: readonly number[], to: Encoding): number[][] {
  if (step.kind === "exchange") throw new Error("rows side by side have room for permutations");
  if (step.kind === "rotate") return encodeRotations(image, step, to);
  const { operations } = encodePhase(image, { local, laneBits: to.precision.laneBits }, step.terms, step.constant, 0);
  return operations.map(([opcode = 0, ...numbers]) =>
    opcode === DIAGONAL ? [opcode, ...numbers.slice(0, 6), 0] : [opcode, ...numbers],
  );
}

function encodeRotations(
  image: Image,
  step: Extract<Step, { kind: "rotate" }>,
  { bits, precision: { laneBits, realBytes } }: Encoding,
): number[][] {
  const angles = new Map(step.turns.map(({ bit, angle }) => [bit, angle]));
  const slotsOf = (some: readonly number[]) =>
    image.slots(
      TANGENT,
      some.map((bit) => angles.get(bit) ?? ZERO),
    );
  const operations: number[][] = [];
  [SIXTEEN, SIXTEEN_ABOVE].forEach((opcode, index) => {
    const four = [0, 1, 2, 3].map((place) => laneBits + 4 * index + place);
    if (four.some((bit) => bit >= bits) || four.filter((bit) => angles.has(bit)).length < LEAST_OF_SIXTEEN) return;
    operations.push([opcode, 0, 0, 0, slotsOf(four), 4, 0, 0]);
    for (const bit of four) angles.delete(bit);
  });
  const others = [...angles.keys()].toSorted((a, b) => a - b);
  for (let index = 0; index < others.length; index += 3) {
    const some = others.slice(index, index + 3);
    const distances = [0, 1, 2].map((place) => {
      const bit = some[place];
      return bit === undefined ? 0 : realBytes * 2 ** bit;
    });
    operations.push([ROTATE, ...distances, slotsOf(some), some.length, 0, 0]);
  }
  return operations;
}
