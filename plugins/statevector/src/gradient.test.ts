import {
  batch,
  circuit,
  isGate,
  lowerGradient,
  pauli,
  randomFrom,
  type Circuit,
  type ExpectationProgram,
  type GradientProgram,
  type GradientResult,
} from "@eigentwin/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { statevectorSimulator } from "./node.ts";
import { randomBatch, randomCircuit, randomObservable } from "./testing/random-circuit.ts";
import { ringAnsatz, sumOfZ } from "./testing/workloads.ts";

const simulator = statevectorSimulator();

/** A parameter of its own for every gate with an angle, and the angles that it had. */
function freed(of: Circuit): { circuit: Circuit; values: number[] } {
  const values: number[] = [];
  const gates = of.gates.filter(isGate).map((gate) => {
    const [angle] = gate.angles;
    if (!angle) return gate;
    values.push(angle.constant);
    return { ...gate, angles: [{ constant: 0, terms: [[values.length - 1, 1]] as const }] };
  });
  return { circuit: { ...of, gates, parameters: values.map((_, index) => `t${index}`) }, values };
}

/** By the parameter-shift rule, on means of the simulator. */
async function shifted(program: GradientProgram): Promise<GradientResult> {
  const { programs, combine } = lowerGradient(program);
  const results = await Promise.all(programs.map((one) => simulator.run(one as ExpectationProgram)));
  return combine(results) as GradientResult;
}

function mustEqual(found: GradientResult, wanted: GradientResult): void {
  expect(found.slopes.length).toBe(wanted.slopes.length);
  found.values.forEach((value, at) => expect(Math.abs(value - (wanted.values[at] ?? Number.NaN))).toBeLessThan(1e-11));
  found.slopes.forEach((slope, at) => expect(Math.abs(slope - (wanted.slopes[at] ?? Number.NaN))).toBeLessThan(1e-10));
}

test.each([
  ["tiles as they are", {}],
  ["tiles of 2^5", { tileBits: 5 }],
])(
  "property: the adjoint gradient is the parameter shift, to 1e-10 (%s)",
  async (_, options) => {
    const adjoint = statevectorSimulator(options);
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 8 }), fc.boolean(), async (seed, qubits, onlyZ) => {
        const random = randomFrom(seed);
        const { circuit: of, values } = freed(randomCircuit(random, qubits, 30));
        const observables = [onlyZ ? sumOfZ(qubits) : randomObservable(random, qubits, 5), sumOfZ(qubits)];
        const program: GradientProgram = { kind: "gradient", circuit: of, parameters: batch([values]), observables };
        mustEqual(await adjoint.run(program), await shifted(program));
      }),
      { seed: 11, numRuns: 60 },
    );
  },
  60_000,
);

test("the gradient of linear expressions, rows apart, is what differences show", async () => {
  const random = randomFrom(12);
  for (let qubits = 2; qubits <= 5; qubits++) {
    const of = randomCircuit(random, qubits, 30);
    const parameters = randomBatch(random, 3);
    const observable = randomObservable(random, qubits, 4);
    const { gradients } = await simulator.gradient(of, observable, parameters);
    for (let index = 0; index < parameters.values.length; index++) {
      const at = async (step: number) => {
        const values = parameters.values.slice();
        values[index] = (values[index] ?? 0) + step;
        const program = { kind: "expectation", circuit: of, parameters: { rows: 3, values } } as const;
        const { values: found } = await simulator.run({ ...program, observables: [observable] });
        return found[Math.floor(index / 3)] ?? Number.NaN;
      };
      const difference = ((await at(1e-5)) - (await at(-1e-5))) / 2e-5;
      expect(Math.abs((gradients[index] ?? Number.NaN) - difference)).toBeLessThan(1e-6);
    }
  }
});

test.each([
  [8, 14.28782531],
  [12, 6.448677281],
])("reference value: the sum of absolute slopes of the ring ansatz of %i qubits", async (qubits, reference) => {
  const { circuit: of, values } = freed(ringAnsatz(qubits));
  const { gradients } = await simulator.gradient(of, sumOfZ(qubits), batch([values]));
  expect(Math.abs(gradients.reduce((sum, slope) => sum + Math.abs(slope), 0) - reference)).toBeLessThan(1e-8);
});

test("a circuit without parameters has an empty gradient", async () => {
  const of = circuit(2).add("h", 0).add("cx", [0, 1]).build();
  const { values, gradients } = await simulator.gradient(of, pauli("XX"), batch([[]]));
  expect(values[0]).toBeCloseTo(1, 12);
  expect(gradients).toHaveLength(0);
});

test("property: expressions of few parameters, rows and observables go to their places", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 6 }), async (seed, qubits) => {
      const random = randomFrom(seed);
      const of = randomCircuit(random, qubits, 20);
      const parameters = randomBatch(random, 3);
      const observables = [randomObservable(random, qubits, 3), sumOfZ(qubits)];
      const program: GradientProgram = { kind: "gradient", circuit: of, parameters, observables };
      mustEqual(await simulator.run(program), await shifted(program));
    }),
    { seed: 13, numRuns: 30 },
  );
});

test("through what is measured on the way there is no going back: slopes are differences of means", async () => {
  const of = circuit(1, ["a"], 1)
    .add("ry", 0, "a")
    .measure(0, 0)
    .append({ name: "if", bits: [0], equals: "1", body: circuit(1, ["a"]).add("ry", 0, "a").build().gates })
    .build();
  const parameters = batch([[0.7]]);
  const { values, slopes } = await simulator.run({
    kind: "gradient",
    circuit: of,
    parameters,
    observables: [pauli("Z")],
  });
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
  // cos^2(a/2) - sin^2(a/2) cos(a)
  expect(values[0]).toBeCloseTo((1 + c) / 2 - ((1 - c) / 2) * c, 12);
  expect(slopes[0]).toBeCloseTo(-s / 2 - (s * c) / 2 + ((1 - c) / 2) * s, 12);
});
