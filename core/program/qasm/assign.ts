// Declarations and assignments: registers of the circuit, measurements into bits, and everything that is known.

import type { Operation } from "../operation.ts";
import { binary, linearBinary, linearOf } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { evaluate, knownWidth } from "./evaluate.ts";
import { declare, emit, find, type Machine, type Scope, type Variable } from "./machine.ts";
import { placesOf } from "./select.ts";
import type { Expression, Statement, Type } from "./syntax.ts";
import { SPOKEN, type Value } from "./value.ts";

type Declaration = Extract<Statement, { kind: "declare" }>;
type Assignment = Extract<Statement, { kind: "assign" }>;

export function runDeclaration({ type, name, constant, value, at }: Declaration, scope: Scope, machine: Machine): void {
  const width = type.width ? knownWidth(type.width, scope, machine, "a size") : undefined;
  const register = width !== undefined;
  if (type.name === "qubit") {
    if (value) machine.complain("program.syntax", "qubits begin as |0> and are given nothing", at);
    const qubits = Array.from({ length: width ?? 1 }, (_, k) => machine.qubits + k);
    machine.qubits += qubits.length;
    return declare(machine, scope, name, { kind: "qubits", qubits, register }, at, { constant: true });
  }
  if (type.name === "bit" && !constant) return declareBits(name, width, value, scope, machine, at, type);
  const given = value && cast(evaluate(value, scope, machine), type, scope, machine, value.at);
  declare(machine, scope, name, given ?? zeroOf(type, scope, machine, at), at, { type, constant });
}

function zeroOf(type: Type, scope: Scope, machine: Machine, at: number): Value {
  return cast({ kind: "number", type: "int", value: 0 }, type, scope, machine, at);
}

/** Bits belong to the circuit, unless they begin as something that is known. */
function declareBits(
  name: string,
  width: number | undefined,
  value: Expression | undefined,
  scope: Scope,
  machine: Machine,
  at: number,
  type: Type,
): void {
  const given = value && evaluate(value, scope, machine);
  if (given && given.kind !== "measurement")
    return declare(machine, scope, name, cast(given, type, scope, machine, at), at, { type });
  const bits = Array.from({ length: width ?? 1 }, (_, k) => machine.bits + k);
  machine.bits += bits.length;
  const own: Value = { kind: "measured", bits, register: width !== undefined };
  declare(machine, scope, name, own, at, { type });
  if (given) measureInto(own, given, machine, at);
}

export function measureInto(to: Value, from: Value, machine: Machine, at: number): void {
  if (from.kind !== "measurement") return;
  if (to.kind !== "measured")
    return machine.complain(
      "program.unsupported",
      `a measurement into ${SPOKEN[to.kind]} is not supported here`,
      at,
      "Declare the bits without a value, and measure into them.",
    );
  if (to.bits.length !== from.qubits.length)
    machine.complain(
      "program.inconsistent",
      `${from.qubits.length} qubits are measured into ${to.bits.length} bits`,
      at,
    );
  to.bits.forEach((bit, k) =>
    emit(machine, { name: "measure", qubits: [from.qubits[k] ?? -1], bit } satisfies Operation, at),
  );
}

export function runAssignment({ to, sign, value, at }: Assignment, scope: Scope, machine: Machine): void {
  const given = evaluate(value, scope, machine);
  const target = evaluate(to, scope, machine);
  if (given.kind === "measurement" && sign === "=") return measureInto(target, given, machine, at);
  if (target.kind === "measured" || target.kind === "qubits") {
    if (
      target.kind === "measured" &&
      given.kind === "measured" &&
      sign === "=" &&
      given.bits.join() === target.bits.join()
    )
      return;
    const what =
      target.kind === "qubits"
        ? "qubits cannot be assigned"
        : "an assignment to bits of the circuit is not supported here";
    return machine.complain(
      target.kind === "qubits" ? "program.inconsistent" : "program.unsupported",
      what,
      at,
      "Bits are written by measurement.",
    );
  }
  const variable = variableOf(to, scope, machine);
  if (to.kind === "index") return assignPlace(variable, to, given, sign, scope, machine);
  const combined = sign === "=" ? given : combine(sign.slice(0, -1), target, given, machine, at);
  variable.value = variable.type ? cast(combined, variable.type, scope, machine, at) : combined;
}

function variableOf(to: Expression, scope: Scope, machine: Machine): Variable {
  const named = to.kind === "index" ? to.of : to;
  const variable = named.kind === "name" ? find(scope, named.name) : undefined;
  if (!variable || named.kind !== "name")
    return machine.complain("program.inconsistent", "only a variable can be assigned", to.at);
  if (variable.constant) machine.complain("program.inconsistent", `"${named.name}" is constant`, to.at);
  if (variable.branch < machine.branch)
    machine.complain(
      "program.unsupported",
      `"${named.name}" would hang on measured bits`,
      to.at,
      "In a branch on measured bits, apply gates.",
    );
  return variable;
}

function assignPlace(
  variable: Variable,
  to: Extract<Expression, { kind: "index" }>,
  given: Value,
  sign: string,
  scope: Scope,
  machine: Machine,
): void {
  const { places } = placesOf(to.by, variable.value, scope, machine, to.at);
  const bits = cast(
    given,
    { name: "bit", width: { kind: "number", value: places.length, whole: true, at: to.at } },
    scope,
    machine,
    to.at,
  );
  if (variable.value.kind !== "bits" || bits.kind !== "bits" || sign !== "=")
    return machine.complain(
      "program.unsupported",
      "an assignment to single bits of a number is not supported here",
      to.at,
    );
  const after = [...variable.value.bits];
  places.forEach((place, k) => (after[place] = bits.bits[k] ?? 0));
  variable.value = { kind: "bits", bits: after };
}

function combine(sign: string, a: Value, b: Value, machine: Machine, at: number): Value {
  const [left, right] = [linearOf(a), linearOf(b)];
  const made = binary(sign, a, b) ?? (left && right && linearBinary(sign, left, right));
  return (
    made ??
    machine.complain(
      "program.unsupported",
      `"${sign}=" on ${SPOKEN[a.kind]} and ${SPOKEN[b.kind]} is not supported here`,
      at,
    )
  );
}
