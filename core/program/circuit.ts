// Circuits as plain data, and the builder that writes them.
//
// Bit order, fixed here for every program and result: qubit 0 is the LEFTMOST character of a bitstring and of a Pauli
// word, so |01> means that qubit 1 is set. Each provider plugin converts at its own edge.

import { refuse } from "../failure.ts";
import { GATES, type GateName } from "./gates.ts";

/** `constant + sum of coefficient * parameter`, in radians; parameters by position in `Circuit.parameters`. */
export interface Angle {
  readonly constant: number;
  readonly terms: readonly (readonly [parameter: number, coefficient: number])[];
}

export interface Gate {
  readonly name: GateName;
  readonly qubits: readonly number[];
  readonly angles: readonly Angle[];
}

export interface Circuit {
  readonly qubits: number;
  readonly parameters: readonly string[];
  readonly gates: readonly Gate[];
}

/** A number, a parameter by name, or a linear expression of parameters. */
export type AngleLike = number | string | { readonly constant?: number; readonly of: Readonly<Record<string, number>> };

export interface CircuitBuilder {
  /** `add("ry", 0, "theta")`, `add("cx", [0, 1])`, `add("rz", 2, { of: { x: 2 }, constant: 1 })`. */
  add(name: GateName, qubits: number | readonly number[], ...angles: AngleLike[]): CircuitBuilder;
  build(): Circuit;
}

/** Starts a circuit on `qubits` qubits in |0...0>; parameters are numbered in the order given. */
export function circuit(qubits: number, parameters: readonly string[] = []): CircuitBuilder {
  if (!Number.isInteger(qubits) || qubits < 1)
    refuse("program.invalid", `a circuit needs 1 qubit or more, not ${qubits}`);
  if (new Set(parameters).size < parameters.length) refuse("program.invalid", "two parameters have the same name");
  const gates: Gate[] = [];
  const builder: CircuitBuilder = {
    add(name, on, ...angles) {
      const gate = { name, qubits: typeof on === "number" ? [on] : [...on], angles: angles.map(toAngle) };
      checkGate(gate, qubits, parameters.length);
      gates.push(gate);
      return builder;
    },
    build: () => ({ qubits, parameters: [...parameters], gates: [...gates] }),
  };

  function toAngle(angle: AngleLike): Angle {
    if (typeof angle === "number") return { constant: angle, terms: [] };
    if (typeof angle === "string") return { constant: 0, terms: [[indexOf(angle), 1]] };
    return { constant: angle.constant ?? 0, terms: Object.entries(angle.of).map(([name, c]) => [indexOf(name), c]) };
  }

  function indexOf(name: string): number {
    const index = parameters.indexOf(name);
    return index >= 0 ? index : refuse("program.invalid", `the circuit has no parameter "${name}"`);
  }

  return builder;
}

export function checkGate(gate: Gate, qubits: number, parameters: number): void {
  const facts = GATES[gate.name];
  if (!facts) refuse("program.invalid", `there is no gate "${gate.name}"`);
  if (gate.qubits.length !== facts.qubits || gate.angles.length !== facts.angles)
    refuse("program.invalid", `${gate.name} takes ${facts.qubits} qubits and ${facts.angles} angles`);
  if (gate.qubits.some((q) => !Number.isInteger(q) || q < 0 || q >= qubits))
    refuse("program.invalid", `${gate.name} acts on qubit ${gate.qubits.join(", ")} of ${qubits}`);
  if (new Set(gate.qubits).size < gate.qubits.length)
    refuse("program.invalid", `${gate.name} acts twice on the same qubit`);
  for (const { constant, terms } of gate.angles) {
    const namesParameters = terms.every(
      ([p, c]) => Number.isInteger(p) && p >= 0 && p < parameters && Number.isFinite(c),
    );
    if (!Number.isFinite(constant) || !namesParameters)
      refuse("program.invalid", `${gate.name} has an angle that is not finite or names no parameter`);
  }
}

/** Radians of an angle for one row of parameters. */
export function angleAt(angle: Angle, parameters: ArrayLike<number>): number {
  let radians = angle.constant;
  for (const [parameter, coefficient] of angle.terms) radians += coefficient * (parameters[parameter] ?? Number.NaN);
  return radians;
}

/** The inverse circuit: gates in reverse, each one undone. */
export function inverse(of: Circuit): Circuit {
  return { ...of, gates: of.gates.map(inverseGate).reverse() };
}

function inverseGate(gate: Gate): Gate {
  const { inverse } = GATES[gate.name];
  if (inverse !== "negate") return { ...gate, name: inverse };
  const negate = (angle: Angle): Angle => ({
    constant: -angle.constant,
    terms: angle.terms.map(([parameter, coefficient]) => [parameter, -coefficient]),
  });
  return { ...gate, angles: gate.angles.map(negate) };
}

/** Circuit depth: the longest chain of gates that share qubits. */
export function depth(of: Circuit): number {
  const reached = new Array<number>(of.qubits).fill(0);
  for (const gate of of.gates) {
    const layer = 1 + Math.max(...gate.qubits.map((q) => reached[q] ?? 0));
    for (const q of gate.qubits) reached[q] = layer;
  }
  return Math.max(...reached);
}
