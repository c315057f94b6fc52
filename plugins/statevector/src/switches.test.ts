// Whatever the planner leaves out or moves, the state is the same: each switch off, and every size of tiles, against all on.

import { randomFrom, type Circuit } from "@eigentwin/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { statevectorSimulator } from "./node.ts";
import type { Options } from "./plan.ts";
import { ALL_ON, type Switches } from "./planner/plan-circuit.ts";
import type { Amplitudes } from "./simulator.ts";
import { randomBatch, randomCircuit, randomObservable } from "./testing/random-circuit.ts";

const off = (...names: (keyof Switches)[]): Options => ({
  switches: { ...ALL_ON, ...Object.fromEntries(names.map((name) => [name, false])) },
});
const variants: [string, Options, boolean][] = [
  ["plain SIMD", {}, false],
  ["no frame", off("frame"), true],
  ["no merging", off("merge"), true],
  ["no product state", off("product"), true],
  ["no tiles", off("tiles"), true],
  ["rows one by one", off("rows"), true],
  ["nothing", off("frame", "merge", "product", "tiles", "rows"), false],
  ["tiles of 2^5", { tileBits: 5 }, true],
  ["tiles of 2^6, plain SIMD", { tileBits: 6 }, false],
];
const simulator = statevectorSimulator({}, true);

const distance = (a: Amplitudes, b: Amplitudes): number =>
  a.re.reduce((most, re, k) => {
    const [otherRe = Number.NaN, im = Number.NaN, otherIm = Number.NaN] = [b.re[k], a.im[k], b.im[k]];
    return Math.max(most, Math.hypot(re - otherRe, im - otherIm));
  }, 0);

test.each(variants)(
  "%s: the same amplitudes and expectation values",
  async (_, options, relaxed) => {
    const other = statevectorSimulator(options, relaxed);
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 9 }), async (seed, qubits) => {
        const random = randomFrom(seed);
        const circuit: Circuit = randomCircuit(random, qubits, 40);
        const parameters = randomBatch(random, 3);
        const row = parameters.values.subarray(0, 3);
        expect(distance(await simulator.amplitudes(circuit, row), await other.amplitudes(circuit, row))).toBeLessThan(
          1e-12,
        );
        const observables = [randomObservable(random, qubits, 4), [{ word: "Z".repeat(qubits), coefficient: 1 }]];
        for (const observable of observables) {
          const program = { kind: "expectation", circuit, parameters, observables: [observable] } as const;
          const [one, two] = [await simulator.run(program), await other.run(program)];
          one.values.forEach((value, index) => expect(two.values[index]).toBeCloseTo(value, 11));
        }
      }),
      { seed: 5, numRuns: 60 },
    );
  },
  60_000,
);
