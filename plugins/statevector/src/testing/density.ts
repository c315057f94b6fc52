// Density matrices, for tests: channels by their Kraus operators as textbooks write them, to 5 qubits.

import { GATES, angleAt, isGate, type Circuit, type Complex, type Matrix, type PauliSum } from "@eigentwin/core";
import type { Channel } from "../noise/model.ts";

/** Row-major; the first qubit is the highest digit of an index. */
export interface Density {
  qubits: number;
  re: Float64Array;
  im: Float64Array;
}

export function groundDensity(qubits: number): Density {
  const ground = { qubits, re: new Float64Array(4 ** qubits), im: new Float64Array(4 ** qubits) };
  ground.re[0] = 1;
  return ground;
}

/** A matrix on some digits of an index of so many, its conjugate where asked. */
function onDigits(of: Density, matrix: Matrix, digits: readonly number[], conjugate: boolean): Density {
  const width = 2 * of.qubits;
  const [re, im] = [new Float64Array(of.re.length), new Float64Array(of.re.length)];
  const masks = digits.map((digit) => 2 ** (width - 1 - digit));
  for (let to = 0; to < re.length; to++) {
    const row = masks.reduce((sum, mask) => 2 * sum + (to & mask ? 1 : 0), 0);
    matrix[row]?.forEach(([a, b], column) => {
      const from = masks.reduce(
        (index, mask, place) => (column & (2 ** (masks.length - 1 - place)) ? index | mask : index & ~mask),
        to,
      );
      const [c, d, sign] = [of.re[from] ?? Number.NaN, of.im[from] ?? Number.NaN, conjugate ? -1 : 1];
      re[to] = (re[to] ?? 0) + a * c - sign * b * d;
      im[to] = (im[to] ?? 0) + a * d + sign * b * c;
    });
  }
  return { qubits: of.qubits, re, im };
}

/** The sum of K rho K^dagger. */
export function through(rho: Density, kraus: readonly Matrix[], qubits: readonly number[]): Density {
  const parts = kraus.map((one) => {
    const left = onDigits(rho, one, qubits, false);
    return onDigits(
      left,
      one,
      qubits.map((qubit) => qubit + rho.qubits),
      true,
    );
  });
  const sum = (plane: "re" | "im") =>
    Float64Array.from(rho.re, (_, at) => parts.reduce((total, part) => total + (part[plane][at] ?? Number.NaN), 0));
  return { qubits: rho.qubits, re: sum("re"), im: sum("im") };
}

const scaled = (matrix: Matrix, by: number): Matrix =>
  matrix.map((row) => row.map(([a, b]): Complex => [a * by, b * by]));
const real = (...rows: readonly (readonly number[])[]): Matrix => rows.map((row) => row.map((a): Complex => [a, 0]));
const PAULIS: readonly Matrix[] = [real([1, 0], [0, 1]), GATES.x.matrix(), GATES.y.matrix(), GATES.z.matrix()];

const kron = (a: Matrix, b: Matrix): Matrix =>
  a.flatMap((rowA) =>
    b.map((rowB) => rowA.flatMap(([x, y]) => rowB.map(([u, v]): Complex => [x * u - y * v, x * v + y * u]))),
  );

export function krausOf({ kind, probability: p }: Channel, width: number): Matrix[] {
  const kept = Math.sqrt(1 - p);
  if (kind === "amplitude-damping") return [real([1, 0], [0, kept]), real([0, Math.sqrt(p)], [0, 0])];
  if (kind === "phase-damping") return [real([1, 0], [0, kept]), real([0, 0], [0, Math.sqrt(p)])];
  const words = width === 1 ? PAULIS : PAULIS.flatMap((a) => PAULIS.map((b) => kron(a, b)));
  return words.map((word, index) => scaled(word, Math.sqrt(p / words.length + (index === 0 ? 1 - p : 0))));
}

/** After each gate the channels that `after` names. */
export function densityOf(
  circuit: Circuit,
  parameters: ArrayLike<number>,
  after: (name: string, qubits: readonly number[]) => readonly { channel: Channel; qubits: readonly number[] }[],
): Density {
  let rho = groundDensity(circuit.qubits);
  for (const gate of circuit.gates.filter(isGate)) {
    const matrix = GATES[gate.name].matrix(...gate.angles.map((angle) => angleAt(angle, parameters)));
    rho = through(rho, [matrix], gate.qubits);
    for (const { channel, qubits } of after(gate.name, gate.qubits))
      rho = through(rho, krausOf(channel, qubits.length), qubits);
  }
  return rho;
}

/** The trace of the observable times rho. */
export function densityMean(rho: Density, sum: PauliSum): number {
  const letters = "IXYZ";
  return sum.reduce((total, { word, coefficient }) => {
    const turned = Array.from(word).reduce(
      (one, letter, qubit) => onDigits(one, PAULIS[letters.indexOf(letter)] ?? [], [qubit], false),
      rho,
    );
    return total + coefficient * diagonalOf(turned).reduce((trace, value) => trace + value, 0);
  }, 0);
}

export const diagonalOf = ({ qubits, re }: Density): number[] =>
  Array.from({ length: 2 ** qubits }, (_, k) => re[k * 2 ** qubits + k] ?? Number.NaN);
