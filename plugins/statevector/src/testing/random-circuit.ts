// Random circuits for tests: every gate, and every form of angle.

import { circuit, GATES, type AngleLike, type Batch, type Circuit, type PauliSum } from "@eigentwin/core";
import { NATIVE_GATES } from "../planner/native.ts";

const PARAMETERS = ["a", "b", "c"];

export function randomCircuit(random: () => number, qubits: number, gates: number): Circuit {
  const builder = circuit(qubits, PARAMETERS);
  const names = NATIVE_GATES.filter((name) => GATES[name].qubits <= qubits);
  for (let gate = 0; gate < gates; gate++) {
    const name = pick(random, names);
    const first = below(random, qubits);
    const second = (first + 1 + below(random, qubits - 1)) % qubits;
    const on = GATES[name].qubits === 1 ? [first] : [first, second];
    builder.add(name, on, ...Array.from({ length: GATES[name].angles }, () => randomAngle(random)));
  }
  return builder.build();
}

function randomAngle(random: () => number): AngleLike {
  const radians = 8 * random() - 4;
  const form = below(random, 3);
  if (form === 0) return radians;
  if (form === 1) return pick(random, PARAMETERS);
  return { constant: radians, of: { a: random() - 0.5, c: 2 * random() } };
}

export function randomBatch(random: () => number, rows: number): Batch {
  return { rows, values: Float64Array.from({ length: rows * PARAMETERS.length }, () => 6 * random() - 3) };
}

export const rowOf = (batch: Batch, row: number): Float64Array =>
  batch.values.subarray(row * PARAMETERS.length, (row + 1) * PARAMETERS.length);

export function randomObservable(random: () => number, qubits: number, words: number): PauliSum {
  return Array.from({ length: words }, () => ({
    coefficient: 4 * random() - 2,
    word: Array.from({ length: qubits }, () => pick(random, ["I", "X", "Y", "Z"])).join(""),
  }));
}

const below = (random: () => number, limit: number): number => Math.floor(random() * limit);

function pick<T>(random: () => number, from: readonly T[]): T {
  const one = from[below(random, from.length)];
  if (one === undefined) throw new Error("nothing to pick from");
  return one;
}
