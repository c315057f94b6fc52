// Random circuits that measure, reset and branch on the way.

import { circuit, type Circuit, type Operation } from "@eigentwin/core";
import { randomCircuit } from "./random-circuit.ts";

const BITS = 3;

/** `splits` measurements and resets, with random gates and branches in between. */
export function randomDynamic(random: () => number, qubits: number, splits: number): Circuit {
  const below = (limit: number) => Math.floor(random() * limit);
  const some = (): readonly Operation[] => randomCircuit(random, qubits, 4).gates;
  const builder = circuit(qubits, ["a", "b", "c"], BITS).append(...some());
  for (let split = 0; split < splits; split++) {
    if (below(3) === 0) builder.reset(below(qubits));
    else builder.measure(below(qubits), below(BITS));
    const [bits, equals] = below(2) ? [[below(BITS)], "1"] : [[0, 2], below(2) ? "10" : "00"];
    const otherwise = below(2) ? { otherwise: some() } : {};
    builder.append({ name: "if", bits, equals, body: some(), ...otherwise }).append(...some());
  }
  for (let qubit = 0; qubit < below(qubits); qubit++) builder.measure(qubit, below(BITS));
  return builder.build();
}
