// Circuits that measure at the end alone, for backends that cannot measure on the way: all qubits are read there anyway.

import type { Circuit } from "./circuit.ts";
import { qubitsOf } from "./operation.ts";
import type { Histogram } from "./program.ts";

export interface FinalMeasurement {
  /** The same circuit, measuring nothing. */
  readonly circuit: Circuit;
  /** Of each bit the qubit that it reads; a bit that reads none stays 0. */
  readonly qubits: readonly (number | undefined)[];
  /** What the circuit's own bits would have read, from bitstrings of all qubits. */
  bitsOf(drawn: Histogram): Histogram;
}

/** Nothing where a measured qubit is used again, a bit is read, or a qubit is reset. */
export function finalMeasurementOf(circuit: Circuit): FinalMeasurement | undefined {
  const { bits = 0, ...rest } = circuit;
  const source = new Array<number | undefined>(bits).fill(undefined);
  const measured = new Set<number>();
  for (const operation of circuit.gates) {
    if (operation.name === "if" || operation.name === "reset") return undefined;
    if (operation.name === "measure") {
      measured.add(operation.qubits[0]);
      source[operation.bit] = operation.qubits[0];
    } else if (operation.name !== "barrier" && qubitsOf(operation).some((qubit) => measured.has(qubit)))
      return undefined;
  }
  const gates = circuit.gates.filter(({ name }) => name !== "measure");
  return {
    circuit: { ...rest, gates },
    qubits: source,
    bitsOf: (drawn) =>
      gathered(drawn, (qubits) => source.map((qubit) => (qubit === undefined ? "0" : qubits[qubit])).join("")),
  };
}

/** Counts of outcomes that read alike added up, in ascending order. */
function gathered({ bitstrings, counts }: Histogram, read: (qubits: string) => string): Histogram {
  const found = new Map<string, number>();
  bitstrings.forEach((qubits, index) => {
    const bits = read(qubits);
    found.set(bits, (found.get(bits) ?? 0) + (counts[index] ?? 0));
  });
  const ordered = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return { bitstrings: ordered.map(([bits]) => bits), counts: Uint32Array.from(ordered, ([, count]) => count) };
}
