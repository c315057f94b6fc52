// The gates that a text may name without defining them: stdgates.inc of version 3, qelib1.inc of version 2, and the
// built-in gates of each, as operations of a circuit.

import { constantAngle, type Angle } from "../angle.ts";
import { GATES, type GateName } from "../gates.ts";
import type { Gate, UnitaryOperation } from "../operation.ts";

export interface LibraryGate {
  readonly angles: number;
  readonly qubits: number;
  make(angles: readonly Angle[], qubits: readonly number[]): UnitaryOperation[];
}

const gate = (name: GateName, qubits: readonly number[], angles: readonly Angle[] = []): Gate => ({
  name,
  qubits,
  angles,
});

const direct = (name: GateName): LibraryGate => ({
  angles: GATES[name].angles,
  qubits: GATES[name].qubits,
  make: (angles, qubits) => [gate(name, qubits, angles)],
});

/** `name` under so many controls, which are the first qubits. */
const controlled = (name: GateName, controls: number): LibraryGate => ({
  angles: GATES[name].angles,
  qubits: controls + GATES[name].qubits,
  make: (angles, qubits) => [
    {
      ...gate(name, qubits.slice(controls), angles),
      controls: qubits.slice(0, controls).map((qubit) => ({ qubit, value: 1 as const })),
    },
  ],
});

const directly = (names: readonly GateName[]) => names.map((name) => [name, direct(name)] as const);

const SHARED: readonly GateName[] =
  "id h x y z s sdg t tdg sx rx ry rz p u2 u3 cx cy cz ch swap cp crx cry crz cu ccx cswap".split(" ") as GateName[];

const VERSION_3 = new Map<string, LibraryGate>([
  ...directly([...SHARED, "U", "gphase"]),
  ["CX", direct("cx")],
  ["phase", direct("p")],
  ["cphase", direct("cp")],
  ["u1", direct("p")],
]);

const zero = constantAngle(0);
const turn = (radians: number) => constantAngle(radians);

/** A Toffoli gate up to relative phases (qelib1.inc defines it, and the one after it, step by step). */
const rccx: LibraryGate = {
  angles: 0,
  qubits: 3,
  make: (_, [a = -1, b = -1, c = -1]) => [
    gate("u2", [c], [zero, turn(Math.PI)]),
    gate("p", [c], [turn(Math.PI / 4)]),
    gate("cx", [b, c]),
    gate("p", [c], [turn(-Math.PI / 4)]),
    gate("cx", [a, c]),
    gate("p", [c], [turn(Math.PI / 4)]),
    gate("cx", [b, c]),
    gate("p", [c], [turn(-Math.PI / 4)]),
    gate("u2", [c], [zero, turn(Math.PI)]),
  ],
};

const rc3x: LibraryGate = {
  angles: 0,
  qubits: 4,
  make(_, [a = -1, b = -1, c = -1, d = -1]) {
    const u2 = gate("u2", [d], [zero, turn(Math.PI)]);
    const p = (sign: 1 | -1) => gate("p", [d], [turn((sign * Math.PI) / 4)]);
    const cx = (by: number) => gate("cx", [by, d]);
    const inner = [cx(a), p(1), cx(b), p(-1), cx(a), p(1), cx(b), p(-1)];
    return [u2, p(1), cx(c), p(-1), u2, ...inner, u2, p(1), cx(c), p(-1), u2];
  },
};

/** Waits, for as long as its angle says, and does nothing. */
const idle: LibraryGate = { angles: 1, qubits: 1, make: (_, qubits) => [gate("id", qubits)] };

const cu3: LibraryGate = {
  angles: 3,
  qubits: 2,
  make: (angles, qubits) => [gate("cu", qubits, [...angles, zero])],
};

const VERSION_2 = new Map<string, LibraryGate>([
  ...directly([...SHARED, "sxdg", "rxx", "rzz"]),
  ["U", direct("u3")],
  ["u", direct("u3")],
  ["CX", direct("cx")],
  ["u0", idle],
  ["u1", direct("p")],
  ["cu1", direct("cp")],
  ["cu3", cu3],
  ["csx", controlled("sx", 1)],
  ["c3x", controlled("x", 3)],
  ["c3sqrtx", controlled("sx", 3)],
  ["c4x", controlled("x", 4)],
  ["rccx", rccx],
  ["rc3x", rc3x],
]);

export const libraryGate = (name: string, version: 2 | 3): LibraryGate | undefined =>
  (version === 2 ? VERSION_2 : VERSION_3).get(name);

/** Names by which version 2 knows gates of circuits under controls, for the printer. */
export const CONTROLLED_IN_2: Readonly<Record<string, readonly [GateName, number]>> = {
  csx: ["sx", 1],
  c3x: ["x", 3],
  c3sqrtx: ["sx", 3],
  c4x: ["x", 4],
};
