// Gate calls: modifiers, angles, operands.

import { Kind } from "./lexer.ts";
import { readExpression, readList } from "./read-expression.ts";
import type { Reader } from "./reader.ts";
import type { Expression, GateCall, Modifier } from "./syntax.ts";

const MODIFIERS: ReadonlySet<string> = new Set(["ctrl", "negctrl", "inv", "pow"]);

export const startsModifier = (reader: Reader): boolean => MODIFIERS.has(reader.text());

/** `begun` is the name with its angles where those have been read as a call already. */
export function readGateCall(reader: Reader, begun?: Extract<Expression, { kind: "call" }>): GateCall {
  const at = reader.at();
  const modifiers: Modifier[] = [];
  while (!begun && startsModifier(reader)) modifiers.push(readModifier(reader));
  const name = begun?.name ?? (reader.skips("gphase") ? "gphase" : reader.name("the name of a gate"));
  const angles = begun?.given ?? (reader.skips("(") ? readList(reader, ")") : []);
  if (reader.is("[")) reader.unsupported("the duration of a gate");
  if (name === "gphase" && reader.skips(";")) return { kind: "apply", name, modifiers, angles, on: [], at };
  const on = readList(reader, ";");
  if (on.length === 0 && name !== "gphase") reader.complain("program.syntax", `${name} is applied to nothing`, at);
  return { kind: "apply", name, modifiers, angles, on, at };
}

function readModifier(reader: Reader): Modifier {
  const at = reader.at();
  const name = reader.take() as Modifier["name"];
  const takesOne = reader.kind() === Kind.symbol && reader.skips("(");
  if (takesOne && name === "inv") reader.wrong('"@"');
  if (!takesOne && name === "pow") reader.wrong('"("');
  const by = takesOne ? readExpression(reader) : undefined;
  if (takesOne) reader.expect(")");
  reader.expect("@");
  return { name, ...(by && { by }), at };
}
