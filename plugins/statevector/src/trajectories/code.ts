// A circuit that measures, branches or is disturbed, as a list of steps: what is unitary in between is planned as one.

import { isUnitary, type Operation, type UnitaryOperation } from "@eigentwin/core";
import { disturbancesAfter, type Disturbance, type NoiseModel } from "../noise/model.ts";

interface Unitaries<Unit> {
  kind: "unitary";
  unit: Unit;
}

/** Where one state becomes several. */
export type SplitStep =
  | { kind: "measure"; qubit: number; bit: number }
  | { kind: "reset"; qubit: number }
  | { kind: "disturb"; by: Disturbance };

/** `unless` goes on at `to` where the bits do not spell `equals`. */
export type Step<Unit> =
  | Unitaries<Unit>
  | SplitStep
  | { kind: "unless"; bits: readonly number[]; equals: string; to: number }
  | { kind: "jump"; to: number };

export const isSplit = <Unit>(step: Step<Unit>): step is SplitStep =>
  step.kind === "measure" || step.kind === "reset" || step.kind === "disturb";

export function codeOf(operations: readonly Operation[], noise?: NoiseModel): Step<UnitaryOperation[]>[] {
  const code: Step<UnitaryOperation[]>[] = [];
  let open: UnitaryOperation[] | undefined;

  function emit<S extends Step<UnitaryOperation[]>>(step: S): S {
    open = undefined;
    code.push(step);
    return step;
  }

  function emitUnitary(): UnitaryOperation[] {
    const unit: UnitaryOperation[] = [];
    emit({ kind: "unitary", unit });
    return unit;
  }

  function write(list: readonly Operation[]): void {
    for (const one of list) {
      if (isUnitary(one)) {
        open ??= emitUnitary();
        open.push(one);
        if (noise) for (const by of disturbancesAfter(one, noise)) emit({ kind: "disturb", by });
      } else if (one.name === "measure") emit({ kind: "measure", qubit: one.qubits[0], bit: one.bit });
      else if (one.name === "reset") emit({ kind: "reset", qubit: one.qubits[0] });
      else if (one.name === "if") {
        const unless = emit({ kind: "unless", bits: one.bits, equals: one.equals, to: 0 });
        write(one.body);
        const jump = emit({ kind: "jump", to: 0 });
        unless.to = code.length;
        write(one.otherwise ?? []);
        jump.to = code.length;
        open = undefined;
      }
    }
  }

  write(operations);
  return code;
}
