// Where everything of a circuit stands in a drawing: columns from left to right, one row a qubit and one for the bits.

import { angleText } from "../qasm/print-number.ts";
import type { Angle } from "../angle.ts";
import type { Circuit } from "../circuit.ts";
import { controlsOf, qubitsOf, type Operation, type UnitaryOperation } from "../operation.ts";

export type Mark =
  | { readonly kind: "box" | "measure"; readonly label: string }
  | { readonly kind: "set" | "unset" | "flip" | "cross" | "barrier" };

export interface Item {
  /** What stands on each row. */
  readonly marks: ReadonlyMap<number, Mark>;
  /** The rows that a line joins, quantum and, where the bits take part, down to them. */
  readonly from: number;
  readonly to: number;
  /** Under the drawing, at the row of the bits: the bit that is written, or what must be read. */
  readonly note?: string;
}

export interface Drawing {
  readonly rows: readonly string[];
  /** The row of the classical bits, where there are any. */
  readonly bitRow?: number;
  readonly columns: readonly (readonly Item[])[];
}

export function layOut(circuit: Circuit): Drawing {
  const { qubits, bits = 0 } = circuit;
  const bitRow = bits > 0 ? qubits : undefined;
  const columns: Item[][] = [];
  const reached = new Array<number>(qubits + 1).fill(0);
  for (const item of itemsOf(circuit.gates, circuit, "")) {
    const span = reached.slice(item.from, item.to + 1);
    const column = span.reduce((most, one) => Math.max(most, one), 0);
    (columns[column] ??= []).push(item);
    reached.fill(column + 1, item.from, item.to + 1);
  }
  const rows = Array.from({ length: qubits }, (_, q) => `q${q}`);
  return { rows: bits > 0 ? [...rows, `c${bits}`] : rows, columns, ...(bitRow !== undefined && { bitRow }) };
}

function itemsOf(operations: readonly Operation[], circuit: Circuit, condition: string): Item[] {
  return operations.flatMap((one): Item[] => {
    if (one.name !== "if") return [itemOf(one, circuit, condition)];
    const read = bitsText(one.bits);
    const joined = (sign: string) => `${condition && `${condition} & `}${read}${sign}${one.equals}`;
    return [...itemsOf(one.body, circuit, joined("=")), ...itemsOf(one.otherwise ?? [], circuit, joined("!="))];
  });
}

/** `c0,c2`, or `c0-c7` for neighbours. */
function bitsText(bits: readonly number[]): string {
  const [first = 0] = bits;
  const neighbours = bits.length > 2 && bits.every((bit, k) => bit === first + k);
  return neighbours ? `c${first}-c${first + bits.length - 1}` : bits.map((bit) => `c${bit}`).join(",");
}

function itemOf(operation: Exclude<Operation, { name: "if" }>, circuit: Circuit, condition: string): Item {
  const marks = marksOf(operation, circuit);
  const rows = [...marks.keys()];
  const reachesBits = operation.name === "measure" || condition !== "";
  const note = [condition, operation.name === "measure" ? `c${operation.bit}` : ""].filter(Boolean).join(" > ");
  return {
    marks,
    from: rows.reduce((least, row) => Math.min(least, row), circuit.qubits),
    to: reachesBits ? circuit.qubits : rows.reduce((most, row) => Math.max(most, row), 0),
    ...(note && { note }),
  };
}

function marksOf(operation: Exclude<Operation, { name: "if" }>, circuit: Circuit): Map<number, Mark> {
  if (operation.name === "barrier") return new Map(operation.qubits.map((q) => [q, { kind: "barrier" }]));
  if (operation.name === "measure") return new Map([[operation.qubits[0], { kind: "measure", label: "M" }]]);
  if (operation.name === "reset") return new Map([[operation.qubits[0], { kind: "box", label: "|0>" }]]);
  return unitaryMarks(operation, circuit);
}

/** Gates that are drawn as controls and a sign: how many of their own qubits are controls, and the sign. */
const SIGNS: Readonly<Record<string, readonly [number, "flip" | "cross" | "set"]>> = {
  cx: [1, "flip"],
  ccx: [2, "flip"],
  cz: [1, "set"],
  swap: [0, "cross"],
  cswap: [1, "cross"],
};
const OWN_CONTROLS: Readonly<Record<string, string>> = {
  cy: "y",
  ch: "h",
  cp: "p",
  crx: "rx",
  cry: "ry",
  crz: "rz",
  cu: "cu",
};

function unitaryMarks(operation: UnitaryOperation, circuit: Circuit): Map<number, Mark> {
  const marks = new Map<number, Mark>();
  for (const { qubit, value } of controlsOf(operation)) marks.set(qubit, { kind: value ? "set" : "unset" });
  const { qubits, name } = operation;
  const powered = operation.name !== "diagonal" && operation.power !== undefined;
  const [own, sign] = powered ? [0, undefined] : (SIGNS[name] ?? [name in OWN_CONTROLS ? 1 : 0, undefined]);
  const underControl = !powered && name === "x" && marks.size > 0 ? "flip" : sign;
  const label = labelOf(operation, powered ? name : (OWN_CONTROLS[name] ?? name), circuit.parameters);
  qubits.forEach((qubit, place) => {
    if (place < own) marks.set(qubit, { kind: "set" });
    else if (underControl) marks.set(qubit, { kind: underControl });
    else marks.set(qubit, { kind: "box", label: ORDERED.has(name) && qubits.length > 1 ? `${label}:${place}` : label });
  });
  // A phase of the whole state stands on the first qubit, or is what its controls decide.
  if (qubits.length === 0) {
    const [at = 0] = qubitsOf(operation);
    marks.set(at, { kind: "box", label });
  }
  return marks;
}

/** Boxes whose qubits are not alike. */
const ORDERED: ReadonlySet<string> = new Set(["unitary"]);

function labelOf(operation: UnitaryOperation, name: string, parameters: readonly string[]): string {
  const angles = operation.name === "unitary" ? [] : operation.angles;
  const given = angles.length ? `(${angles.map((angle) => angleText(rounded(angle), parameters)).join(",")})` : "";
  const power = operation.name === "diagonal" || operation.power === undefined ? "" : `^${round(operation.power)}`;
  return `${NAMES[name] ?? name}${given}${power}`;
}

const NAMES: Readonly<Record<string, string>> = { unitary: "U", diagonal: "D", gphase: "phase" };

/** Four digits are enough to look at; fractions of pi are kept. */
const round = (value: number): number => {
  const inPi = (value / Math.PI) * 96;
  return Math.abs(inPi - Math.round(inPi)) < 1e-12 ? value : Number(value.toPrecision(4));
};
const rounded = ({ constant, terms }: Angle): Angle => ({
  constant: round(constant),
  terms: terms.map(([parameter, coefficient]) => [parameter, round(coefficient)]),
});
