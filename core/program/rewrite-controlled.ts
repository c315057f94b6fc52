// One step of lowering for an operation under controls, all of them set.

import { refuse } from "../failure.ts";
import { addAngles, constantAngle, negateAngle, scaleAngle, type Angle } from "./angle.ts";
import { eulerOf } from "./euler.ts";
import { kakOf } from "./kak.ts";
import { controlledPhase, controlledX, gate, toffoli } from "./lower-controls.ts";
import type { Target } from "./lower-gates.ts";
import { controlsOf, type Gate, type Unitary, type UnitaryOperation } from "./operation.ts";
import { cartan } from "./rewrite-lone.ts";
import { matrixOfNumbers } from "./unitary.ts";

/** z, s and t and their inverses are phases. */
const PHASES: Readonly<Record<string, number>> = {
  z: Math.PI,
  s: Math.PI / 2,
  sdg: -Math.PI / 2,
  t: Math.PI / 4,
  tdg: -Math.PI / 4,
};
const eighth = constantAngle(Math.PI / 4);

export function rewriteControlled(
  operation: Gate | Unitary,
  target: Target,
  idle: readonly number[],
): UnitaryOperation[] {
  const controls = controlsOf(operation).map(({ qubit }) => qubit);
  const [on = -1, other = -1] = operation.qubits;
  const [angle = constantAngle(0)] = "angles" in operation ? operation.angles : [];
  /** A gate on the target that the same controls decide. */
  const under = (name: Gate["name"], qubits: number[], ...angles: Angle[]) => gate(name, qubits, angles, controls);
  const h = gate("h", [on]);
  const phase = PHASES[operation.name];
  if (phase !== undefined && !(operation.name === "z" && controls.length === 1))
    return [under("p", [on], constantAngle(phase))];
  switch (operation.name) {
    case "id":
      return [];
    case "gphase":
      return [gate("p", controls.slice(-1), [angle], controls.slice(0, -1))];
    case "x":
      return rewriteX(controls, on, idle);
    case "z":
      return rewriteZ(controls, on, target);
    case "p":
      return controlledPhase(angle, controls, on);
    case "y":
      return [gate("sdg", [on]), under("x", [on]), gate("s", [on])];
    case "h":
      return [gate("ry", [on], [negateAngle(eighth)]), under("z", [on]), gate("ry", [on], [eighth])];
    case "sx":
      return [h, under("s", [on]), h];
    case "sxdg":
      return [h, under("sdg", [on]), h];
    case "rx":
      return [h, under("rz", [on], angle), h];
    case "ry":
    case "rz": {
      const flip = under("x", [on]);
      return [
        gate(operation.name, [on], [scaleAngle(angle, 0.5)]),
        flip,
        gate(operation.name, [on], [scaleAngle(angle, -0.5)]),
        flip,
      ];
    }
    case "swap":
      return [gate("cx", [other, on]), gate("x", [other], [], [...controls, on]), gate("cx", [other, on])];
    case "rzz":
      return [gate("cx", [on, other]), under("rz", [other], angle), gate("cx", [on, other])];
    case "rxx":
    case "ryy":
      return inTheBasisOf(operation.name, on, other, under("rzz", [on, other], angle));
    case "unitary":
      if (operation.qubits.length === 2)
        return cartan(kakOf(matrixOfNumbers(operation.matrix)), on, other, controlsOf(operation));
  }
  return rewriteEuler(operation, controls, on);
}

function rewriteX(controls: readonly number[], on: number, idle: readonly number[]): Gate[] {
  if (controls.length > 2) return controlledX(controls, on, idle);
  if (controls.length === 2) return toffoli(controls, on);
  return [gate("h", [on]), gate("z", [on], [], controls), gate("h", [on])];
}

/** The one place where an entangling gate is chosen: every other rewriting ends in cx, and cx in cz. */
function rewriteZ(controls: readonly number[], on: number, target: Target): Gate[] {
  const [by = -1] = controls;
  const [pi, right] = [constantAngle(Math.PI), constantAngle(Math.PI / 2)];
  if (target.runs(gate("cx", [by, on])) || target.runs(gate("x", [on], [], controls)))
    return [gate("h", [on]), gate("x", [on], [], controls), gate("h", [on])];
  if (target.runs(gate("cp", [by, on], [pi])) || target.runs(gate("p", [on], [pi], controls)))
    return [gate("p", [on], [pi], controls)];
  if (!["rzz", "rxx", "ryy"].some((name) => target.has(name as Gate["name"])))
    return refuse("backend.none-fits", `${target.name} has no gate that entangles two qubits`);
  return [
    gate("gphase", [], [eighth]),
    gate("rz", [by], [right]),
    gate("rz", [on], [right]),
    gate("rzz", [by, on], [negateAngle(right)]),
  ];
}

/** rxx and ryy are rzz between turns of both qubits. */
export function inTheBasisOf(
  name: "rxx" | "ryy",
  on: number,
  other: number,
  middle: UnitaryOperation,
): UnitaryOperation[] {
  const both = (one: "h" | "s" | "sdg") => [gate(one, [on]), gate(one, [other])];
  return name === "rxx"
    ? [...both("h"), middle, ...both("h")]
    : [...both("sdg"), ...both("h"), middle, ...both("h"), ...both("s")];
}

/** Two cx with turns that cancel where the control is not set (Nielsen and Chuang, corollary 4.2). */
function rewriteEuler(operation: Gate | Unitary, controls: readonly number[], on: number): UnitaryOperation[] {
  const { phase, theta, phi, lambda } = eulerOf(operation);
  const half = (angle: Angle) => scaleAngle(angle, 0.5);
  const flip = gate("x", [on], [], controls);
  return [
    gate("gphase", [], [phase], controls),
    gate("rz", [on], [half(addAngles(lambda, negateAngle(phi)))]),
    flip,
    gate("rz", [on], [negateAngle(half(addAngles(lambda, phi)))]),
    gate("ry", [on], [negateAngle(half(theta))]),
    flip,
    gate("ry", [on], [half(theta)]),
    gate("rz", [on], [phi]),
  ];
}
