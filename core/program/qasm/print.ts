// A circuit as OpenQASM 3, which reads back as the same circuit; and as OpenQASM 2 where that can say it.

import { refuse } from "../../failure.ts";
import type { Circuit } from "../circuit.ts";
import { GATES } from "../gates.ts";
import { lowerCircuit } from "../lower-gates.ts";
import { everyOperation, isGate, type Control, type Operation, type UnitaryOperation } from "../operation.ts";
import { angleText, numberText } from "./print-number.ts";
import { RESERVED } from "./reader.ts";

/** Gates of circuits that stdgates.inc does not have, in its terms. */
const DEFINED: Readonly<Record<string, string>> = {
  rzz: "gate rzz(t) a, b { cx a, b; rz(t) b; cx a, b; }",
  rxx: "gate rxx(t) a, b { h a; h b; cx a, b; rz(t) b; cx a, b; h a; h b; }",
  ryy: "gate ryy(t) a, b { sdg a; sdg b; h a; h b; cx a, b; rz(t) b; cx a, b; h a; h b; s a; s b; }",
};

/** OpenQASM 3. Unitaries and diagonals, for which it has no words, are written as the gates that they are made of. */
export function toQasm(circuit: Circuit): string {
  const said = inWords(circuit);
  const used = new Set([...everyOperation(said.gates)].map(({ name }) => name));
  const names = parameterNames(said.parameters);
  const lines = [
    "OPENQASM 3.0;",
    'include "stdgates.inc";',
    ...Object.entries(DEFINED).flatMap(([name, text]) => (used.has(name as Operation["name"]) ? [text] : [])),
    ...names.map((name) => `input float ${name};`),
    `qubit[${said.qubits}] q;`,
    ...(said.bits ? [`bit[${said.bits}] c;`] : []),
    ...linesOf(said.gates, names, ""),
  ];
  return `${lines.join("\n")}\n`;
}

/** Gates by which unitaries and diagonals are written; all else stays as it is. */
function inWords(circuit: Circuit): Circuit {
  const speakable = [...Object.keys(GATES), "measure", "reset", "barrier", "if"] as Operation["name"][];
  const spell = (operations: readonly Operation[]): readonly Operation[] =>
    operations.flatMap((one): readonly Operation[] => {
      if (one.name === "if")
        return [{ ...one, body: spell(one.body), ...(one.otherwise && { otherwise: spell(one.otherwise) }) }];
      if (one.name !== "unitary" && one.name !== "diagonal") return [one];
      const backend = { name: "OpenQASM 3", gates: speakable, controls: circuit.qubits };
      return lowerCircuit({ ...circuit, gates: [one] }, backend).gates;
    });
  return { ...circuit, gates: spell(circuit.gates) };
}

function parameterNames(names: readonly string[]): readonly string[] {
  for (const name of names)
    if (!/^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}_\p{Nd}]*$/u.test(name) || RESERVED.has(name) || TAKEN.has(name))
      refuse("program.unsupported", `OpenQASM has no input parameter named "${name}"`, {
        hint: "Rename the parameter.",
      });
  return names;
}

/** Names that the printed text gives to something else. */
const TAKEN: ReadonlySet<string> = new Set(["q", "c", "pi", "π", "tau", "τ", "euler", "ℇ"]);

function linesOf(operations: readonly Operation[], names: readonly string[], indent: string): string[] {
  return operations.flatMap((one) => {
    if (one.name !== "if") return [`${indent}${lineOf(one, names)}`];
    const inner = `${indent}  `;
    return [
      `${indent}if (${conditionText(one.bits, one.equals)}) {`,
      ...linesOf(one.body, names, inner),
      ...(one.otherwise ? [`${indent}} else {`, ...linesOf(one.otherwise, names, inner)] : []),
      `${indent}}`,
    ];
  });
}

/** One bit by its index, several as a register with the first bit rightmost. */
const conditionText = (bits: readonly number[], equals: string): string =>
  bits.length === 1
    ? `c[${bits[0]}] == ${equals}`
    : `c[{${bits.join(", ")}}] == "${Array.from(equals).reverse().join("")}"`;

const qubitText = (qubits: readonly number[]): string => qubits.map((qubit) => `q[${qubit}]`).join(", ");

function lineOf(operation: Exclude<Operation, { name: "if" }>, names: readonly string[]): string {
  switch (operation.name) {
    case "measure":
      return `c[${operation.bit}] = measure q[${operation.qubits[0]}];`;
    case "reset":
      return `reset q[${operation.qubits[0]}];`;
    case "barrier":
      return `barrier ${qubitText(operation.qubits)};`;
  }
  if (!isGate(operation)) throw new Error(`${operation.name} was to be written as gates`);
  const { name, angles, controls = [], qubits, power } = operation;
  const [spelt, modifier] = name === "sxdg" ? ["sx", "inv @ "] : [name, ""];
  const given = angles.length ? `(${angles.map((angle) => angleText(angle, names)).join(", ")})` : "";
  const on = [...controls.map(({ qubit }) => qubit), ...qubits];
  const before = `${controlText(controls)}${power === undefined ? "" : `pow(${numberText(power)}) @ `}${modifier}`;
  return `${before}${spelt}${given}${on.length ? ` ${qubitText(on)}` : ""};`;
}

const controlText = (controls: readonly Control[]): string =>
  controls.map(({ value }) => (value ? "ctrl @ " : "negctrl @ ")).join("");

/** Gates of qelib1.inc; the others are lowered to them. */
const IN_2 = (
  "id h x y z s sdg t tdg sx sxdg rx ry rz p u2 u3 cx cy cz ch swap cp crx cry crz cu rzz rxx ccx cswap " +
  "measure reset barrier if"
).split(" ") as Operation["name"][];

/** OpenQASM 2: no parameters, and conditions on whole registers alone. */
export function toQasm2(circuit: Circuit): string {
  const [parameter] = circuit.parameters;
  if (parameter !== undefined) beyond2(`the parameter "${parameter}"`, "Give its value first.");
  const { gates, qubits, bits = 0 } = lowerCircuit(circuit, { name: "OpenQASM 2", gates: IN_2 });
  const registers = registersOf(gates, bits);
  const bitText = (bit: number) => {
    const index = registers.findIndex((one) => one.includes(bit));
    return `c${index}[${registers[index]?.indexOf(bit)}]`;
  };
  const lines = gates.flatMap((one) => linesOf2(one, "", bitText, registers));
  const declared = registers.map((one, index) => `creg c${index}[${one.length}];`);
  return `${["OPENQASM 2.0;", 'include "qelib1.inc";', `qreg q[${qubits}];`, ...declared, ...lines].join("\n")}\n`;
}

const beyond2 = (what: string, hint: string): never =>
  refuse("program.unsupported", `OpenQASM 2 cannot say ${what}`, { hint });

function linesOf2(
  operation: Operation,
  condition: string,
  bitText: (bit: number) => string,
  registers: readonly (readonly number[])[],
): string[] {
  if (operation.name === "if") {
    if (condition || operation.otherwise) return beyond2("a branch in a branch, or an else", "Print OpenQASM 3.");
    if (operation.body.length > 1 && operation.body.some(({ name }) => name === "measure"))
      return beyond2("a branch that changes what it asked", "Print OpenQASM 3.");
    const index = registers.findIndex((one) => one.join() === operation.bits.join());
    const value = [...operation.equals].reduceRight((sum, bit) => 2 * sum + Number(bit), 0);
    return operation.body.flatMap((one) => linesOf2(one, `if(c${index}==${value}) `, bitText, registers));
  }
  if (operation.name === "measure")
    return [`${condition}measure ${qubitText(operation.qubits)} -> ${bitText(operation.bit)};`];
  if (operation.name === "barrier" && condition) return [];
  return [`${condition}${lineOf2(operation)}`];
}

function lineOf2(operation: UnitaryOperation | Extract<Operation, { name: "reset" | "barrier" }>): string {
  if (operation.name === "reset" || operation.name === "barrier") return lineOf(operation, []);
  if (!isGate(operation)) throw new Error(`${operation.name} was to be lowered`);
  const given = operation.angles.length ? `(${operation.angles.map((one) => angleText(one, [])).join(",")})` : "";
  return `${operation.name}${given} ${qubitText(operation.qubits)};`;
}

/** Bits in registers so that every condition asks all of one, in order; refuses what allows none. */
function registersOf(gates: readonly Operation[], bits: number): readonly (readonly number[])[] {
  const asked = new Map<string, readonly number[]>();
  for (const one of everyOperation(gates)) if (one.name === "if") asked.set(one.bits.join(), one.bits);
  const registers = [...asked.values()];
  const taken = registers.flat();
  if (new Set(taken).size < taken.length) beyond2("conditions on overlapping bits", "Print OpenQASM 3.");
  const rest = Array.from({ length: bits }, (_, bit) => bit).filter((bit) => !taken.includes(bit));
  return rest.length ? [...registers, rest] : registers;
}
