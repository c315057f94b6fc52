// Statements carried out one after the other: what they do to the circuit.

import { applyGate } from "./apply-gate.ts";
import { measureInto, runAssignment, runDeclaration } from "./assign.ts";
import { branch, decisionOf } from "./decision.ts";
import { evaluate } from "./evaluate.ts";
import { collected, declare, emit, inside, tick, type Machine, type Scope } from "./machine.ts";
import { rangeOf } from "./select.ts";
import type { Index, Statement } from "./syntax.ts";
import { SPOKEN, whole, type Value } from "./value.ts";

/** Why a list of statements was left before its end. */
export interface Left {
  readonly by: "break" | "continue" | "end" | "return";
  readonly value?: Value;
  readonly at: number;
}

export function runAll(statements: readonly Statement[], scope: Scope, machine: Machine): Left | undefined {
  for (const statement of statements) {
    const left = run(statement, scope, machine);
    if (left) return left;
  }
  return undefined;
}

function run(statement: Statement, scope: Scope, machine: Machine): Left | undefined {
  const { at } = statement;
  tick(machine, at);
  switch (statement.kind) {
    case "apply":
      return void applyGate(statement, scope, machine);
    case "declare":
      return void runDeclaration(statement, scope, machine);
    case "assign":
      return void runAssignment(statement, scope, machine);
    case "measure":
      return void runMeasure(statement, scope, machine);
    case "if":
      return runIf(statement, scope, machine);
    case "for":
      return runFor(statement, scope, machine);
    case "reset":
      for (const qubit of qubitsIn(evaluate(statement.of, scope, machine), machine, at))
        emit(machine, { name: "reset", qubits: [qubit] }, at);
      return undefined;
    case "barrier": {
      const on = statement.on.flatMap((one) => qubitsIn(evaluate(one, scope, machine), machine, one.at));
      const all = statement.on.length ? [...new Set(on)] : Array.from({ length: machine.qubits }, (_, q) => q);
      // In a gate a barrier would be lost under controls and inverses: it only orders, so it is left out there.
      if (!machine.inGate) emit(machine, { name: "barrier", qubits: all }, at);
      return undefined;
    }
    case "gate":
      if (machine.gates.has(statement.name))
        machine.complain("program.inconsistent", `the gate "${statement.name}" is defined twice`, at);
      machine.gates.set(statement.name, statement);
      return undefined;
    case "opaque":
      machine.gates.set(statement.name, "opaque");
      return undefined;
    case "def":
      machine.routines.set(statement.name, statement);
      return undefined;
    case "input":
      return void runInput(statement, scope, machine);
    case "alias":
      return void declare(machine, scope, statement.name, evaluate(statement.value, scope, machine), at, {
        constant: true,
      });
    case "include":
      return void runInclude(statement.file, machine, at);
    case "leave":
      return { by: statement.by, at };
    case "return":
      return { by: "return", at, ...(statement.value && { value: evaluate(statement.value, scope, machine) }) };
    case "expression":
      return void evaluate(statement.value, scope, machine);
    case "block":
      return runAll(statement.body, inside(scope), machine);
    case "nop":
      return undefined;
  }
}

function runMeasure({ of, to, at }: Extract<Statement, { kind: "measure" }>, scope: Scope, machine: Machine): void {
  if (machine.inGate) machine.complain("program.inconsistent", "a gate is unitary and measures nothing", at);
  const measured = evaluate({ kind: "measure", of, at }, scope, machine);
  if (to) return measureInto(evaluate(to, scope, machine), measured, machine, at);
  machine.complain(
    "program.unsupported",
    "a measurement that goes into no bit is not supported here",
    at,
    "Measure into a bit.",
  );
}

/** Known conditions choose while the text is read, measured ones when the circuit runs. */
function runIf(
  { condition, body, otherwise, at }: Extract<Statement, { kind: "if" }>,
  scope: Scope,
  machine: Machine,
): Left | undefined {
  const value = evaluate(condition, scope, machine);
  const decision = decisionOf(value);
  if (!decision) return machine.complain("program.inconsistent", `an if asks ${SPOKEN[value.kind]}`, at);
  if (decision.kind === "known") return runAll(decision.value ? body : otherwise, inside(scope), machine);
  machine.branch += 1;
  const sides = [body, otherwise].map((side) =>
    collected(machine, () => {
      const left = runAll(side, inside(scope), machine);
      if (left)
        machine.complain(
          "program.unsupported",
          `"${left.by}" in a branch on measured bits is OpenQASM and not supported here`,
          left.at,
        );
    }),
  );
  machine.branch -= 1;
  for (const operation of branch(decision, sides[0] ?? [], sides[1] ?? [])) emit(machine, operation, at);
  return undefined;
}

function runFor(
  { name, over, body, at }: Extract<Statement, { kind: "for" }>,
  scope: Scope,
  machine: Machine,
): Left | undefined {
  for (const value of valuesOf(over, scope, machine, at)) {
    tick(machine, at);
    const own = inside(scope);
    declare(machine, own, name, value, at);
    const left = runAll(body, inside(own), machine);
    if (left?.by === "break") return undefined;
    if (left && left.by !== "continue") return left;
  }
  return undefined;
}

function valuesOf(over: Index, scope: Scope, machine: Machine, at: number): Value[] {
  if (over.kind === "range") return rangeOf(over, scope, machine).map(whole);
  if (over.kind === "set") return over.values.map((one) => evaluate(one, scope, machine));
  const value = evaluate(over.value, scope, machine);
  if (value.kind === "bits") return value.bits.map((bit) => ({ kind: "bits", bits: [bit] }));
  return machine.complain(
    "program.inconsistent",
    `a loop goes over ranges, sets and bits, not over ${SPOKEN[value.kind]}`,
    at,
  );
}

function runInput({ type, name, at }: Extract<Statement, { kind: "input" }>, scope: Scope, machine: Machine): void {
  if (type.name !== "float" && type.name !== "angle")
    machine.complain(
      "program.unsupported",
      `the input "${name}" is of type ${type.name}: only float and angle are supported here`,
      at,
      "Write its value into the text.",
    );
  const terms = [[machine.parameters.length, 1]] as const;
  machine.parameters.push(name);
  declare(machine, scope, name, { kind: "linear", angle: { constant: 0, terms } }, at, { constant: true });
}

const LIBRARIES = new Set(["stdgates.inc", "stdgates.qasm", "qelib1.inc"]);

function runInclude(file: string, machine: Machine, at: number): void {
  if (!LIBRARIES.has(file))
    machine.complain(
      "program.unsupported",
      `the file "${file}" cannot be included here`,
      at,
      "Put its text in place of the include; stdgates.inc and qelib1.inc are built in.",
    );
}

function qubitsIn(value: Value, machine: Machine, at: number): readonly number[] {
  return value.kind === "qubits"
    ? value.qubits
    : machine.complain("program.inconsistent", `qubits are due, not ${SPOKEN[value.kind]}`, at);
}
