// Whether an operation fits its circuit: every operation passes here before it is added, and again before it is quoted.

import { refuse } from "../failure.ts";
import { isConstant, type Angle } from "./angle.ts";
import { GATES, isGateName } from "./gates.ts";
import { unitarity } from "./matrix.ts";
import {
  isGate,
  type Branch,
  type Control,
  type Diagonal,
  type Gate,
  type Operation,
  type Unitary,
} from "./operation.ts";
import { matrixOfNumbers } from "./unitary.ts";

/** What an operation must fit into. */
export interface Frame {
  readonly qubits: number;
  readonly parameters: number;
  readonly bits: number;
}

/** A matrix that comes from arithmetic is unitary to about 1e-12; one that is wrong is not. */
const UNITARY = 1e-9;

/** Refuses what fits no circuit of this frame; `at` says where it stands. */
export function checkOperation(operation: Operation, frame: Frame, at: string): void {
  if (operation.name === "if") return checkBranch(operation, frame, at);
  const bad = (what: string): never => refuse("program.invalid", what, { at });
  if (isGate(operation)) checkGateShape(operation, frame, bad);
  else if (operation.name === "unitary") checkMatrix(operation, bad);
  else if (operation.name === "diagonal") checkDiagonal(operation, frame, bad);
  else if (operation.name === "measure") {
    if (!isIndex(operation.bit, frame.bits)) bad(`a measurement goes into bit ${operation.bit} of ${frame.bits}`);
    if (operation.qubits.length !== 1) bad("a measurement reads one qubit");
  } else if (operation.name === "reset") {
    if (operation.qubits.length !== 1) bad("a reset acts on one qubit");
  } else if (operation.name !== "barrier") bad(`there is no operation "${(operation as { name: string }).name}"`);
  checkQubits(operation, frame, bad);
  if ("power" in operation) checkPower(operation as Gate | Unitary, bad);
}

type Bad = (what: string) => never;

function checkGateShape(gate: Gate, frame: Frame, bad: Bad): void {
  if (!isGateName(gate.name)) return bad(`there is no gate "${gate.name as string}"`);
  const facts = GATES[gate.name];
  if (gate.qubits.length !== facts.qubits || gate.angles.length !== facts.angles)
    bad(`${gate.name} takes ${facts.qubits} qubits and ${facts.angles} angles`);
  checkAngles(gate.name, gate.angles, frame, bad);
}

function checkAngles(name: string, angles: readonly Angle[], { parameters }: Frame, bad: Bad): void {
  for (const { constant, terms } of angles) {
    const namesParameters = terms.every(([p, c]) => isIndex(p, parameters) && Number.isFinite(c));
    if (!Number.isFinite(constant) || !namesParameters)
      bad(`${name} has an angle that is not finite or names no parameter`);
  }
}

function checkQubits(operation: Exclude<Operation, Branch>, { qubits }: Frame, bad: Bad): void {
  const controls: readonly Control[] = ("controls" in operation && operation.controls) || [];
  if (controls.some(({ value }) => value !== 0 && value !== 1))
    bad(`a control of ${operation.name} asks for neither 0 nor 1`);
  const touched = controls.length ? [...controls.map(({ qubit }) => qubit), ...operation.qubits] : operation.qubits;
  for (const qubit of touched)
    if (!isIndex(qubit, qubits)) bad(`${operation.name} acts on qubit ${touched.join(", ")} of ${qubits}`);
  if (touched.length > 1 && new Set(touched).size < touched.length)
    bad(`${operation.name} acts twice on the same qubit`);
}

function checkMatrix({ qubits, matrix }: Unitary, bad: Bad): void {
  if (qubits.length !== 1 && qubits.length !== 2) bad(`a unitary acts on 1 or 2 qubits, not ${qubits.length}`);
  const numbers = 2 * 4 ** qubits.length;
  if (!(matrix instanceof Float64Array) || matrix.length !== numbers)
    bad(`the matrix of a unitary on ${qubits.length} qubits has ${numbers} numbers`);
  const off = unitarity(matrixOfNumbers(matrix));
  if (!(off <= UNITARY)) bad(`the matrix is not unitary: its product with its adjoint is off by ${off.toPrecision(2)}`);
}

function checkDiagonal(diagonal: Diagonal, frame: Frame, bad: Bad): void {
  const { angles, terms, qubits } = diagonal;
  if (angles.length !== 1) bad("a diagonal takes 1 angle");
  checkAngles("the diagonal", angles, frame, bad);
  for (const { coefficient, places } of terms) {
    if (!Number.isFinite(coefficient)) bad(`a coefficient of the diagonal is ${coefficient}`);
    if (places.some((place) => !isIndex(place, qubits.length)) || new Set(places).size < places.length)
      bad(`a term of the diagonal names the places ${places.join(", ")} of ${qubits.length}`);
  }
}

function checkPower(operation: Gate | Unitary, bad: Bad): void {
  const { power = 1 } = operation;
  if (!Number.isFinite(power)) bad(`${operation.name} has the power ${power}`);
  if (!Number.isInteger(power) && "angles" in operation && !operation.angles.every(isConstant))
    bad(`${operation.name} has the power ${power} and an angle that is not known: only whole powers are defined then`);
}

function checkBranch({ bits, equals, body, otherwise = [] }: Branch, frame: Frame, at: string): void {
  const bad: Bad = (what) => refuse("program.invalid", what, { at });
  if (bits.length === 0 || bits.some((bit) => !isIndex(bit, frame.bits)) || new Set(bits).size < bits.length)
    bad(`an if reads the bits ${bits.join(", ") || "of none"} of ${frame.bits}`);
  if (equals.length !== bits.length || /[^01]/.test(equals)) bad(`"${equals}" does not spell ${bits.length} bits`);
  body.forEach((one, index) => checkOperation(one, frame, `${at}/body/${index}`));
  otherwise.forEach((one, index) => checkOperation(one, frame, `${at}/otherwise/${index}`));
}

const isIndex = (value: number, below: number) => Number.isInteger(value) && value >= 0 && value < below;
