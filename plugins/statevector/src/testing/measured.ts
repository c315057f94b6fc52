// What any engine must answer alike: a Bell state, a gradient, a reference value, samples of a circuit that measures.

import { batch, circuit, noParameters, pauli } from "@eigentwin/core";
import type { Simulator } from "../simulator.ts";
import { ringAnsatz, sumOfZ } from "./workloads.ts";

export interface Measured {
  bell: number[];
  slopes: number[];
  reference: number;
  counts: Record<string, number>;
}

export async function measuredBy(simulator: Simulator): Promise<Measured> {
  const bell = await simulator.amplitudes(circuit(2).add("h", 0).add("cx", [0, 1]).build());
  const turned = circuit(2, ["a", "b"]).add("ry", 0, "a").add("cx", [0, 1]).add("rx", 1, "b").build();
  const { values, gradients } = await simulator.gradient(turned, pauli("ZZ"), batch([[0.3, 0.4]]));
  const ring = await simulator.run({
    kind: "expectation",
    circuit: ringAnsatz(10),
    parameters: noParameters,
    observables: [sumOfZ(10)],
  });
  const coin = circuit(2, [], 2).add("h", 0).measure(0, 0).add("h", 1).measure(1, 1).build();
  const sample = { kind: "sample", circuit: coin, parameters: noParameters, shots: 1000, seed: 7 } as const;
  const { histograms } = await simulator.run(sample);
  return {
    bell: [...bell.re, ...bell.im],
    slopes: [...values, ...gradients],
    reference: ring.values[0] ?? Number.NaN,
    counts: Object.fromEntries(
      histograms.flatMap(({ bitstrings, counts }) => bitstrings.map((bits, at) => [bits, counts[at] ?? 0])),
    ),
  };
}
