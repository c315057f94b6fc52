// Built-in functions, constants, and the arithmetic of known values and of forms linear in input parameters.

import { addAngles, constantAngle, scaleAngle, type Angle } from "../angle.ts";
import { numberOfBits, real, truth, type NumberType, type Value } from "./value.ts";

export const CONSTANTS: Readonly<Record<string, number>> = {
  pi: Math.PI,
  π: Math.PI,
  tau: 2 * Math.PI,
  τ: 2 * Math.PI,
  euler: Math.E,
  ℇ: Math.E,
};

const ones = (value: number): number => value.toString(2).replaceAll("0", "").length;

type Of = (...given: number[]) => number;
export const FUNCTIONS: Readonly<Record<string, { readonly takes: number; readonly of: Of; readonly whole?: true }>> = {
  sin: { takes: 1, of: Math.sin },
  cos: { takes: 1, of: Math.cos },
  tan: { takes: 1, of: Math.tan },
  arcsin: { takes: 1, of: Math.asin },
  arccos: { takes: 1, of: Math.acos },
  arctan: { takes: 1, of: Math.atan },
  exp: { takes: 1, of: Math.exp },
  ln: { takes: 1, of: Math.log },
  log: { takes: 1, of: Math.log },
  sqrt: { takes: 1, of: Math.sqrt },
  ceiling: { takes: 1, of: Math.ceil },
  floor: { takes: 1, of: Math.floor },
  mod: { takes: 2, of: (a = NaN, b = NaN) => a - b * Math.floor(a / b) },
  pow: { takes: 2, of: (a = NaN, b = NaN) => a ** b },
  popcount: { takes: 1, of: (a = NaN) => ones(a), whole: true },
};

/** The number that a value is, where it is known. */
export function knownNumber(value: Value): number | undefined {
  if (value.kind === "number") return value.value;
  if (value.kind === "truth") return value.value ? 1 : 0;
  return value.kind === "bits" ? numberOfBits(value.bits) : undefined;
}

const isWhole = (value: Value) =>
  value.kind === "truth" || value.kind === "bits" || (value.kind === "number" && /int/.test(value.type));

/** A form linear in parameters, where a value is one. */
export function linearOf(value: Value): Angle | undefined {
  if (value.kind === "linear") return value.angle;
  const known = knownNumber(value);
  return known === undefined ? undefined : constantAngle(known);
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
};

const BITWISE: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >> b,
};

const WIDEST_SHIFT = 1023;

/** Of two known values; nothing where the sign does not fit them. */
export function binary(sign: string, left: Value, right: Value): Value | undefined {
  if (left.kind === "complex" || right.kind === "complex") return complexBinary(sign, left, right);
  const [a, b] = [knownNumber(left), knownNumber(right)];
  if (a === undefined || b === undefined || !Number.isFinite(a) || !Number.isFinite(b)) return undefined;
  const compare = COMPARISONS[sign];
  if (compare) return truth(compare(a, b));
  if (sign === "&&" || sign === "||") return truth(sign === "&&" ? a !== 0 && b !== 0 : a !== 0 || b !== 0);
  const whole = isWhole(left) && isWhole(right);
  const bitwise = BITWISE[sign];
  if ((sign === "<<" || sign === ">>") && (b < 0 || b > WIDEST_SHIFT)) return undefined;
  if (bitwise) return whole ? bitwiseOf(bitwise, left, right, a, b) : undefined;
  const value = arithmetic(sign, a, b, whole);
  if (value === undefined) return undefined;
  const type: NumberType = whole && Number.isInteger(value) ? "int" : typeOf(left, right);
  return { kind: "number", type, value };
}

function bitwiseOf(of: (a: bigint, b: bigint) => bigint, left: Value, right: Value, a: number, b: number): Value {
  if (left.kind === "truth" && right.kind === "truth") return truth(of(BigInt(a), BigInt(b)) !== 0n);
  const width = left.kind === "bits" ? left.bits.length : undefined;
  const value = Number(
    width === undefined ? of(BigInt(a), BigInt(b)) : BigInt.asUintN(width, of(BigInt(a), BigInt(b))),
  );
  if (width === undefined) return { kind: "number", type: "int", value };
  return { kind: "bits", bits: Array.from({ length: width }, (_, k) => (Math.floor(value / 2 ** k) % 2 ? 1 : 0)) };
}

const typeOf = (left: Value, right: Value): NumberType =>
  [left, right].some((one) => one.kind === "number" && one.type === "angle") ? "angle" : "float";

/** Whole numbers divide to whole numbers, as in C. */
function arithmetic(sign: string, a: number, b: number, whole: boolean): number | undefined {
  if (sign === "+") return a + b;
  if (sign === "-") return a - b;
  if (sign === "*") return a * b;
  if (sign === "/") return whole ? Math.trunc(a / b) : a / b;
  if (sign === "%") return a % b;
  return sign === "**" ? a ** b : undefined;
}

function complexBinary(sign: string, left: Value, right: Value): Value | undefined {
  const parts = (of: Value) => (of.kind === "complex" ? [of.re, of.im] : [knownNumber(of), 0]);
  const [[a, b], [c, d]] = [parts(left), parts(right)];
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  const made = (re: number, im: number): Value => ({ kind: "complex", re, im });
  const norm = c * c + d * d;
  if (sign === "+") return made(a + c, b + d);
  if (sign === "-") return made(a - c, b - d);
  if (sign === "*") return made(a * c - b * d, a * d + b * c);
  if (sign === "/") return made((a * c + b * d) / norm, (b * c - a * d) / norm);
  if (sign === "==" || sign === "!=") return truth((a === c && b === d) === (sign === "=="));
  return undefined;
}

/** Sums, and products and quotients by known numbers; nothing where the result would not be linear. */
export function linearBinary(sign: string, left: Angle, right: Angle): Value | undefined {
  const [leftKnown, rightKnown] = [left.terms.length === 0, right.terms.length === 0];
  if (sign === "+") return linear(addAngles(left, right));
  if (sign === "-") return linear(addAngles(left, scaleAngle(right, -1)));
  if (sign === "*" && leftKnown) return linear(scaleAngle(right, left.constant));
  if (sign === "*" && rightKnown) return linear(scaleAngle(left, right.constant));
  if (sign === "/" && rightKnown)
    return linear({
      constant: left.constant / right.constant,
      terms: left.terms.map(([parameter, coefficient]) => [parameter, coefficient / right.constant]),
    });
  return undefined;
}

/** What has cancelled is a number again; a zero that was multiplied by a negative number is 0. */
export function linear({ constant: summed, terms }: Angle): Value {
  const constant = summed + 0;
  const left = terms.filter(([, coefficient]) => coefficient !== 0);
  return left.length ? { kind: "linear", angle: { constant, terms: left } } : real(constant);
}
