// Subroutines: arguments bound to a scope of their own, the body carried out in place.

import { cast } from "./cast.ts";
import { called, type Machine, type Scope, type Variable } from "./machine.ts";
import { runAll } from "./run.ts";
import { knownWhole } from "./evaluate.ts";
import type { Argument, Routine } from "./syntax.ts";
import { SPOKEN, type Value } from "./value.ts";

export function callRoutine(routine: Routine, given: readonly Value[], machine: Machine, at: number): Value {
  const { name, takes, gives, body } = routine;
  if (given.length !== takes.length)
    machine.complain("program.inconsistent", `${name} takes ${takes.length} arguments, not ${given.length}`, at);
  const names = new Map(
    takes.map((argument, index): [string, Variable] => {
      const value = bound(argument, given[index] ?? { kind: "nothing" }, machine, at);
      return [argument.name, { value, type: argument.type, constant: false, branch: machine.branch }];
    }),
  );
  const scope: Scope = { names, outer: machine.constants, sealed: true };
  const left = called(machine, at, () => runAll(body, scope, machine));
  const value = left?.by === "return" ? left.value : undefined;
  if (!gives) return { kind: "nothing" };
  if (!value) return machine.complain("program.inconsistent", `${name} ends without the value that it promises`, at);
  return value.kind === "measurement" || value.kind === "measured" ? value : cast(value, gives, scope, machine, at);
}

function bound({ name, type }: Argument, value: Value, machine: Machine, at: number): Value {
  if (type.name !== "qubit")
    return value.kind === "measured" ? value : cast(value, type, machine.constants, machine, at);
  if (value.kind !== "qubits")
    return machine.complain("program.inconsistent", `"${name}" is given ${SPOKEN[value.kind]} and takes qubits`, at);
  const size = type.width ? knownWhole(type.width, machine.constants, machine, "the size of a register") : 1;
  if (value.qubits.length !== size)
    machine.complain("program.inconsistent", `"${name}" takes ${size} qubits, not ${value.qubits.length}`, at);
  return { ...value, register: type.width !== undefined };
}
