// OpenQASM 2 and 3 into a circuit.

import type { Circuit } from "../circuit.ts";
import { Kind } from "./lexer.ts";
import type { Machine, Scope } from "./machine.ts";
import { readStatement } from "./read-statement.ts";
import { readerOf, type Reader } from "./reader.ts";
import { runAll } from "./run.ts";
import type { Statement } from "./syntax.ts";

export interface QasmTree {
  readonly version: 2 | 3;
  readonly statements: readonly Statement[];
}

/** The circuit that a text describes; every refusal names line and column. */
export function parseQasm(source: string): Circuit {
  const reader = readerOf(source);
  const { version, statements } = treeOf(reader);
  const constants: Scope = { names: new Map() };
  const machine: Machine = {
    version,
    complain: reader.complain,
    constants,
    parameters: [],
    gates: new Map(),
    routines: new Map(),
    physical: physicalQubits(reader),
    qubits: 0,
    bits: 0,
    operations: [],
    count: 0,
    steps: 0,
    branch: 0,
    calls: 0,
    inGate: false,
  };
  const left = runAll(statements, constants, machine);
  if (left && left.by !== "end")
    machine.complain("program.inconsistent", `"${left.by}" stands outside of what it could leave`, left.at);
  const { parameters, operations, bits } = machine;
  const qubits = Math.max(machine.qubits, machine.physical.size);
  if (qubits === 0) machine.complain("program.inconsistent", "the text has no qubit", source.length);
  if (machine.qubits && machine.physical.size)
    machine.complain(
      "program.unsupported",
      "declared qubits beside physical ones are not supported here",
      source.indexOf("$"),
    );
  return { qubits, parameters, gates: operations, ...(bits > 0 && { bits }) };
}

/** Physical qubits are numbered in the order of their numbers. */
function physicalQubits({ tokens: { kinds, texts } }: Reader): Map<number, number> {
  const numbers = new Set(
    texts.filter((_, index) => kinds[index] === Kind.physical).map((text) => Number(text.slice(1))),
  );
  return new Map([...numbers].sort((a, b) => a - b).map((number, index) => [number, index]));
}

function treeOf(reader: Reader): QasmTree {
  const version = readVersion(reader);
  const statements: Statement[] = [];
  while (reader.kind() === Kind.pragma) reader.skipLine();
  while (reader.kind() !== Kind.end) {
    statements.push(readStatement(reader));
    while (reader.kind() === Kind.pragma) reader.skipLine();
  }
  return { version, statements };
}

/** A text without a version is of version 3, or of 2 where it includes the library of that. */
function readVersion(reader: Reader): 2 | 3 {
  if (!reader.skips("OPENQASM")) return reader.tokens.texts.includes('"qelib1.inc"') ? writesPowersAsHats(reader) : 3;
  const at = reader.at();
  const text =
    reader.kind() === Kind.integer || reader.kind() === Kind.real ? reader.take() : reader.wrong("a version");
  reader.expect(";");
  if (/^2(?:\.0)?$/.test(text)) return writesPowersAsHats(reader);
  return /^3(?:\.\d)?$/.test(text) ? 3 : reader.unsupported(`version ${text}`, at);
}

/** Version 2 writes a power as ^ and has no exclusive or. */
function writesPowersAsHats({ tokens: { texts } }: Reader): 2 {
  texts.forEach((text, index) => {
    if (text === "^") texts[index] = "**";
  });
  return 2;
}
