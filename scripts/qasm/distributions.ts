// What a circuit's bits read, exactly: by the simulator where it measures at the end alone, else branch by branch.

import { finalMeasurementOf, type Circuit } from "@eigentwin/core";
import { distributionOf } from "@eigentwin/core/conformance";
import type { Simulator } from "@eigentwin/statevector";

/** Probabilities of the bits that read something, in their order; the first is the highest digit of an index. */
export interface Distribution {
  readonly bits: readonly number[];
  readonly probabilities: Float64Array;
}

export async function distributionBy(simulator: Simulator, circuit: Circuit): Promise<Distribution> {
  const final = finalMeasurementOf(circuit);
  if (!final) return branchByBranch(circuit);
  const read = final.qubits.flatMap((qubit, bit) => (qubit === undefined ? [] : [{ qubit, bit }]));
  const all = read.map(({ qubit }) => qubit);
  const once = [...new Set(all)];
  const probabilities = await simulator.probabilities(final.circuit, [], once);
  return { bits: read.map(({ bit }) => bit), probabilities: repeated(probabilities, once, all) };
}

/** By the reference of the conformance kit, which keeps every branch: slow, and independent of the simulator. */
export function branchByBranch(circuit: Circuit): Distribution {
  const final = finalMeasurementOf(circuit);
  const bits = Array.from({ length: circuit.bits ?? 0 }, (_, bit) => bit).filter(
    (bit) => !final || final.qubits[bit] !== undefined,
  );
  const probabilities = new Float64Array(2 ** bits.length);
  for (const [read, p] of distributionOf(circuit, [])) {
    const index = bits.reduce((digits, bit) => 2 * digits + Number(read[bit]), 0);
    probabilities[index] = (probabilities[index] ?? 0) + p;
  }
  return { bits, probabilities };
}

/** A qubit that several bits read has the same value in each. */
function repeated(probabilities: Float64Array, once: readonly number[], all: readonly number[]): Float64Array {
  if (once.length === all.length) return probabilities;
  const places = all.map((qubit) => once.length - 1 - once.indexOf(qubit));
  const spread = new Float64Array(2 ** all.length);
  probabilities.forEach((p, index) => {
    spread[places.reduce((digits, place) => 2 * digits + ((index >> place) & 1), 0)] = p;
  });
  return spread;
}

/** The largest difference of a probability, and half the sum of all: how often a sample could tell the two apart. */
export interface Distance {
  readonly largest: number;
  readonly total: number;
}

/** Infinite where other bits are read. */
export function distanceOf(one: Distribution, other: Distribution): Distance {
  if (one.bits.join() !== other.bits.join()) return { largest: Infinity, total: Infinity };
  let [largest, total] = [0, 0];
  one.probabilities.forEach((p, index) => {
    const difference = Math.abs(p - (other.probabilities[index] ?? Number.NaN));
    largest = Math.max(largest, difference);
    total += difference / 2;
  });
  return { largest, total };
}
