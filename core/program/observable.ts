// Observables: real sums of Pauli words.

import { refuse } from "../failure.ts";

/** A word over I, X, Y, Z, one letter a qubit, qubit 0 leftmost: `ZI` measures qubit 0 of two. */
export interface PauliTerm {
  readonly coefficient: number;
  readonly word: string;
}

export type PauliSum = readonly PauliTerm[];

/** `pauli("ZI")`, `pauli("XX", 0.5)`; sums are arrays: `[...pauli("ZI"), ...pauli("IZ")]`. */
export const pauli = (word: string, coefficient = 1): PauliSum => [{ word, coefficient }];

/** One letter on one qubit, identity elsewhere. */
export const pauliOn = (letter: "X" | "Y" | "Z", qubit: number, qubits: number): PauliSum =>
  pauli("I".repeat(qubit) + letter + "I".repeat(qubits - qubit - 1));

export function checkObservable(sum: PauliSum, qubits: number): void {
  for (const { word, coefficient } of sum) {
    if (word.length !== qubits || !/^[IXYZ]+$/.test(word))
      refuse("program.invalid", `the Pauli word "${word}" does not fit ${qubits} qubits`);
    if (!Number.isFinite(coefficient)) refuse("program.invalid", `the coefficient of ${word} is not finite`);
  }
}

/** True where both words have, on every qubit, the same letter or an identity: one basis then measures both. */
export function sharesBasis(a: string, b: string): boolean {
  for (let q = 0; q < a.length; q++) if (a[q] !== "I" && b[q] !== "I" && a[q] !== b[q]) return false;
  return true;
}

/** The word that measures both of two words that share a basis. */
export const mergeWords = (a: string, b: string): string =>
  Array.from(a, (letter, q) => (letter === "I" ? (b[q] ?? "I") : letter)).join("");
