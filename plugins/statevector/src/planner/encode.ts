// Stages -> the numbers that the kernels read (kernels/stage.ts), with addresses.

import type { Angle } from "@eigentwin/core";
import { EXCHANGE, ROTATE, ROTATE_LOW } from "../../kernels/opcode.ts";
import type { Precision } from "../precision.ts";
import { encodePhase } from "./encode-phase.ts";
import { SLOT_BYTES, startImage, TANGENT, type Bindings } from "./image.ts";
import { ZERO } from "./linear.ts";
import { chosenMask, localBits, type Layout, type Stage, type Step } from "./schedule.ts";

export interface Encoded {
  /** Where the bytes go. */
  base: number;
  bytes: Uint8Array<ArrayBuffer>;
  bindings: Bindings;
  stages: { address: number; tiles: number; tileWork: number; permutes: boolean }[];
  /** How many of them permute, and what all of them cost. */
  moves: number;
  work: number;
  /** Slots of the initial product state, if the circuit begins with one. */
  product?: number;
  /** Scratch begins where the bytes end. */
  scratch: number;
  end: number;
}

export interface Encoding extends Layout {
  precision: Precision;
}

const align = (bytes: number) => Math.ceil(bytes / 64) * 64;

/** `start` has the rotations of the initial state by index bit; without it that is |0...0>. */
export function encode(
  stages: readonly Stage[],
  start: readonly Angle[] | undefined,
  to: Encoding,
  base: number,
): Encoded {
  const { laneBits, realBytes } = to.precision;
  const image = startImage(base, 2 ** laneBits);
  const product = start && image.slots(TANGENT, start);
  const most = Math.max(4, ...stages.map(({ tileBits }) => tileBits));
  const buffer = align(32 * (2 + most + 32 + 2 ** Math.max(0, most - laneBits - 5)));
  const targets = buffer + align(2 * realBytes * 2 ** most + 192);
  const tables = targets + align(4 * 2 ** most);
  let end = tables;
  // Equal permutations share their columns, so that the kernels need not build the same table twice.
  const written = new Map<string, number>();
  const columnsAt = (columns: readonly number[]): number => {
    const address = written.get(columns.join()) ?? image.alloc(4 * columns.length);
    written.set(columns.join(), address);
    image.numbers(address, columns);
    return address;
  };
  const encoded = stages.map((stage) => {
    const tile = { local: localBits(stage, to.columnBits), laneBits };
    const operations: number[][] = [];
    let table = tables;
    for (const step of stage.steps) {
      if (step.kind === "rotate")
        operations.push(
          ...encodeRotations(image, step, tile.local, stage.chosen.length > 0 && stage.steps.length === 1, to),
        );
      else if (step.kind === "exchange") operations.push(encodeExchange(step, tile.local));
      else {
        const phases = encodePhase(image, tile, step.terms, step.constant, table);
        operations.push(...phases.operations);
        table += align(phases.tableBytes);
      }
    }
    end = Math.max(end, table);
    markEnds(operations);
    const columns = stage.columns ? columnsAt(stage.columns) : 0;
    const address = image.alloc(32 * (1 + operations.length));
    const header = [stage.tileBits, to.bits, chosenMask(stage), operations.length, columns, buffer, targets];
    image.numbers(address, [...header, 0, ...operations.flat()]);
    const tileWork = 2 ** stage.tileBits * (1 + operations.length);
    return { address, tiles: 2 ** (to.bits - stage.tileBits), tileWork, permutes: columns > 0 };
  });
  const { bytes, bindings } = image.finish();
  // Tables and buffers follow the image; their addresses are counted from there.
  const scratch = align(base + bytes.length);
  return {
    base,
    bytes,
    bindings,
    stages: encoded,
    moves: encoded.filter(({ permutes }) => permutes).length,
    work: encoded.reduce((sum, { tiles, tileWork }) => sum + tiles * tileWork, 0),
    ...(product !== undefined && { product }),
    scratch,
    end: scratch + end,
  };
}

function encodeRotations(
  image: ReturnType<typeof startImage>,
  step: Extract<Step, { kind: "rotate" }>,
  local: readonly number[],
  apart: boolean,
  { precision: { laneBits, realBytes } }: Encoding,
): number[][] {
  const angles = new Map(step.turns.map(({ bit, angle }) => [local.indexOf(bit), angle]));
  const lowest = laneBits + 3;
  const operations: number[][] = [];
  const low = Array.from({ length: lowest }, (_, bit) => angles.get(bit) ?? ZERO);
  if ([...angles.keys()].some((bit) => bit < lowest))
    operations.push([ROTATE_LOW, 0, 0, 0, image.slots(TANGENT, low), lowest, 0, 0]);
  const turned = [...angles.keys()].filter((bit) => bit >= lowest);
  const still = local.flatMap((_, bit) => (apart && bit >= lowest && !angles.has(bit) ? [bit] : []));
  const high = [...turned, ...still.slice(0, (3 - (turned.length % 3)) % 3)].toSorted((a, b) => a - b);
  for (let index = 0; index < high.length; index += 3) {
    const bits = high.slice(index, index + 3);
    const slots = image.slots(
      TANGENT,
      bits.map((bit) => angles.get(bit) ?? ZERO),
    );
    const distances = [0, 1, 2].map((place) => {
      const bit = bits[place];
      return bit === undefined ? 0 : realBytes * 2 ** bit;
    });
    operations.push([ROTATE, ...distances, slots, bits.length, 0, 0]);
  }
  // The kernels read three tangents of every rotation.
  image.alloc(3 * SLOT_BYTES);
  return operations;
}

function encodeExchange({ target, control }: Extract<Step, { kind: "exchange" }>, local: readonly number[]): number[] {
  const place = (bit: number) => (local.includes(bit) ? 2 ** local.indexOf(bit) : 0);
  if (control === undefined) return [EXCHANGE, place(target), 0, 0, 0, 0, 0, 0];
  return [EXCHANGE, place(target), place(control), local.includes(control) ? 0 : 2 ** control, 0, 0, 0, 0];
}

/** The cosines that have gathered are multiplied in by the last rotation: 1 forwards, 2 backwards. */
function markEnds(operations: number[][]): void {
  const rotations = operations.filter(([opcode]) => opcode === ROTATE || opcode === ROTATE_LOW);
  const [first, last] = [rotations[0], rotations.at(-1)];
  if (last) last[7] = 1;
  if (first) first[7] = (first[7] ?? 0) + 2;
}
