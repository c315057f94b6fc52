// Gate calls: operands broadcast, angles worked out, definitions expanded, modifiers applied.

import type { Angle } from "../angle.ts";
import { isUnitary, type Control, type UnitaryOperation } from "../operation.ts";
import { definedNatively } from "./definition.ts";
import { evaluate, knownWhole } from "./evaluate.ts";
import { libraryGate } from "./library.ts";
import { called, collected, emit, type Machine, type Scope } from "./machine.ts";
import { controlledBy, inverted, raised } from "./modify.ts";
import { runAll } from "./run.ts";
import { knownNumber, linearOf } from "./arithmetic.ts";
import type { GateCall, GateDefinition, Modifier } from "./syntax.ts";
import { real, SPOKEN, type Value } from "./value.ts";

export function applyGate(call: GateCall, scope: Scope, machine: Machine): void {
  const gate = callable(call, machine);
  const angles = call.angles.map((one) => angleOf(evaluate(one, scope, machine), machine, one.at));
  if (angles.length !== gate.angles)
    wrong(machine, call, `${call.name} takes ${gate.angles} angles, not ${angles.length}`);
  const modifiers = call.modifiers.map((one) => ({ ...one, count: controlsIn(one, scope, machine) }));
  const controls = modifiers.reduce((sum, { count }) => sum + count, 0);
  const operands = call.on.map((one) => evaluate(one, scope, machine));
  for (const qubits of broadcast(operands, call, machine)) {
    if (qubits.length !== controls + gate.qubits)
      wrong(machine, call, `${call.name} takes ${controls + gate.qubits} qubits, not ${qubits.length}`);
    if (qubits.length > 1 && new Set(qubits).size < qubits.length)
      wrong(machine, call, `${call.name} acts twice on the same qubit`);
    const made = gate.make(angles, qubits.slice(controls));
    const modified = modifiers.length ? modify(made, modifiers, qubits, scope, machine, call) : made;
    for (const operation of modified) emit(machine, operation, call.at);
  }
}

interface Callable {
  readonly angles: number;
  readonly qubits: number;
  make(angles: readonly Angle[], qubits: readonly number[]): UnitaryOperation[];
}

const wrong = (machine: Machine, { at }: { at: number }, message: string): never =>
  machine.complain("program.inconsistent", message, at);

/** What the text defines comes before what the libraries do. */
function callable(call: GateCall, machine: Machine): Callable {
  const defined = machine.gates.get(call.name);
  if (defined === "opaque")
    return machine.complain("program.unsupported", `the opaque gate "${call.name}" has no definition to run`, call.at);
  if (defined) {
    return (
      definedNatively(defined, machine) ?? {
        angles: defined.angles.length,
        qubits: defined.qubits.length,
        make: (angles, qubits) => expand(defined, angles, qubits, machine, call.at),
      }
    );
  }
  const known = libraryGate(call.name, machine.version);
  if (known) return known;
  if (machine.routines.has(call.name))
    return machine.complain(
      "program.inconsistent",
      `"${call.name}" is a subroutine: its arguments stand in brackets`,
      call.at,
    );
  return machine.complain(
    "program.inconsistent",
    `there is no gate "${call.name}"`,
    call.at,
    "Define it, or take one of stdgates.inc.",
  );
}

export function expand(
  { name, angles: angleNames, qubits: qubitNames, body, at }: GateDefinition,
  angles: readonly Angle[],
  qubits: readonly number[],
  machine: Machine,
  from = at,
): UnitaryOperation[] {
  const names: [string, Value][] = [
    ...angleNames.map((name, k): [string, Value] => {
      const angle = angles[k];
      return [name, angle?.terms.length ? { kind: "linear", angle } : real(angle?.constant ?? Number.NaN)];
    }),
    ...qubitNames.map((name, k): [string, Value] => [
      name,
      { kind: "qubits", qubits: [qubits[k] ?? -1], register: false },
    ]),
  ];
  const scope: Scope = {
    names: new Map(names.map(([name, value]) => [name, { value, constant: true, branch: machine.branch }])),
    outer: machine.constants,
    sealed: true,
  };
  const outside = machine.inGate;
  machine.inGate = true;
  const made = collected(machine, () => called(machine, from, () => void runAll(body, scope, machine)));
  machine.inGate = outside;
  const other = made.find((one) => !isUnitary(one));
  if (other) wrong(machine, { at }, `the gate "${name}" holds "${other.name}", and gates are unitary`);
  return made.filter(isUnitary);
}

function angleOf(value: Value, machine: Machine, at: number): Angle {
  const angle = linearOf(value);
  if (!angle) return machine.complain("program.inconsistent", `an angle is a number, not ${SPOKEN[value.kind]}`, at);
  return angle;
}

/** One list of qubits for each time that the gate acts: registers side by side, single qubits every time. */
function broadcast(operands: readonly Value[], call: GateCall, machine: Machine): readonly (readonly number[])[] {
  let size: number | undefined;
  const lists = operands.map((operand, index) => {
    const { at } = call.on[index] ?? call;
    if (operand.kind !== "qubits")
      return machine.complain("program.inconsistent", `a gate acts on qubits, not on ${SPOKEN[operand.kind]}`, at);
    if (!operand.register) return operand;
    size ??= operand.qubits.length;
    if (size !== operand.qubits.length)
      machine.complain(
        "program.inconsistent",
        `registers of ${size} and ${operand.qubits.length} qubits stand side by side`,
        at,
      );
    return operand;
  });
  return Array.from({ length: size ?? 1 }, (_, k) =>
    lists.map(({ qubits, register }) => qubits[register ? k : 0] ?? -1),
  );
}

function controlsIn({ name, by, at }: Modifier, scope: Scope, machine: Machine): number {
  if (name !== "ctrl" && name !== "negctrl") return 0;
  const count = by ? knownWhole(by, scope, machine, "a number of controls") : 1;
  return count >= 1
    ? count
    : machine.complain("program.inconsistent", `${name} needs at least 1 control, not ${count}`, at);
}

/** From the innermost, which stands next to the gate; its controls stand next to its operands. */
function modify(
  made: UnitaryOperation[],
  modifiers: readonly (Modifier & { count: number })[],
  qubits: readonly number[],
  scope: Scope,
  machine: Machine,
  call: GateCall,
): UnitaryOperation[] {
  let operations = made;
  let next = modifiers.reduce((sum, { count }) => sum + count, 0);
  for (const { name, count, by, at } of modifiers.toReversed()) {
    if (name === "inv") operations = inverted(operations);
    else if (name === "pow") operations = power(operations, by && evaluate(by, scope, machine), machine, call, at);
    else {
      next -= count;
      const value = name === "ctrl" ? 1 : 0;
      operations = controlledBy(
        operations,
        qubits.slice(next, next + count).map((qubit): Control => ({ qubit, value })),
      );
    }
  }
  return operations;
}

function power(
  of: UnitaryOperation[],
  by: Value | undefined,
  machine: Machine,
  call: GateCall,
  at: number,
): UnitaryOperation[] {
  const known = by && knownNumber(by);
  if (known === undefined || !Number.isFinite(known))
    return machine.complain("program.inconsistent", "a power must be a known number", at);
  return (
    raised(of, known) ??
    machine.complain(
      "program.unsupported",
      `the power ${known} of "${call.name}" is OpenQASM and not supported here`,
      at,
      "Powers that are not whole are taken of known gates on one or two qubits.",
    )
  );
}
