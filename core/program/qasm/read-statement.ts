// Statements of OpenQASM 3, and those that only version 2 has.

import { Kind } from "./lexer.ts";
import {
  declaration,
  ended,
  readArgument,
  readMeasure,
  readNames,
  register,
  startsCast,
  type Read,
} from "./read-declaration.ts";
import { readExpression, readIndex, readList, readScalar, startsType } from "./read-expression.ts";
import { readGateCall, startsModifier } from "./read-gate-call.ts";
import type { Reader } from "./reader.ts";
import type { Argument, Expression, Statement } from "./syntax.ts";

/** Legal, and refused by name as soon as they are met. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  "defcalgrammar",
  "cal",
  "defcal",
  "extern",
  "box",
  "delay",
  "while",
  "switch",
  "array",
  "duration",
  "stretch",
]);

const READ: Readonly<Record<string, Read>> = {
  include(reader, at) {
    reader.take();
    if (reader.kind() !== Kind.text) reader.wrong("the name of a file");
    const file = reader.take().slice(1, -1);
    return ended(reader, { kind: "include", file, at });
  },
  const(reader, at) {
    reader.take();
    const type = readScalar(reader);
    const name = reader.name("a name");
    reader.expect("=");
    return ended(reader, { kind: "declare", type, name, constant: true, value: readExpression(reader), at });
  },
  input(reader, at) {
    reader.take();
    const type = readScalar(reader);
    return ended(reader, { kind: "input", type, name: reader.name("a name"), at });
  },
  output(reader, at) {
    reader.take();
    const type = readScalar(reader);
    return ended(reader, { kind: "declare", type, name: reader.name("a name"), constant: false, at });
  },
  qubit: declaration,
  qreg: register("qubit"),
  creg: register("bit"),
  let(reader, at) {
    reader.take();
    const name = reader.name("a name");
    reader.expect("=");
    const parts = [readExpression(reader)];
    while (reader.skips("++")) parts.push(readExpression(reader));
    const [only] = parts;
    const value: Expression = parts.length === 1 && only ? only : { kind: "concatenation", parts, at };
    return ended(reader, { kind: "alias", name, value, at });
  },
  gate(reader, at) {
    reader.take();
    const name = reader.name("the name of a gate");
    const angles = reader.skips("(") ? readNames(reader, ")") : [];
    if (reader.is("{")) reader.wrong("the name of a qubit");
    const qubits = readNames(reader, "{");
    return { kind: "gate", name, angles, qubits, body: readRest(reader), at };
  },
  opaque(reader, at) {
    reader.take();
    const name = reader.name("the name of a gate");
    if (reader.skips("(")) readNames(reader, ")");
    readNames(reader, ";");
    return { kind: "opaque", name, at };
  },
  def(reader, at) {
    reader.take();
    const name = reader.name("the name of a subroutine");
    reader.expect("(");
    const takes: Argument[] = [];
    while (!reader.skips(")")) {
      takes.push(readArgument(reader));
      if (!reader.is(")")) reader.expect(",");
    }
    const gives = reader.skips("->") ? readScalar(reader) : undefined;
    reader.expect("{");
    return { kind: "def", name, takes, ...(gives && { gives }), body: readRest(reader), at };
  },
  if(reader, at) {
    reader.take();
    reader.expect("(");
    const condition = readExpression(reader);
    reader.expect(")");
    const body = readBody(reader);
    return { kind: "if", condition, body, otherwise: reader.skips("else") ? readBody(reader) : [], at };
  },
  for(reader, at) {
    reader.take();
    readScalar(reader);
    const name = reader.name("the name of the loop's variable");
    reader.expect("in");
    const over = reader.is("[")
      ? readIndex(reader)
      : reader.skips("{")
        ? ({ kind: "set", values: readList(reader, "}") } as const)
        : ({ kind: "one", value: readExpression(reader) } as const);
    return { kind: "for", name, over, body: readBody(reader), at };
  },
  break: leave,
  continue: leave,
  end: leave,
  return(reader, at) {
    reader.take();
    if (reader.skips(";")) return { kind: "return", at };
    const value = reader.is("measure") ? readMeasure(reader) : readExpression(reader);
    return ended(reader, { kind: "return", value, at });
  },
  reset(reader, at) {
    reader.take();
    return ended(reader, { kind: "reset", of: readExpression(reader), at });
  },
  barrier(reader, at) {
    reader.take();
    return { kind: "barrier", on: readList(reader, ";"), at };
  },
  nop(reader, at) {
    reader.take();
    readList(reader, ";");
    return { kind: "nop", at };
  },
  measure(reader, at) {
    const { of } = readMeasure(reader);
    const to = reader.skips("->") ? readExpression(reader) : undefined;
    return ended(reader, { kind: "measure", of, ...(to && { to }), at });
  },
};

/** The next statement; pragmas and annotations before it are for other tools. */
export function readStatement(reader: Reader): Statement {
  while (reader.is("@") || reader.kind() === Kind.pragma) reader.skipLine();
  reader.freshStatement();
  const at = reader.at();
  const word = reader.text();
  if (reader.kind() === Kind.name) {
    if (UNSUPPORTED.has(word)) return reader.unsupported(`"${word}"`);
    if (Object.hasOwn(READ, word)) return READ[word]?.(reader, at) ?? reader.wrong("a statement");
    if (startsType(word)) return startsCast(reader) ? expressionStatement(reader, at) : declaration(reader, at);
    if (startsModifier(reader) || word === "gphase" || isGateCall(reader)) return readGateCall(reader);
  }
  if (reader.skips("{")) return { kind: "block", body: readRest(reader), at };
  return expressionStatement(reader, at);
}

function expressionStatement(reader: Reader, at: number): Statement {
  const value = readExpression(reader);
  // The angles of a gate were read as the arguments of a call: its qubits follow.
  if (value.kind === "call" && !reader.is(";") && !reader.is("=")) return { ...readGateCall(reader, value), at };
  const sign = ASSIGNMENTS.find((one) => reader.is(one));
  if (sign === undefined) return ended(reader, { kind: "expression", value, at });
  if (value.kind !== "name" && value.kind !== "index") reader.wrong('";"');
  reader.take();
  const assigned = reader.is("measure") ? readMeasure(reader) : readExpression(reader);
  return ended(reader, { kind: "assign", to: value, sign, value: assigned, at });
}

const ASSIGNMENTS = ["=", "+=", "-=", "*=", "/=", "&=", "|=", "~=", "^=", "<<=", ">>=", "%=", "**="];

/** A name followed by an operand; one followed by angles is told from a call when those are read. */
const isGateCall = (reader: Reader): boolean => reader.kind(1) === Kind.name || reader.kind(1) === Kind.physical;

function leave(reader: Reader, at: number): Statement {
  const by = reader.take() as "break" | "continue" | "end";
  return ended(reader, { kind: "leave", by, at });
}

/** One statement, or several in braces. */
function readBody(reader: Reader): Statement[] {
  return reader.skips("{") ? readRest(reader) : reader.inside(() => [readStatement(reader)]);
}

/** Statements up to the closing brace. */
function readRest(reader: Reader): Statement[] {
  return reader.inside(() => {
    const body: Statement[] = [];
    while (!reader.skips("}")) {
      if (reader.kind() === Kind.end) reader.wrong('"}"');
      body.push(readStatement(reader));
    }
    return body;
  });
}
