// Expressions to values.

import { binary, CONSTANTS, FUNCTIONS, knownNumber, linear, linearBinary, linearOf } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { decisionOf, not, readsBits, readsNumber } from "./decision.ts";
import { find, type Machine, type Scope } from "./machine.ts";
import { callRoutine } from "./routine.ts";
import { elementsOf, placesOf } from "./select.ts";
import type { Expression } from "./syntax.ts";
import { real, SPOKEN, truth, whole, type Decision, type Value } from "./value.ts";

export function evaluate(expression: Expression, scope: Scope, machine: Machine): Value {
  switch (expression.kind) {
    case "number":
      return expression.whole ? whole(expression.value) : real(expression.value);
    case "imaginary":
      return { kind: "complex", re: 0, im: expression.value };
    case "bits":
      return { kind: "bits", bits: Array.from(expression.text, (bit) => (bit === "1" ? 1 : 0) as 0 | 1).reverse() };
    case "truth":
      return truth(expression.value);
    case "physical":
      return { kind: "qubits", qubits: [machine.physical.get(expression.number) ?? Number.NaN], register: false };
    case "name":
      return valueOfName(expression, scope, machine);
    case "unary":
      return unary(expression, evaluate(expression.of, scope, machine), machine);
    case "binary":
      return binaryOf(expression, scope, machine);
    case "cast":
      return cast(evaluate(expression.of, scope, machine), expression.type, scope, machine, expression.at);
    case "call":
      return call(expression, scope, machine);
    case "index": {
      const of = evaluate(expression.of, scope, machine);
      return elementsOf(of, placesOf(expression.by, of, scope, machine, expression.at), machine, expression.at);
    }
    case "measure": {
      const of = evaluate(expression.of, scope, machine);
      if (of.kind !== "qubits") return complain(machine, expression.at, `${SPOKEN[of.kind]} cannot be measured`);
      return { ...of, kind: "measurement" };
    }
    case "concatenation":
      return concatenated(
        expression.parts.map((part) => evaluate(part, scope, machine)),
        machine,
        expression.at,
      );
  }
}

type Binary = Extract<Expression, { kind: "binary" }>;

const complain = (machine: Machine, at: number, message: string, hint?: string): never =>
  machine.complain("program.inconsistent", message, at, hint);

function valueOfName({ name, at }: Extract<Expression, { kind: "name" }>, scope: Scope, machine: Machine): Value {
  const variable = find(scope, name);
  if (variable) return variable.value;
  const constant = CONSTANTS[name];
  if (constant !== undefined) return real(constant);
  return complain(machine, at, `nothing is named "${name}"`, "Declare it before it is used.");
}

function unary({ sign, at }: Extract<Expression, { kind: "unary" }>, of: Value, machine: Machine): Value {
  if (sign === "-" && of.kind === "linear")
    return linear({ constant: -of.angle.constant, terms: of.angle.terms.map(([p, c]) => [p, -c]) });
  if (sign === "-" && of.kind === "complex") return { kind: "complex", re: -of.re, im: -of.im };
  if (sign === "-" && of.kind === "number") return { ...of, value: -of.value };
  if (sign !== "-" && (of.kind === "measured" || of.kind === "decision")) {
    const decision = decisionOf(of);
    const single = of.kind === "decision" || of.bits.length === 1 || sign === "!";
    if (decision && single) return { kind: "decision", decision: not(decision) };
  }
  if (sign === "!" && (of.kind === "truth" || of.kind === "number" || of.kind === "bits"))
    return truth(knownNumber(of) === 0);
  if (sign === "~" && of.kind === "truth") return truth(!of.value);
  if (sign === "~" && of.kind === "bits") return { kind: "bits", bits: of.bits.map((bit) => (bit ? 0 : 1)) };
  if (sign === "~" && of.kind === "number" && of.width !== undefined)
    return { ...of, value: 2 ** of.width - 1 - of.value };
  return complain(machine, at, `"${sign}" does not apply to ${SPOKEN[of.kind]}`);
}

function binaryOf({ sign, left, right, at }: Binary, scope: Scope, machine: Machine): Value {
  const [a, b] = [evaluate(left, scope, machine), evaluate(right, scope, machine)];
  const made =
    binaryKnown(sign, a, b, machine) ??
    binaryLinear(sign, a, b, machine, at) ??
    binaryMeasured(sign, a, b, machine, at);
  return made ?? complain(machine, at, `"${sign}" does not apply to ${SPOKEN[a.kind]} and ${SPOKEN[b.kind]}`);
}

/** Every number of OpenQASM 2 is real. */
function binaryKnown(sign: string, a: Value, b: Value, machine: Machine): Value | undefined {
  const known = binary(sign, machine.version === 2 ? asReal(a) : a, machine.version === 2 ? asReal(b) : b);
  if (known?.kind === "number" && !Number.isFinite(known.value)) return undefined;
  return known;
}

const asReal = (value: Value): Value => (value.kind === "number" ? real(value.value) : value);

function binaryLinear(sign: string, a: Value, b: Value, machine: Machine, at: number): Value | undefined {
  if (a.kind !== "linear" && b.kind !== "linear") return undefined;
  const [left, right] = [linearOf(a), linearOf(b)];
  const made = left && right && linearBinary(sign, left, right);
  return made ?? notLinear(a.kind === "linear" ? a : b, machine, at);
}

/** Names the parameter that is used otherwise than in a sum with known factors. */
function notLinear(value: Value, machine: Machine, at: number): never {
  const [parameter = -1] = value.kind === "linear" ? (value.angle.terms[0] ?? []) : [];
  return machine.complain(
    "program.unsupported",
    `the input parameter "${machine.parameters[parameter]}" is used otherwise than linearly`,
    at,
    "Work out the expression before, and give its value as a parameter of its own.",
  );
}

function binaryMeasured(sign: string, a: Value, b: Value, machine: Machine, at: number): Value | undefined {
  if (![a, b].some(({ kind }) => kind === "measured" || kind === "decision")) return undefined;
  if (sign === "&&" || sign === "||" || sign === "&" || sign === "|") {
    const single = (of: Value) => of.kind !== "measured" || of.bits.length === 1 || sign.length === 2;
    const [left, right] = [decisionOf(a), decisionOf(b)];
    if (left && right && single(a) && single(b))
      return { kind: "decision", decision: { kind: sign.startsWith("&") ? "both" : "either", left, right } };
  }
  if (sign === "==" || sign === "!=") {
    const [asked, known] = a.kind === "measured" || a.kind === "decision" ? [a, b] : [b, a];
    const equal = equality(asked, known);
    if (equal) return { kind: "decision", decision: sign === "==" ? equal : not(equal) };
  }
  return machine.complain(
    "program.unsupported",
    `"${sign}" on measured bits is OpenQASM and not supported here`,
    at,
    'Measured bits are compared to known ones by "==" and "!=", and joined by "&&", "||" and "!".',
  );
}

/** Whether measured bits, or a condition on them, are what is known. */
function equality(asked: Value, known: Value): Decision | undefined {
  if (asked.kind === "measured" && known.kind === "bits") return readsBits(asked.bits, known.bits);
  const number = knownNumber(known);
  if (number === undefined) return undefined;
  if (asked.kind === "measured") return readsNumber(asked.bits, number);
  const decision = decisionOf(asked);
  if (!decision) return undefined;
  return number === 1 ? decision : number === 0 ? not(decision) : { kind: "known", value: false };
}

function call({ name, given, at }: Extract<Expression, { kind: "call" }>, scope: Scope, machine: Machine): Value {
  const routine = machine.routines.get(name);
  const values = given.map((one) => evaluate(one, scope, machine));
  if (routine) return callRoutine(routine, values, machine, at);
  const bitwise = name === "popcount" || name === "rotl" || name === "rotr";
  if (name === "sizeof" || (bitwise && name !== "popcount")) return ofBits(name, values, machine, at);
  const builtIn = FUNCTIONS[name];
  if (!builtIn) return complain(machine, at, `there is no function "${name}"`);
  if (values.length !== builtIn.takes) return complain(machine, at, `${name} takes ${builtIn.takes} arguments`);
  const numbers = values.map((value) => {
    if (value.kind === "linear") return notLinear(value, machine, at);
    return knownNumber(value) ?? complain(machine, at, `${name} does not apply to ${SPOKEN[value.kind]}`);
  });
  const value = builtIn.of(...numbers);
  if (!Number.isFinite(value)) return complain(machine, at, `${name}(${numbers.join(", ")}) is no number`);
  const allWhole = values.every((one) => one.kind === "number" && /int/.test(one.type));
  return builtIn.whole || (allWhole && /^(?:pow|mod)$/.test(name)) ? whole(value) : real(value);
}

function ofBits(name: string, [of, by]: readonly Value[], machine: Machine, at: number): Value {
  const bits = of?.kind === "bits" ? of.bits : undefined;
  if (name === "sizeof") {
    const size = bits ?? (of?.kind === "measured" ? of.bits : of?.kind === "qubits" ? of.qubits : undefined);
    return size ? whole(size.length) : complain(machine, at, "sizeof applies to registers");
  }
  const turns = by && knownNumber(by);
  if (!bits || turns === undefined) return complain(machine, at, `${name} turns known bits by a known number`);
  const shift = name === "rotl" ? -turns : turns;
  return {
    kind: "bits",
    bits: bits.map((_, k) => bits[(((k + shift) % bits.length) + bits.length) % bits.length] ?? 0),
  };
}

function concatenated(parts: readonly Value[], machine: Machine, at: number): Value {
  const [first] = parts;
  if (first?.kind === "qubits" && parts.every((part) => part.kind === "qubits")) {
    const qubits = parts.flatMap((part) => part.qubits);
    if (new Set(qubits).size < qubits.length) complain(machine, at, "the same qubit stands twice in a register");
    return { kind: "qubits", qubits, register: true };
  }
  if (parts.every((part) => part.kind === "measured"))
    return { kind: "measured", bits: parts.flatMap((part) => part.bits), register: true };
  if (parts.every((part) => part.kind === "bits")) return { kind: "bits", bits: parts.flatMap((part) => part.bits) };
  return complain(machine, at, '"++" joins registers of one kind');
}

/** No register and no type here is wider. */
const WIDEST = 100_000;

export function knownWidth(expression: Expression, scope: Scope, machine: Machine, what: string): number {
  const width = knownWhole(expression, scope, machine, what);
  if (width < 1) complain(machine, expression.at, `${what} is 1 or more, not ${width}`);
  if (width > WIDEST)
    machine.complain("program.unsupported", `${what} of ${width} is more than ${WIDEST}`, expression.at);
  return width;
}

/** A whole number that must be known by now: a width, an index, a bound. */
export function knownWhole(expression: Expression, scope: Scope, machine: Machine, what: string): number {
  const value = evaluate(expression, scope, machine);
  const number = knownNumber(value);
  if (number === undefined || !Number.isInteger(number))
    return complain(machine, expression.at, `${what} must be a known whole number, not ${SPOKEN[value.kind]}`);
  return number;
}
