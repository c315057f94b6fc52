// Circuits over every gate, with constant and parametrised angles.

import { circuit, type Circuit } from "../circuit.ts";
import { GATES, type GateName } from "../gates.ts";

const NAMES = Object.keys(GATES) as GateName[];

export function randomCircuit(random: () => number, qubits: number, gates: number): Circuit {
  const below = (limit: number) => Math.floor(random() * limit);
  const builder = circuit(qubits, ["a", "b"]);
  for (let gate = 0; gate < gates; gate++) {
    const name = NAMES[below(NAMES.length)] ?? "h";
    const first = below(qubits);
    const on = GATES[name].qubits === 1 ? [first] : [first, (first + 1 + below(qubits - 1)) % qubits];
    const angle = { constant: below(2) * random(), of: { a: below(3) - 1, b: 2 * random() } };
    builder.add(name, on, ...(GATES[name].angles ? [angle] : []));
  }
  return builder.build();
}
