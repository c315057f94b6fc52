// Circuits with reference values, on which PennyLane Lightning, Qulacs and QuEST agree to 1e-10.

import { circuit, pauliOn, type Circuit, type PauliSum } from "@eigentwin/core";

export const sumOfZ = (qubits: number): PauliSum =>
  Array.from({ length: qubits }, (_, qubit) => pauliOn("Z", qubit, qubits)).flat();

/** Ten layers of ry and rz by xorshift32 angles (state 42 at the start), each followed by a ring of cx. */
export function ringAnsatz(qubits: number): Circuit {
  const angle = xorshiftAngles();
  const builder = circuit(qubits);
  for (let layer = 0; layer < 10; layer++) {
    for (let q = 0; q < qubits; q++) builder.add("ry", q, angle()).add("rz", q, angle());
    for (let q = 0; q < qubits; q++) builder.add("cx", [q, (q + 1) % qubits]);
  }
  return builder.build();
}

/** Quantum Fourier transform (final swaps included) of a product state, written for qubit 0 least significant. */
export function fourierTransform(qubits: number): Circuit {
  const builder = circuit(qubits);
  for (let q = 0; q < qubits; q++) builder.add("ry", q, 0.1 * (q + 1)).add("rz", q, 0.3 * (q + 1));
  for (let j = qubits - 1; j >= 0; j--) {
    builder.add("h", j);
    for (let k = j - 1; k >= 0; k--) builder.add("cp", [k, j], Math.PI / 2 ** (j - k));
  }
  for (let q = 0; q < Math.floor(qubits / 2); q++) builder.add("swap", [q, qubits - 1 - q]);
  return builder.build();
}

function xorshiftAngles(): () => number {
  let state = 42;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (2 * Math.PI * (state >>> 0)) / 2 ** 32;
  };
}
