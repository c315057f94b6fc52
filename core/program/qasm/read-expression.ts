// Expressions by precedence climbing; indices, types and casts.

import { Kind } from "./lexer.ts";
import type { Reader } from "./reader.ts";
import type { Expression, Index, Scalar, Type } from "./syntax.ts";

/** How tightly a binary sign binds; those of one level from left to right. */
const TIGHTNESS: ReadonlyMap<string, number> = new Map(
  ["||", "&&", "|", "^", "&", "== !=", "< > <= >=", "<< >>", "+ -", "* / %"].flatMap((signs, level) =>
    signs.split(" ").map((sign): [string, number] => [sign, level]),
  ),
);

const SCALARS: ReadonlySet<string> = new Set(["bit", "int", "uint", "float", "angle", "bool", "complex"]);
export const startsType = (word: string): boolean => SCALARS.has(word);
const UNSUPPORTED_TYPES: ReadonlySet<string> = new Set(["array", "duration", "stretch"]);

export function readExpression(reader: Reader, loosest = 0): Expression {
  let left = readUnary(reader);
  while (reader.kind() === Kind.symbol) {
    const level = TIGHTNESS.get(reader.text());
    if (level === undefined || level < loosest) return left;
    const at = reader.at();
    const sign = reader.take();
    reader.deeper();
    left = { kind: "binary", sign, left, right: readExpression(reader, level + 1), at };
  }
  return left;
}

function readUnary(reader: Reader): Expression {
  const at = reader.at();
  if (!reader.is("-") && !reader.is("!") && !reader.is("~")) return readPower(reader);
  const sign = reader.take();
  reader.deeper();
  return { kind: "unary", sign, of: readUnary(reader), at };
}

/** Binds tighter than a sign before it, and to the right. */
function readPower(reader: Reader): Expression {
  const left = readPostfix(reader);
  const at = reader.at();
  if (reader.is("**")) reader.deeper();
  return reader.skips("**") ? { kind: "binary", sign: "**", left, right: readUnary(reader), at } : left;
}

function readPostfix(reader: Reader): Expression {
  let value = readPrimary(reader);
  while (reader.is("[")) {
    const at = reader.at();
    reader.deeper();
    value = { kind: "index", of: value, by: readIndex(reader), at };
  }
  return value;
}

function readPrimary(reader: Reader): Expression {
  const at = reader.at();
  const word = reader.text();
  switch (reader.kind()) {
    case Kind.integer:
      return { kind: "number", value: Number(reader.take().replaceAll("_", "").toLowerCase()), whole: true, at };
    case Kind.real:
      return { kind: "number", value: Number(reader.take().replaceAll("_", "")), whole: false, at };
    case Kind.imaginary:
      return { kind: "imaginary", value: Number(reader.take().replaceAll("_", "").slice(0, -2)), at };
    case Kind.duration:
      return reader.unsupported("a duration");
    case Kind.physical:
      return { kind: "physical", number: Number(reader.take().slice(1)), at };
    case Kind.text:
      return readBits(reader);
    case Kind.name:
      return readWord(reader, word, at);
  }
  if (reader.skips("(")) {
    reader.deeper();
    const inner = readExpression(reader);
    reader.expect(")");
    return inner;
  }
  return reader.wrong("an expression");
}

function readBits(reader: Reader): Expression {
  const at = reader.at();
  const text = reader.text().slice(1, -1);
  if (!/^[01]+(?:_[01]+)*$/.test(text)) reader.wrong("a string of bits");
  reader.take();
  return { kind: "bits", text: text.replaceAll("_", ""), at };
}

function readWord(reader: Reader, word: string, at: number): Expression {
  if (word === "true" || word === "false") {
    reader.take();
    return { kind: "truth", value: word === "true", at };
  }
  if (startsType(word)) {
    const type = readType(reader);
    reader.expect("(");
    reader.deeper();
    const of = readExpression(reader);
    reader.expect(")");
    return { kind: "cast", type, of, at };
  }
  if (word === "durationof" || UNSUPPORTED_TYPES.has(word)) return reader.unsupported(`"${word}"`);
  // Before brackets, the modifier is a function too.
  const name = word === "pow" && reader.text(1) === "(" ? reader.take() : reader.name("an expression");
  if (!reader.skips("(")) return { kind: "name", name, at };
  reader.deeper();
  return { kind: "call", name, given: readList(reader, ")"), at };
}

/** Expressions up to `close`, which is taken; a comma may stand before it. */
export function readList(reader: Reader, close: string): Expression[] {
  const found: Expression[] = [];
  while (!reader.skips(close)) {
    found.push(readExpression(reader));
    if (!reader.is(close)) reader.expect(",");
  }
  return found;
}

/** `[3]`, `[1:2:7]`, `[{0, 3}]`. */
export function readIndex(reader: Reader): Index {
  reader.expect("[");
  const index = readIndexInside(reader);
  if (reader.is(",")) reader.unsupported("an index into an array of several dimensions");
  reader.expect("]");
  return index;
}

function readIndexInside(reader: Reader): Index {
  if (reader.skips("{")) return { kind: "set", values: readList(reader, "}") };
  const first = reader.is(":") ? undefined : readExpression(reader);
  if (!reader.skips(":")) return first ? { kind: "one", value: first } : reader.wrong("an index");
  const ends = () => reader.is("]") || reader.is(":");
  const second = ends() ? undefined : readExpression(reader);
  const from = first && { from: first };
  if (!reader.skips(":")) return { kind: "range", ...from, ...(second && { to: second }) };
  const third = ends() ? undefined : readExpression(reader);
  return { kind: "range", ...from, ...(second && { step: second }), ...(third && { to: third }) };
}

/** A type of numbers or bits, not of qubits. */
export const readScalar = (reader: Reader): Type => (reader.is("qubit") ? reader.wrong("a type") : readType(reader));

export function readType(reader: Reader): Type {
  const word = reader.text();
  if (UNSUPPORTED_TYPES.has(word)) reader.unsupported(`"${word}"`);
  if (!startsType(word) && word !== "qubit") reader.wrong("a type");
  reader.take();
  const name = word as Scalar;
  // A bool has no width.
  if (!reader.is("[") || name === "bool") return { name };
  reader.expect("[");
  if (name === "complex") readType(reader);
  const width = name === "complex" ? undefined : readExpression(reader);
  reader.expect("]");
  return { name, ...(width && { width }) };
}
