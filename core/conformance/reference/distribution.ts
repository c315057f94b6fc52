// What a circuit's bits read, exactly: the probability of every bitstring that a sample can draw.

import type { Circuit } from "../../program/circuit.ts";
import type { Measurement, Operation } from "../../program/operation.ts";
import { branchesOf, probabilities } from "./state.ts";

/** Bitstrings in ascending order with their probabilities: of all qubits, or of the classical bits where there are any. */
export function distributionOf(circuit: Circuit, parameters: ArrayLike<number>): Map<string, number> {
  const { body, last } = splitAtEnd(circuit);
  const found = new Map<string, number>();
  for (const { state, bits } of branchesOf(circuit, parameters, body))
    probabilities(state).forEach((p, index) => {
      if (p === 0) return;
      const read = index.toString(2).padStart(circuit.qubits, "0");
      const spelt = circuit.bits ? spell(bits, last, read) : read;
      found.set(spelt, (found.get(spelt) ?? 0) + p);
    });
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function spell(bits: readonly (0 | 1)[], last: readonly Measurement[], read: string): string {
  const after: (string | number)[] = [...bits];
  for (const { qubits, bit } of last) after[bit] = read[qubits[0]] ?? "?";
  return after.join("");
}

/** Measurements after which nothing happens need no branches of their own: the state says what they read. */
function splitAtEnd({ gates }: Circuit): { body: readonly Operation[]; last: readonly Measurement[] } {
  let end = gates.length;
  while (end > 0 && ["measure", "barrier"].includes(gates[end - 1]?.name ?? "")) end -= 1;
  return { body: gates.slice(0, end), last: gates.slice(end).filter((one) => one.name === "measure") };
}
