// Indices into registers: single places, ranges, sets; negative ones count from the end.

import { evaluate, knownWhole } from "./evaluate.ts";
import type { Machine, Scope } from "./machine.ts";
import type { Index, Range } from "./syntax.ts";
import { bitsOfNumber, SPOKEN, type Value } from "./value.ts";

export interface Places {
  readonly places: readonly number[];
  /** False where one element was asked for, and not a register of one. */
  readonly register: boolean;
}

export function placesOf(index: Index, of: Value, scope: Scope, machine: Machine, at: number): Places {
  const size = sizeOf(of);
  if (size === undefined) return machine.complain("program.inconsistent", `${SPOKEN[of.kind]} cannot be indexed`, at);
  const inside = (place: number): number => {
    const from0 = place < 0 ? place + size : place;
    if (from0 < 0 || from0 >= size)
      machine.complain("program.inconsistent", `index ${place} is outside a register of ${size}`, at);
    return from0;
  };
  if (index.kind === "set")
    return { places: index.values.map((one) => inside(knownWhole(one, scope, machine, "an index"))), register: true };
  if (index.kind === "range") return { places: rangeOf(index, scope, machine, size).map(inside), register: true };
  const value = evaluate(index.value, scope, machine);
  if (value.kind === "measured")
    machine.complain("program.unsupported", "an index that is measured is OpenQASM and not supported here", at);
  return { places: [inside(knownWhole(index.value, scope, machine, "an index"))], register: false };
}

/** The whole numbers of a range, its end included; where `size` is given, ends may be left out or count from it. */
export function rangeOf({ from, step, to }: Range, scope: Scope, machine: Machine, size?: number): number[] {
  const known = (of: NonNullable<typeof from>) => knownWhole(of, scope, machine, "a bound of a range");
  const by = step ? known(step) : 1;
  const at = from?.at ?? to?.at ?? 0;
  if (by === 0) machine.complain("program.inconsistent", "a range cannot go in steps of 0", at);
  const end = (of: typeof from, otherwise: number) => {
    if (!of) return otherwise;
    const value = known(of);
    return size !== undefined && value < 0 ? value + size : value;
  };
  if (size === undefined && (!from || !to))
    machine.complain("program.inconsistent", "a loop needs both ends of its range", at);
  const [first, last] = [end(from, by > 0 ? 0 : (size ?? 0) - 1), end(to, by > 0 ? (size ?? 0) - 1 : 0)];
  const count = Math.floor((last - first) / by) + 1;
  if (count > 1_000_000) machine.complain("program.unsupported", `a range of ${count} numbers is too long`, at);
  return Array.from({ length: Math.max(0, count) }, (_, k) => first + k * by);
}

function sizeOf(of: Value): number | undefined {
  if (of.kind === "qubits") return of.qubits.length;
  if (of.kind === "bits" || of.kind === "measured") return of.bits.length;
  return of.kind === "number" ? of.width : undefined;
}

export function elementsOf(of: Value, { places, register }: Places, machine: Machine, at: number): Value {
  if (register && new Set(places).size < places.length)
    machine.complain("program.inconsistent", "the same place is named twice", at);
  if (of.kind === "qubits") return { kind: "qubits", qubits: places.map((place) => of.qubits[place] ?? -1), register };
  if (of.kind === "measured") return { kind: "measured", bits: places.map((place) => of.bits[place] ?? -1), register };
  if (of.kind === "bits") return { kind: "bits", bits: places.map((place) => of.bits[place] ?? 0) };
  const bits =
    of.kind === "number" ? bitsOfNumber(of.value < 0 ? of.value + 2 ** (of.width ?? 0) : of.value, of.width ?? 0) : [];
  return { kind: "bits", bits: places.map((place) => bits[place] ?? 0) };
}
