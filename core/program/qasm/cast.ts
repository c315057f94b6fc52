// Values as another type: by a cast, by a declaration, by an assignment.

import { knownNumber } from "./arithmetic.ts";
import { decisionOf } from "./decision.ts";
import { knownWidth } from "./evaluate.ts";
import type { Machine, Scope } from "./machine.ts";
import type { Type } from "./syntax.ts";
import { bitsOfNumber, SPOKEN, truth, type Value } from "./value.ts";

export function cast(value: Value, type: Type, scope: Scope, machine: Machine, at: number): Value {
  const width = type.width && knownWidth(type.width, scope, machine, "the width of a type");
  const made = castTo(value, type.name, width);
  if (made) return made;
  if (value.kind === "measured" || value.kind === "decision" || value.kind === "measurement")
    return machine.complain(
      "program.unsupported",
      `${SPOKEN[value.kind]} as ${type.name} is OpenQASM and not supported here`,
      at,
      "Measured bits are read by if.",
    );
  if (value.kind === "linear")
    return machine.complain(
      "program.unsupported",
      `an input parameter as ${type.name} is OpenQASM and not supported here`,
      at,
      "Input parameters are angles of gates.",
    );
  return machine.complain("program.inconsistent", `${SPOKEN[value.kind]} is no ${type.name}`, at);
}

function castTo(value: Value, to: Type["name"], width: number | undefined): Value | undefined {
  if (to === "bool" && (value.kind === "measured" || value.kind === "decision")) {
    const decision = decisionOf(value);
    return decision && { kind: "decision", decision };
  }
  if (to === "bit" && value.kind === "measured" && (width ?? 1) === value.bits.length) return value;
  if ((to === "float" || to === "angle") && value.kind === "linear") return value;
  if (to === "complex") return complexOf(value);
  const number = knownNumber(value);
  if (number === undefined) return undefined;
  if (to === "bool") return truth(number !== 0);
  if (to === "bit") return bitsOf(value, number, width ?? 1);
  if (to === "float" || to === "angle") return { kind: "number", type: to, value: number };
  if (to === "int" || to === "uint")
    return {
      kind: "number",
      type: to,
      value: wrapped(Math.trunc(number), to, width),
      ...(width !== undefined && { width }),
    };
  return undefined;
}

function complexOf(value: Value): Value | undefined {
  if (value.kind === "complex") return value;
  const number = knownNumber(value);
  return number === undefined ? undefined : { kind: "complex", re: number, im: 0 };
}

function bitsOf(value: Value, number: number, width: number): Value | undefined {
  if (value.kind === "bits" && value.bits.length !== width) return undefined;
  if (value.kind === "number" && !Number.isInteger(number)) return undefined;
  return { kind: "bits", bits: bitsOfNumber(number < 0 ? number + 2 ** width : number, width) };
}

/** What fits into so many bits, the rest cut off as processors do. */
function wrapped(value: number, type: "int" | "uint", width: number | undefined): number {
  if (width === undefined || width > 53) return value;
  const size = 2 ** width;
  const cut = ((value % size) + size) % size;
  return type === "int" && cut >= size / 2 ? cut - size : cut;
}
