// Measurements after which nothing happens need no trajectories: the state says what they read.

import {
  everyOperation,
  qubitsOf,
  type Circuit,
  type Histogram,
  type Measurement,
  type Operation,
  type PauliSum,
} from "@eigentwin/core";

export interface Parted {
  /** Without the final measurements, and without classical bits where it then uses none. */
  circuit: Circuit;
  final: readonly Measurement[];
}

/** From the end: a measurement is final where neither its qubit nor its bit comes again, but to be read. */
export function partFinal(circuit: Circuit): Parted {
  const [touched, named] = [new Set<number>(), new Set<number>()];
  const [kept, final]: [Operation[], Measurement[]] = [[], []];
  for (const operation of circuit.gates.toReversed()) {
    if (operation.name === "measure" && !touched.has(operation.qubits[0]) && !named.has(operation.bit)) {
      final.push(operation);
      named.add(operation.bit);
      continue;
    }
    kept.push(operation);
    if (operation.name === "barrier") continue;
    for (const qubit of qubitsOf(operation)) touched.add(qubit);
    for (const one of everyOperation([operation])) {
      if (one.name === "measure") named.add(one.bit);
      if (one.name === "if") for (const bit of one.bits) named.add(bit);
    }
  }
  return final.length === 0 ? { circuit, final } : { circuit: { ...circuit, gates: kept.toReversed() }, final };
}

/** A qubit that has been measured shows no X and no Y: such words count nothing. */
export function afterMeasuring(observables: readonly PauliSum[], final: readonly Measurement[]): PauliSum[] {
  const measured = new Set(final.map(({ qubits }) => qubits[0]));
  const shows = (word: string) =>
    !Array.from(word).some((letter, qubit) => "XY".includes(letter) && measured.has(qubit));
  return observables.map((sum) => sum.map((one) => (shows(one.word) ? one : { ...one, coefficient: 0 })));
}

/** Counts of all qubits as counts of the classical bits. */
export function bitsOf({ bitstrings, counts }: Histogram, final: readonly Measurement[], bits: number): Histogram {
  const found = new Map<string, number>();
  const none = new Array<0 | 1>(bits).fill(0);
  bitstrings.forEach((read, index) => {
    const spelt = spell(none, final, (qubit) => read[qubit] ?? "?");
    found.set(spelt, (found.get(spelt) ?? 0) + (counts[index] ?? 0));
  });
  return histogramOf(found);
}

/** The classical bits as they are after the final measurements. */
export function spell(
  bits: readonly (0 | 1)[],
  final: readonly Measurement[],
  read: (qubit: number) => string,
): string {
  const after: (string | number)[] = [...bits];
  for (const { qubits, bit } of final) after[bit] = read(qubits[0]);
  return after.join("");
}

export function histogramOf(found: ReadonlyMap<string, number>): Histogram {
  const ordered = [...found].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { bitstrings: ordered.map(([bits]) => bits), counts: Uint32Array.from(ordered, ([, count]) => count) };
}
