// The bytes of a plan as they lie in the kernels' memory: addresses are final when they are given out.

import type { Angle } from "@eigentwin/core";
import { ZERO } from "./linear.ts";

/** What a slot holds (kernels/bind.ts). */
export const TURN = 0;
export const TANGENT = 1;
export const SLOT_BYTES = 32;
const BINDING_BYTES = 24;

interface Binding {
  holds: number;
  slot: number;
  lanes: readonly Angle[];
}

/** Bindings lie one after another, of each kind so many (kernels/bind.ts). */
export interface Bindings {
  address: number;
  /** The same for every row. */
  constant: number;
  /** Any angles. */
  general: number;
  /** One parameter in all lanes, times a factor, plus a constant: of tangents, then of turns. */
  tangents: number;
  turns: number;
}

export const bindingsAfter = ({ address, constant }: Bindings, general = 0): number =>
  address + BINDING_BYTES * (constant + general);

export const varyingBindings = ({ general, tangents, turns }: Bindings): number => general + tangents + turns;

export interface Image {
  alloc(bytes: number): number;
  numbers(address: number, values: readonly number[]): void;
  /** Consecutive slots; each takes one angle, or one for each lane. */
  slots(holds: number, angles: readonly (Angle | readonly Angle[])[]): number;
  finish(): { bindings: Bindings; bytes: Uint8Array<ArrayBuffer> };
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
        const key = `${holds};${keyOf(angle)}`;
        const address = known.get(key) ?? expression(angle, factorOf(holds));
        known.set(key, address);
        return address;
      };
      const isConstant = ({ lanes: own }: Binding) => own.every(({ terms }) => terms.length === 0);
      const isPlain = ({ lanes: [first, ...others] }: Binding) =>
        first?.terms.length === 1 && others.every((other) => keyOf(other) === keyOf(first));
      const constant = bindings.filter(isConstant);
      const varying = bindings.filter((one) => !isConstant(one));
      const general = varying.filter((one) => !isPlain(one));
      const plain = varying.filter(isPlain);
      const tangents = plain.filter(({ holds }) => holds === TANGENT);
      const turns = plain.filter(({ holds }) => holds === TURN);
      const listed = [...constant, ...general].map((one) => ({
        ...one,
        at: one.lanes.map((angle) => addressOf(angle, one.holds)),
      }));
      const address = alloc((listed.length + plain.length) * BINDING_BYTES);
      listed.forEach(({ holds, slot, at }, index) => numbers(address + index * BINDING_BYTES, [holds, slot, ...at]));
      [...tangents, ...turns].forEach(({ holds, slot, lanes: [angle = ZERO] }, index) => {
        const at = address + (listed.length + index) * BINDING_BYTES;
        const [parameter = 0, coefficient = 0] = angle.terms[0] ?? [];
        numbers(at, [slot, 8 * parameter]);
        view.setFloat64(at - base + 8, factorOf(holds) * coefficient, true);
        view.setFloat64(at - base + 16, factorOf(holds) * angle.constant, true);
      });
      const counts = { constant: constant.length, general: general.length };
      return {
        bindings: { address, ...counts, tangents: tangents.length, turns: turns.length },
        bytes: bytes.slice(0, used),
      };
    },
  };
}

const keyOf = ({ constant, terms }: Angle): string => `${constant};${terms.join()}`;

/** A rotation turns by half its angle. */
const factorOf = (holds: number): number => (holds === TANGENT ? 0.5 : 1);
