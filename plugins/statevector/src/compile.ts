// Circuit -> instructions: what is the same for every row of a batch, in the form that the kernels read.

import { GATES, refuse, type Angle, type Circuit, type Gate, type GateName, type Operation } from "@eigentwin/core";
import { EXCHANGE, FLIP, MATRIX, PARITY, PHASE, REAL, TURN } from "../kernels/opcode.ts";

export interface CompiledCircuit {
  qubits: number;
  /** Parameters of one row. */
  width: number;
  /** Four numbers each: opcode, a, b, and where its coefficients begin. */
  instructions: Int32Array<ArrayBuffer>;
  /** Those of fixed gates are filled in; the others are written by `bind` for each row. */
  coefficients: Float64Array<ArrayBuffer>;
  /** Five numbers each: first coefficient, first term, end of terms, scale, constant. */
  bindings: Float64Array<ArrayBuffer>;
  /** The first so many bindings have no terms: they are the same in every row. */
  constantBindings: number;
  /** Two numbers each: parameter, factor. */
  terms: Float64Array<ArrayBuffer>;
}

interface Writer {
  instruction(opcode: number, a: number, b: number, coefficients: readonly number[]): void;
  /** An instruction whose coefficients are the cosine and sine of `scale * angle`. */
  rotation(opcode: number, a: number, b: number, scale: number): void;
}

/** `first` and `second` are the index bits of the gate's qubits, `second` 0 for a gate on one; `fixed` is its block. */
type Write = (to: Writer, first: number, second: number, fixed: readonly number[]) => void;

const matrix: Write = (to, first, second, fixed) =>
  second ? to.instruction(MATRIX, first, first | second, fixed) : to.instruction(MATRIX, 0, first, fixed);
const real: Write = (to, first, _, fixed) => to.instruction(REAL, 0, first, fixed);
const phase: Write = (to, first, second, fixed) => to.instruction(PHASE, first | second, 0, fixed.slice(-2));
const turnPhase: Write = (to, first, second) => to.rotation(PHASE, first | second, 0, 1);
const turnParity: Write = (to, first, second) => to.rotation(PARITY, first | second, 0, 0.5);

/** The lower right 2x2 block of each gate without an angle: what it does where its control, if any, is set. */
const FIXED_BLOCKS = new Map(
  Object.entries(GATES)
    .filter(([, { angles }]) => angles === 0)
    .map(([name, { matrix }]) => [
      name,
      matrix(0)
        .slice(-2)
        .flatMap((row) => row.slice(-2))
        .flat(),
    ]),
);

const WRITE: Readonly<Partial<Record<GateName, Write>>> = {
  h: real,
  x: (to, first) => to.instruction(EXCHANGE, 0, first, []),
  y: matrix,
  z: phase,
  s: phase,
  sdg: phase,
  t: phase,
  tdg: phase,
  sx: matrix,
  sxdg: matrix,
  rx: (to, first) => to.rotation(FLIP, 0, first, 0.5),
  ry: (to, first) => to.rotation(TURN, 0, first, 0.5),
  rz: turnParity,
  p: turnPhase,
  cx: (to, first, second) => to.instruction(EXCHANGE, first, first | second, []),
  cy: matrix,
  cz: phase,
  swap: (to, first, second) => to.instruction(EXCHANGE, first, second, []),
  cp: turnPhase,
  rzz: turnParity,
  rxx: (to, first, second) => {
    to.rotation(FLIP, 0, first | second, 0.5);
    to.rotation(FLIP, first, second, 0.5);
  },
  // YY has the entries of XX, negated where both bits are equal.
  ryy: (to, first, second) => {
    to.rotation(FLIP, 0, first | second, -0.5);
    to.rotation(FLIP, first, second, 0.5);
  },
};

/** The gates that the kernels execute; others are lowered before they come here. */
export const NATIVE_GATES = Object.keys(WRITE) as GateName[];

const isNative = (operation: Operation): operation is Gate & { readonly name: keyof typeof WRITE } =>
  Object.hasOwn(WRITE, operation.name) && !("controls" in operation) && !("power" in operation);

export function compile(circuit: Circuit): CompiledCircuit {
  const instructions: number[] = [];
  const coefficients: number[] = [];
  const rotations: { at: number; scale: number; angle: Angle }[] = [];
  for (const gate of circuit.gates) {
    if (!isNative(gate)) return refuse("backend.refused", `the kernels do not execute "${gate.name}" as it is`);
    const [first = 0, second = 0] = gate.qubits.map((qubit) => bitOf(qubit, circuit.qubits));
    const write = (opcode: number, a: number, b: number, values: readonly number[]) => {
      instructions.push(opcode, a, b, coefficients.length);
      coefficients.push(...values);
    };
    const to: Writer = {
      instruction: write,
      rotation(opcode, a, b, scale) {
        for (const angle of gate.angles) rotations.push({ at: coefficients.length, scale, angle });
        write(opcode, a, b, [1, 0]);
      },
    };
    WRITE[gate.name]?.(to, first, second, FIXED_BLOCKS.get(gate.name) ?? []);
  }
  return {
    qubits: circuit.qubits,
    width: circuit.parameters.length,
    instructions: Int32Array.from(instructions),
    // The kernels read two coefficients of every instruction, even of one that has none.
    coefficients: Float64Array.from([...coefficients, 0, 0]),
    ...bindingsOf(rotations),
  };
}

/** The index bit of a qubit (kernels/state.ts has the order). */
export const bitOf = (qubit: number, qubits: number): number => 2 ** (qubits - 1 - qubit);

function bindingsOf(rotations: readonly { at: number; scale: number; angle: Angle }[]) {
  const constant = rotations.filter(({ angle }) => angle.terms.length === 0);
  const varying = rotations.filter(({ angle }) => angle.terms.length > 0);
  const bindings: number[] = [];
  const terms: number[] = [];
  for (const { at, scale, angle } of [...constant, ...varying]) {
    const first = terms.length / 2;
    for (const term of angle.terms) terms.push(...term);
    bindings.push(at, first, terms.length / 2, scale, angle.constant);
  }
  return { bindings: Float64Array.from(bindings), constantBindings: constant.length, terms: Float64Array.from(terms) };
}
