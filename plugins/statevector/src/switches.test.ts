import { randomFrom, type Circuit } from "@eigentwin/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { statevectorSimulator } from "./node.ts";
import type { Options } from "./plan.ts";
import { ALL_ON, type Switches } from "./planner/plan-circuit.ts";
import { distance, roundingOf } from "./testing/distance.ts";
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
  ["tiles of 2^6", { tileBits: 6 }, true],
  ["tiles of 2^7, plain SIMD", { tileBits: 7 }, false],
];

describe.each(["f64", "f32"] as const)("%s", (precision) => {
  const simulator = statevectorSimulator({ precision }, true);

  test.each(variants)(
    "%s: the same amplitudes and expectation values",
    async (_, options, relaxed) => {
      const other = statevectorSimulator({ ...options, precision }, relaxed);
      const sizes = [fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 })] as const;
      await fc.assert(
        fc.asyncProperty(fc.integer(), ...sizes, async (seed, qubits, gates) => {
          const random = randomFrom(seed);
          const circuit: Circuit = randomCircuit(random, qubits, gates);
          const parameters = randomBatch(random, 5);
          const row = parameters.values.subarray(0, 3);
          const rounding = roundingOf(precision, gates);
          const [here, there] = [await simulator.amplitudes(circuit, row), await other.amplitudes(circuit, row)];
          expect(distance(here, there)).toBeLessThan(2 * rounding);
          const observables = [randomObservable(random, qubits, 4), [{ word: "Z".repeat(qubits), coefficient: 1 }]];
          for (const observable of observables) {
            const program = { kind: "expectation", circuit, parameters, observables: [observable] } as const;
            const [one, two] = [await simulator.run(program), await other.run(program)];
            // Coefficients are at most 2, and a mean is off by twice what its state is.
            const most = 2 * 2 * 2 * observable.length * rounding;
            one.values.forEach((value, index) =>
              expect(Math.abs((two.values[index] ?? Number.NaN) - value)).toBeLessThan(most),
            );
          }
        }),
        { seed: 5, numRuns: 60 },
      );
    },
    60_000,
  );
});
