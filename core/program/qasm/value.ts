// What an expression can be while a text is read: known numbers and bits, forms of input parameters, measured bits.

import type { Angle } from "../angle.ts";

export type NumberType = "int" | "uint" | "float" | "angle";

export type Value =
  | { readonly kind: "number"; readonly type: NumberType; readonly value: number; readonly width?: number }
  | { readonly kind: "truth"; readonly value: boolean }
  /** Known bits, the least significant first. */
  | { readonly kind: "bits"; readonly bits: readonly (0 | 1)[] }
  | { readonly kind: "complex"; readonly re: number; readonly im: number }
  /** Linear in input parameters. */
  | { readonly kind: "linear"; readonly angle: Angle }
  /** Classical bits of the circuit; what they read is known when it runs. */
  | { readonly kind: "measured"; readonly bits: readonly number[]; readonly register: boolean }
  | { readonly kind: "decision"; readonly decision: Decision }
  | { readonly kind: "qubits"; readonly qubits: readonly number[]; readonly register: boolean }
  /** A measurement that has not been given a bit yet. */
  | { readonly kind: "measurement"; readonly qubits: readonly number[]; readonly register: boolean }
  | { readonly kind: "nothing" };

/** A truth that hangs on measured bits. */
export type Decision =
  | { readonly kind: "reads"; readonly bits: readonly number[]; readonly equals: string }
  | { readonly kind: "not"; readonly of: Decision }
  | { readonly kind: "both"; readonly left: Decision; readonly right: Decision }
  | { readonly kind: "either"; readonly left: Decision; readonly right: Decision }
  | { readonly kind: "known"; readonly value: boolean };

export const whole = (value: number): Value => ({ kind: "number", type: "int", value });
export const real = (value: number): Value => ({ kind: "number", type: "float", value });
export const truth = (value: boolean): Value => ({ kind: "truth", value });

/** The number that known bits spell. */
export const numberOfBits = (bits: readonly (0 | 1)[]): number =>
  bits.reduce<number>((sum, bit, place) => sum + bit * 2 ** place, 0);

export const bitsOfNumber = (value: number, width: number): (0 | 1)[] =>
  Array.from({ length: width }, (_, place) => (Math.floor(value / 2 ** place) % 2 ? 1 : 0));

/** What a value is called in a complaint. */
export const SPOKEN: Readonly<Record<Value["kind"], string>> = {
  number: "a number",
  truth: "a truth value",
  bits: "bits",
  complex: "a complex number",
  linear: "an input parameter",
  measured: "measured bits",
  decision: "a condition on measured bits",
  qubits: "qubits",
  measurement: "a measurement",
  nothing: "nothing",
};
