// One form for every unitary operation: no power, and every control written as a control.

import { addAngles, constantAngle, isConstant, scaleAngle } from "./angle.ts";
import { GATES, type GateName } from "./gates.ts";
import { inverseUnitary } from "./inverse.ts";
import {
  controlsOf,
  isGate,
  type Control,
  type Diagonal,
  type Gate,
  type Unitary,
  type UnitaryOperation,
} from "./operation.ts";
import { powerOf } from "./power.ts";
import { matrixOfNumbers, numbersOfMatrix } from "./unitary.ts";

/** What a gate with controls of its own does to its other qubits; `cu` has no such gate. */
const TARGETS = {
  cx: "x",
  cy: "y",
  cz: "z",
  ch: "h",
  cp: "p",
  crx: "rx",
  cry: "ry",
  crz: "rz",
  ccx: "x",
  cswap: "swap",
} as const satisfies Partial<Record<GateName, GateName>>;

/** Gates whose angle is their power: U(a)^k = U(k a). */
const isTurning = (name: GateName) => GATES[name].angles === 1;

/** An equal sequence of operations without powers, whose gates have no controls but those in `controls`. */
export function elementary(operation: UnitaryOperation): UnitaryOperation[] {
  return withoutPower(operation).flatMap(withoutOwnControls);
}

export function withoutPower(operation: UnitaryOperation): UnitaryOperation[] {
  if (operation.name === "diagonal" || operation.power === undefined) return [operation];
  const { power, ...plain } = operation;
  if (power === 1) return [plain as UnitaryOperation];
  if (isGate(plain as Gate) && Number.isInteger(power)) {
    const gate = plain as Gate;
    if (isTurning(gate.name)) return [{ ...gate, angles: gate.angles.map((angle) => scaleAngle(angle, power)) }];
    if (!gate.angles.every(isConstant)) return repeated(gate, power);
  }
  return [asMatrix(plain as Gate | Unitary, power)];
}

function repeated(gate: Gate, power: number): UnitaryOperation[] {
  // The inverse of a gate that is written as the power -1 is spelt out first.
  const [once = gate] = power < 0 ? [undone(gate)] : [gate];
  return Array.from({ length: Math.abs(power) }, () => once);
}

const undone = (gate: Gate): UnitaryOperation =>
  inverseUnitary(gate.name === "u2" ? { ...gate, name: "u3", angles: [RIGHT_ANGLE, ...gate.angles] } : gate);
const RIGHT_ANGLE = constantAngle(Math.PI / 2);

/** A power of a known matrix, on the qubits that are not controls. */
function asMatrix(operation: Gate | Unitary, power: number): Unitary {
  const own = isGate(operation) ? GATES[operation.name].controls : 0;
  const matrix = isGate(operation)
    ? GATES[operation.name].target(...operation.angles.map(({ constant }) => constant))
    : matrixOfNumbers(operation.matrix);
  const controls = [...controlsOf(operation), ...operation.qubits.slice(0, own).map(set)];
  return {
    name: "unitary",
    qubits: operation.qubits.slice(own),
    matrix: numbersOfMatrix(powerOf(matrix, power)),
    ...(controls.length > 0 && { controls }),
  };
}

const set = (qubit: number): Control => ({ qubit, value: 1 });

function withoutOwnControls(operation: UnitaryOperation): UnitaryOperation[] {
  if (!isGate(operation) || GATES[operation.name].controls === 0) return [operation];
  const own = GATES[operation.name].controls;
  const controls = [...controlsOf(operation), ...operation.qubits.slice(0, own).map(set)];
  const rest = { qubits: operation.qubits.slice(own), angles: operation.angles, controls };
  if (operation.name !== "cu") return [{ ...rest, name: TARGETS[operation.name as keyof typeof TARGETS] }];
  const [theta = RIGHT_ANGLE, phi = RIGHT_ANGLE, lambda = RIGHT_ANGLE, gamma = RIGHT_ANGLE] = operation.angles;
  const turn = addAngles(gamma, scaleAngle(addAngles(phi, lambda), 0.5));
  return [
    { name: "gphase", qubits: [], angles: [turn], controls },
    { ...rest, name: "u3", angles: [theta, phi, lambda] },
  ];
}

/** The same operation with so many of its controls, where they ask for 1, back in a named gate; or nothing. */
export function named(operation: UnitaryOperation, own: number): Gate | undefined {
  if (!isGate(operation)) return undefined;
  const name = (Object.keys(TARGETS) as (keyof typeof TARGETS)[]).find(
    (one) => TARGETS[one] === operation.name && GATES[one].controls === own,
  );
  const controls = controlsOf(operation);
  const chosen = controls.slice(controls.length - own);
  if (!name || chosen.length < own || chosen.some(({ value }) => value === 0)) return undefined;
  const { controls: _, ...plain } = operation;
  const others = controls.slice(0, controls.length - own);
  const qubits = [...chosen.map(({ qubit }) => qubit), ...operation.qubits];
  return { ...plain, name, qubits, ...(others.length > 0 && { controls: others }) };
}

/** The monomials of a diagonal as phase gates with controls. */
export function phasesOfDiagonal({ qubits, angles, terms, controls = [] }: Diagonal): Gate[] {
  return terms.map(({ coefficient, places }) => {
    const on = places.map((place) => qubits[place] ?? Number.NaN);
    const target = on.slice(-1);
    const all = [...controls, ...on.slice(0, -1).map(set)];
    return {
      name: target.length ? "p" : "gphase",
      qubits: target,
      angles: [scaleAngle(angles[0], coefficient)],
      ...(all.length > 0 && { controls: all }),
    };
  });
}
