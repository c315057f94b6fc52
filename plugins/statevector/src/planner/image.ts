// The bytes of a plan as they lie in the kernels' memory: addresses are final when they are given out.

import type { Angle } from "@eigentwin/core";

/** What a slot holds (kernels/bind.ts). */
export const TURN = 0;
export const TANGENT = 1;
export const SLOT_BYTES = 32;
const BINDING_NUMBERS = 6;

interface Binding {
  holds: number;
  slot: number;
  lanes: readonly Angle[];
}

export interface Image {
  alloc(bytes: number): number;
  numbers(address: number, values: readonly number[]): void;
  /** Consecutive slots; each takes one angle, or one for each lane. */
  slots(holds: number, angles: readonly (Angle | readonly Angle[])[]): number;
  /** Where the bindings begin, how many are the same for every row, how many there are, and all bytes. */
  finish(): { bindings: number; constant: number; count: number; bytes: Uint8Array<ArrayBuffer> };
}

export function startImage(base: number, lanes: number): Image {
  let bytes = new Uint8Array(4096);
  let view = new DataView(bytes.buffer);
  let used = 0;
  const bindings: Binding[] = [];

  function alloc(count: number): number {
    const address = base + used;
    used += Math.ceil(count / 16) * 16;
    if (used > bytes.length) {
      const grown = new Uint8Array(2 * used);
      grown.set(bytes);
      bytes = grown;
      view = new DataView(bytes.buffer);
    }
    return address;
  }

  function numbers(address: number, values: readonly number[]): void {
    values.forEach((value, index) => view.setUint32(address - base + 4 * index, value, true));
  }

  function slots(holds: number, angles: readonly (Angle | readonly Angle[])[]): number {
    const first = alloc(angles.length * SLOT_BYTES);
    angles.forEach((angle, index) => {
      const own = "constant" in angle ? Array.from({ length: lanes }, () => angle) : angle;
      bindings.push({ holds, slot: first + index * SLOT_BYTES, lanes: own });
    });
    return first;
  }

  /** A rotation turns by half its angle. */
  function expression({ constant, terms }: Angle, factor: number): number {
    const address = alloc(16 + 16 * terms.length);
    view.setFloat64(address - base, factor * constant, true);
    numbers(address + 8, [address + 16, address + 16 + 16 * terms.length]);
    terms.forEach(([parameter, coefficient], index) => {
      numbers(address + 16 + 16 * index, [8 * parameter]);
      view.setFloat64(address - base + 24 + 16 * index, factor * coefficient, true);
    });
    return address;
  }

  return {
    alloc,
    numbers,
    slots,
    finish() {
      const known = new Map<string, number>();
      const addressOf = (angle: Angle, holds: number): number => {
        const key = `${holds};${angle.constant};${angle.terms.join()}`;
        const address = known.get(key) ?? expression(angle, holds === TANGENT ? 0.5 : 1);
        known.set(key, address);
        return address;
      };
      const isConstant = ({ lanes: own }: Binding) => own.every(({ terms }) => terms.length === 0);
      const constant = bindings.filter(isConstant);
      const ordered = [...constant, ...bindings.filter((one) => !isConstant(one))];
      const written = ordered.map((one) => ({ ...one, at: one.lanes.map((angle) => addressOf(angle, one.holds)) }));
      const address = alloc(ordered.length * BINDING_NUMBERS * 4);
      written.forEach(({ holds, slot, at }, index) =>
        numbers(address + index * BINDING_NUMBERS * 4, [holds, slot, ...at]),
      );
      return { bindings: address, constant: constant.length, count: ordered.length, bytes: bytes.slice(0, used) };
    },
  };
}
