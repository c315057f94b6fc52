// Circuits over every gate, with constant and parametrised angles; and over everything that a circuit can hold.

import { circuit, type AngleLike, type Circuit } from "../circuit.ts";
import { GATES, type GateName } from "../gates.ts";
import { cis, identity, kron, matrixOf, product, scale, type Matrix } from "../matrix.ts";
import type { Control, Operation } from "../operation.ts";
import { numbersOfMatrix } from "../unitary.ts";

const NAMES = Object.keys(GATES) as GateName[];

export function randomCircuit(random: () => number, qubits: number, gates: number): Circuit {
  const builder = circuit(qubits, ["a", "b"]);
  for (let gate = 0; gate < gates; gate++) builder.append(...randomGate(random, qubits));
  return builder.build();
}

/** Gates with controls and powers, unitaries, diagonals; with `bits`, also measurements, resets, barriers and branches. */
export function randomEverything(random: () => number, qubits: number, operations: number, bits = 0): Circuit {
  const builder = circuit(qubits, ["a", "b"], bits);
  for (let index = 0; index < operations; index++) builder.append(...randomOperation(random, qubits, bits, 2));
  return builder.build();
}

const below = (random: () => number, limit: number) => Math.floor(random() * limit);

function randomGate(random: () => number, qubits: number, controls: readonly Control[] = []): readonly Operation[] {
  const free = shuffled(random, qubits).filter((q) => !controls.some(({ qubit }) => qubit === q));
  const names = NAMES.filter((name) => GATES[name].qubits <= free.length);
  const name = names[below(random, names.length)] ?? "gphase";
  const on = free.slice(0, GATES[name].qubits);
  const angles = Array.from({ length: GATES[name].angles }, () => randomAngle(random));
  if (!controls.length)
    return circuit(qubits, ["a", "b"])
      .add(name, on, ...angles)
      .build().gates;
  return circuit(qubits, ["a", "b"])
    .controlled(controls, name, on, ...angles)
    .build().gates;
}

const randomAngle = (random: () => number): AngleLike => ({
  constant: below(random, 2) * random(),
  of: { a: below(random, 3) - 1, b: 2 * random() },
});

function randomOperation(random: () => number, qubits: number, bits: number, levels: number): readonly Operation[] {
  const [first = 0, ...others] = shuffled(random, qubits);
  const kind = below(random, bits > 0 ? 12 : 7);
  if (kind < 2) return randomGate(random, qubits);
  if (kind < 4) return randomGate(random, qubits, [{ qubit: first, value: below(random, 2) as 0 | 1 }]);
  if (kind === 4) return randomPower(random, qubits);
  if (kind === 5) {
    const on = [first, ...others].slice(0, 1 + below(random, 2));
    return circuit(qubits)
      .unitary(on, numbersOfMatrix(randomUnitary(random, 2 ** on.length)))
      .build().gates;
  }
  if (kind === 6) {
    const terms = others.map((_, place) => ({ coefficient: random() - 0.5, places: [place, others.length - 1] }));
    const distinct = terms.map((term) => ({ ...term, places: [...new Set(term.places)] }));
    return circuit(qubits, ["a", "b"]).diagonal(others, distinct, randomAngle(random)).build().gates;
  }
  const bit = below(random, bits);
  if (kind < 9) return [{ name: "measure", qubits: [first], bit }];
  if (kind === 9) return [{ name: "reset", qubits: [first] }];
  if (kind === 10 || levels === 0) return [{ name: "barrier", qubits: [first, ...others.slice(1)] }];
  const side = () => [0, 1].flatMap(() => randomOperation(random, qubits, bits, levels - 1));
  const read = shuffled(random, bits).slice(0, 1 + below(random, bits));
  const equals = read.map(() => below(random, 2)).join("");
  return [{ name: "if", bits: read, equals, body: side(), ...(below(random, 2) && { otherwise: side() }) }];
}

/** A constant gate to any power, or a turning one to a whole power. */
function randomPower(random: () => number, qubits: number): readonly Operation[] {
  return randomGate(random, qubits).map((gate) => {
    const varies = "angles" in gate && gate.angles.some(({ terms }) => terms.length > 0);
    const power = varies ? below(random, 7) - 3 : 4 * random() - 2;
    return { ...gate, power } as Operation;
  });
}

export function shuffled(random: () => number, count: number): number[] {
  const left = Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: count }, () => left.splice(below(random, left.length), 1)[0] ?? 0);
}

/** A product of turns about all three axes, of phases and, on two qubits, of entangling rotations. */
export function randomUnitary(random: () => number, size: number): Matrix {
  const angle = () => 7 * random();
  const one = () => product(GATES.rz.matrix(angle()), GATES.ry.matrix(angle()), GATES.rz.matrix(angle()));
  if (size === 2) return scale(cis(angle()), one());
  if (size !== 4) return matrixOf(size, (row, column) => (row === column ? cis(angle()) : [0, 0]));
  const two = () => kron(one(), one());
  const entangled = product(GATES.rxx.matrix(angle()), GATES.ryy.matrix(angle()), GATES.rzz.matrix(angle()));
  return scale(cis(angle()), product(two(), entangled, two(), identity(4)));
}
