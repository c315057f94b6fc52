// Declarations of registers and variables, and the parts of statements that they share with others.

import { Kind } from "./lexer.ts";
import { readExpression, readType } from "./read-expression.ts";
import type { Reader } from "./reader.ts";
import type { Argument, Expression, Statement, Type } from "./syntax.ts";

export type Read = (reader: Reader, at: number) => Statement;

export const ended = <S extends Statement>(reader: Reader, statement: S): S => {
  reader.expect(";");
  return statement;
};

/** `int(x)` and `int[8](x)` are expressions, `int x` and `int[8] x` declarations. */
export function startsCast(reader: Reader): boolean {
  if (reader.text(1) === "(") return true;
  if (reader.text(1) !== "[") return false;
  let [ahead, depth] = [1, 0];
  do {
    if (reader.text(ahead) === "[") depth += 1;
    if (reader.text(ahead) === "]") depth -= 1;
    ahead += 1;
  } while (depth > 0 && reader.kind(ahead) !== Kind.end);
  return reader.text(ahead) === "(";
}

export function declaration(reader: Reader, at: number): Statement {
  const type = readType(reader);
  const name = reader.name("a name");
  if (!reader.skips("=")) return ended(reader, { kind: "declare", type, name, constant: false, at });
  const value = reader.is("measure") ? readMeasure(reader) : readExpression(reader);
  return ended(reader, { kind: "declare", type, name, constant: false, value, at });
}

/** `qreg q[4];`: the width after the name. */
export function register(of: "qubit" | "bit"): Read {
  return (reader, at) => {
    reader.take();
    const name = reader.name("the name of a register");
    let type: Type = { name: of };
    if (reader.skips("[")) {
      type = { name: of, width: readExpression(reader) };
      reader.expect("]");
    }
    return ended(reader, { kind: "declare", type, name, constant: false, at });
  };
}

export function readMeasure(reader: Reader): Extract<Expression, { kind: "measure" }> {
  const at = reader.at();
  reader.expect("measure");
  return { kind: "measure", of: readExpression(reader), at };
}

export function readArgument(reader: Reader): Argument {
  if (reader.is("readonly") || reader.is("mutable")) reader.unsupported("an array as an argument");
  if (!reader.is("qreg") && !reader.is("creg")) return { type: readType(reader), name: reader.name("a name") };
  const { type, name } = declarationOfArgument(reader, reader.take() === "qreg" ? "qubit" : "bit");
  return { type, name };
}

function declarationOfArgument(reader: Reader, of: "qubit" | "bit"): Argument {
  const name = reader.name("a name");
  if (!reader.skips("[")) return { name, type: { name: of } };
  const width = readExpression(reader);
  reader.expect("]");
  return { name, type: { name: of, width } };
}

export function readNames(reader: Reader, close: string): string[] {
  const names: string[] = [];
  while (!reader.skips(close)) {
    names.push(reader.name("a name"));
    if (!reader.is(close)) reader.expect(",");
  }
  return names;
}
