// One step of lowering for an operation without controls.

import { refuse } from "../failure.ts";
import { addAngles, constantAngle, isConstant, negateAngle, scaleAngle, type Angle } from "./angle.ts";
import { eulerOf, type Euler } from "./euler.ts";
import { kakOf, type Kak } from "./kak.ts";
import { gate } from "./lower-controls.ts";
import type { Target } from "./lower-gates.ts";
import type { Matrix } from "./matrix.ts";
import type { Control, Gate, Unitary, UnitaryOperation } from "./operation.ts";
import { inTheBasisOf } from "./rewrite-controlled.ts";
import { matrixOfNumbers, numbersOfMatrix } from "./unitary.ts";

const right = constantAngle(Math.PI / 2);
const pi = constantAngle(Math.PI);

export function rewriteLone(operation: Gate | Unitary, target: Target): UnitaryOperation[] {
  const [on = -1, other = -1] = operation.qubits;
  const [angle = constantAngle(0)] = "angles" in operation ? operation.angles : [];
  switch (operation.name) {
    // A phase of the whole state is seen by nobody.
    case "gphase":
    case "id":
      return [];
    case "swap":
      return [gate("cx", [on, other]), gate("cx", [other, on]), gate("cx", [on, other])];
    case "rzz": {
      const native = (["rxx", "ryy"] as const).find((name) => target.has(name));
      if (!target.has("cx") && native) return outOfTheBasisOf(native, on, other, angle);
      return [gate("cx", [on, other]), gate("rz", [other], [angle]), gate("cx", [on, other])];
    }
    case "rxx":
    case "ryy":
      return inTheBasisOf(operation.name, on, other, gate("rzz", [on, other], [angle]));
    case "unitary":
      if (operation.qubits.length === 2) return threeCx(kakOf(matrixOfNumbers(operation.matrix)), on, other);
  }
  return spelt(operation, on, target) ?? rewriteEuler(eulerOf(operation), on, target);
}

/** rzz from rxx or ryy: the turns that lead there, undone. */
function outOfTheBasisOf(name: "rxx" | "ryy", on: number, other: number, angle: Angle): UnitaryOperation[] {
  const both = (one: "h" | "s" | "sdg") => [gate(one, [on]), gate(one, [other])];
  const middle = gate(name, [on, other], [angle]);
  return name === "rxx"
    ? [...both("h"), middle, ...both("h")]
    : [...both("h"), ...both("s"), middle, ...both("sdg"), ...both("h")];
}

/** Gates by gates of a discrete set, for backends that turn by no angle. */
const SPELT: Readonly<Record<string, readonly Gate["name"][]>> = {
  z: ["s", "s"],
  s: ["t", "t"],
  sdg: ["s", "s", "s"],
  tdg: ["t", "t", "t", "t", "t", "t", "t"],
  x: ["h", "z", "h"],
  y: ["sdg", "x", "s"],
  sx: ["h", "s", "h"],
  sxdg: ["h", "sdg", "h"],
};

function spelt({ name }: Gate | Unitary, on: number, target: Target): Gate[] | undefined {
  if (turnsAboutZ(target)) return undefined;
  return SPELT[name]?.map((one) => gate(one, [on]));
}

const turnsAboutZ = (target: Target) => (["rz", "p", "u3", "U"] as const).some((name) => target.has(name));

function rewriteEuler({ phase, theta, phi, lambda }: Euler, on: number, target: Target): Gate[] {
  if (isZero(theta)) return [gate("gphase", [], [phase]), ...turnZ(addAngles(phi, lambda), on, target)];
  if (target.has("u3")) return [gate("gphase", [], [phase]), gate("u3", [on], [theta, phi, lambda])];
  if (target.has("U")) {
    const own = scaleAngle(addAngles(theta, phi, lambda), -0.5);
    return [gate("gphase", [], [addAngles(phase, own)]), gate("U", [on], [theta, phi, lambda])];
  }
  const z = (angle: Angle) => turnZ(angle, on, target);
  const minusRight = negateAngle(right);
  if (target.has("ry")) return [gate("gphase", [], [phase]), ...z(lambda), gate("ry", [on], [theta]), ...z(phi)];
  if (target.has("rx"))
    return [
      gate("gphase", [], [phase]),
      ...z(addAngles(lambda, minusRight)),
      gate("rx", [on], [theta]),
      ...z(addAngles(phi, right)),
    ];
  if (target.has("sx"))
    return [
      gate("gphase", [], [addAngles(phase, right)]),
      ...z(lambda),
      gate("sx", [on]),
      ...z(addAngles(theta, pi)),
      gate("sx", [on]),
      ...z(addAngles(phi, pi)),
    ];
  if (target.has("h"))
    return [
      gate("gphase", [], [phase]),
      ...z(addAngles(lambda, minusRight)),
      gate("h", [on]),
      ...z(theta),
      gate("h", [on]),
      ...z(addAngles(phi, right)),
    ];
  return refuse("backend.none-fits", `${target.name} has no gate that turns a qubit away from its axis`);
}

const isZero = (angle: Angle) => isConstant(angle) && angle.constant === 0;

/** rz, by whichever gate there is. */
function turnZ(angle: Angle, on: number, target: Target): Gate[] {
  const none = constantAngle(0);
  const minusHalf = gate("gphase", [], [scaleAngle(angle, -0.5)]);
  if (isZero(angle)) return [];
  if (target.has("rz")) return [gate("rz", [on], [angle])];
  if (target.has("p")) return [minusHalf, gate("p", [on], [angle])];
  if (target.has("u3")) return [gate("u3", [on], [none, none, angle])];
  if (target.has("U")) return [minusHalf, gate("U", [on], [none, none, angle])];
  return refuse("backend.none-fits", `${target.name} has no gate that turns a qubit by any angle`, {
    hint: "Name a backend that has rz, p, u3 or U.",
  });
}

const single = (matrix: Matrix, on: number, controls: readonly Control[] = []): Unitary => ({
  name: "unitary",
  qubits: [on],
  matrix: numbersOfMatrix(matrix),
  ...(controls.length > 0 && { controls }),
});

/** The middle of Cartan's decomposition by three cx (Vatan and Williams, Phys. Rev. A 69, 032315, 2004). */
function threeCx({ before, after, xx, yy, zz, phase }: Kak, first: number, second: number): UnitaryOperation[] {
  const turn = (name: "ry" | "rz", on: number, radians: number) => gate(name, [on], [constantAngle(radians)]);
  const back = gate("cx", [second, first]);
  return [
    gate("gphase", [], [constantAngle(phase + Math.PI / 4)]),
    single(before[0], first),
    single(before[1], second),
    turn("rz", second, -Math.PI / 2),
    back,
    turn("rz", first, Math.PI / 2 - 2 * zz),
    turn("ry", second, 2 * xx - Math.PI / 2),
    gate("cx", [first, second]),
    turn("ry", second, Math.PI / 2 - 2 * yy),
    back,
    turn("rz", first, Math.PI / 2),
    single(after[0], first),
    single(after[1], second),
  ];
}

/** Cartan's decomposition under controls: each factor under them. */
export function cartan(
  { before, after, xx, yy, zz, phase }: Kak,
  first: number,
  second: number,
  controls: readonly Control[],
): UnitaryOperation[] {
  const turn = (name: "rxx" | "ryy" | "rzz", radians: number): Gate => ({
    name,
    qubits: [first, second],
    angles: [constantAngle(-2 * radians)],
    controls,
  });
  return [
    { name: "gphase", qubits: [], angles: [constantAngle(phase)], controls },
    single(before[0], first, controls),
    single(before[1], second, controls),
    turn("rxx", xx),
    turn("ryy", yy),
    turn("rzz", zz),
    single(after[0], first, controls),
    single(after[1], second, controls),
  ];
}
