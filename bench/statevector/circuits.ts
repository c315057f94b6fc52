// The workloads as circuits, with the draws that make every simulator run the same ones.

import { circuit, pauli, type Circuit, type PauliSum } from "@eigentwin/core";

const { PI } = Math;

/** xorshift32 from state 42: `next` in [0, 1), `below(k)` a whole number under k. */
export function draws() {
  let state = 42;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return { next, below: (limit: number) => Math.floor(next() * limit) };
}

export const sumOfZ = (qubits: number): PauliSum =>
  Array.from({ length: qubits }, (_, q) => pauli("I".repeat(q) + "Z" + "I".repeat(qubits - q - 1))).flat();

export const SWEPT = ["h", "rx", "rz", "cx", "cz"] as const;
/** How often W1 goes over all qubits. */
export const SWEEPS = 2;

/** W1: one gate at every qubit in turn, rotations by 0.3, again and again, on a product state without zeros. */
export function sweeps(gate: (typeof SWEPT)[number], qubits: number): Circuit {
  const builder = circuit(qubits);
  // `p` for the rz of other workloads, from which it differs by a phase of the whole state: gates are told by name.
  for (let q = 0; q < qubits; q++) builder.add("ry", q, 0.1 * (q + 1)).add("p", q, 0.3 * (q + 1));
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (let q = 0; q < qubits; q++)
      if (gate === "h") builder.add(gate, q);
      else if (gate === "cx" || gate === "cz") builder.add(gate, [q, (q + 1) % qubits]);
      else builder.add(gate, q, 0.3);
  return builder.build();
}

/** W2: ten layers of ry, rz and a ring of cx; every angle is a parameter. */
export function ansatz(qubits: number): { circuit: Circuit; values: number[] } {
  const { next } = draws();
  const names = Array.from({ length: 20 * qubits }, (_, index) => `t${index}`);
  const builder = circuit(qubits, names);
  let at = 0;
  for (let layer = 0; layer < 10; layer++) {
    for (let q = 0; q < qubits; q++) builder.add("ry", q, `t${at++}`).add("rz", q, `t${at++}`);
    for (let q = 0; q < qubits; q++) builder.add("cx", [q, (q + 1) % qubits]);
  }
  return { circuit: builder.build(), values: names.map(() => 2 * PI * next()) };
}

function prepared(qubits: number) {
  const builder = circuit(qubits);
  for (let q = 0; q < qubits; q++) builder.add("ry", q, 0.1 * (q + 1)).add("rz", q, 0.3 * (q + 1));
  return builder;
}

/** W3: the quantum Fourier transform of a product state. */
export function fourier(qubits: number): Circuit {
  const builder = prepared(qubits);
  for (let j = qubits - 1; j >= 0; j--) {
    builder.add("h", j);
    for (let k = j - 1; k >= 0; k--) builder.add("cp", [k, j], PI / 2 ** (j - k));
  }
  for (let q = 0; q < Math.floor(qubits / 2); q++) builder.add("swap", [q, qubits - 1 - q]);
  return builder.build();
}

/** W4: eight layers of QAOA on a 3-regular graph; the observable counts the edges that are cut. */
export function maxCut(qubits: number): { circuit: Circuit; cost: PauliSum } {
  const edges = regularGraph(qubits);
  const builder = circuit(qubits);
  for (let q = 0; q < qubits; q++) builder.add("h", q);
  for (let layer = 0; layer < 8; layer++) {
    for (const edge of edges) builder.add("rzz", edge, -(0.2 + 0.05 * layer));
    for (let q = 0; q < qubits; q++) builder.add("rx", q, 2 * (0.8 - 0.08 * layer));
  }
  const word = (set: readonly number[]) =>
    Array.from({ length: qubits }, (_, q) => (set.includes(q) ? "Z" : "I")).join("");
  const cost = edges.flatMap((edge) => [...pauli(word([]), 0.5), ...pauli(word(edge), -0.5)]);
  return { circuit: builder.build(), cost };
}

/** The pairing model: stubs are shuffled, the same list again, until there is no loop and no double edge. */
function regularGraph(qubits: number): [number, number][] {
  const { below } = draws();
  const stubs = Array.from({ length: 3 * qubits }, (_, index) => Math.floor(index / 3));
  for (;;) {
    for (let i = stubs.length - 1; i >= 1; i--) {
      const j = below(i + 1);
      [stubs[i], stubs[j]] = [stubs[j] ?? 0, stubs[i] ?? 0];
    }
    const edges = Array.from({ length: stubs.length / 2 }, (_, index): [number, number] => [
      stubs[2 * index] ?? 0,
      stubs[2 * index + 1] ?? 0,
    ]);
    const names = new Set(edges.map(([a, b]) => (a < b ? `${a},${b}` : `${b},${a}`)));
    if (names.size === edges.length && edges.every(([a, b]) => a !== b)) return edges;
  }
}

/** W6: the ZZ feature map, two repetitions; parameters are 2 x_i, then 2 (pi - x_i)(pi - x_j). */
export function featureMap(qubits: number): { circuit: Circuit; row: (x: readonly number[]) => number[] } {
  const pairs = Array.from({ length: qubits }, (_, i) => i).flatMap((i) =>
    Array.from({ length: qubits - i - 1 }, (_, k): [number, number] => [i, i + k + 1]),
  );
  const names = Array.from({ length: qubits + pairs.length }, (_, index) => `t${index}`);
  const builder = circuit(qubits, names);
  for (let repetition = 0; repetition < 2; repetition++) {
    for (let q = 0; q < qubits; q++) builder.add("h", q);
    for (let q = 0; q < qubits; q++) builder.add("p", q, `t${q}`);
    pairs.forEach(([i, j], index) =>
      builder
        .add("cx", [i, j])
        .add("p", j, `t${qubits + index}`)
        .add("cx", [i, j]),
    );
  }
  const row = (x: readonly number[]) => [
    ...x.map((value) => 2 * value),
    ...pairs.map(([i, j]) => 2 * (PI - (x[i] ?? 0)) * (PI - (x[j] ?? 0))),
  ];
  return { circuit: builder.build(), row };
}
