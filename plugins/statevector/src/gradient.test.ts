import { batch, circuit, isGate, pauli, randomFrom, type Circuit, type PauliSum } from "@eigentwin/core";
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

/** Parameter shift, for circuits where each parameter is one rotation's angle: half the difference at +-pi/2. */
async function shifted(of: Circuit, values: readonly number[], observable: PauliSum): Promise<number[]> {
  const rows = values.flatMap((_, index) =>
    [1, -1].map((sign) => values.map((value, other) => (other === index ? value + (sign * Math.PI) / 2 : value))),
  );
  const result = await simulator.run({
    kind: "expectation",
    circuit: of,
    parameters: batch(rows),
    observables: [observable],
  });
  return values.map((_, index) => ((result.values[2 * index] ?? 0) - (result.values[2 * index + 1] ?? 0)) / 2);
}

/** cp has four eigenvalues, so half a difference is not its slope: p and the rotations have two. */
const withoutControlled = (of: Circuit): Circuit => ({ ...of, gates: of.gates.filter(({ name }) => name !== "cp") });

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
        const { circuit: of, values } = freed(withoutControlled(randomCircuit(random, qubits, 30)));
        if (values.length === 0) return;
        const observable = onlyZ ? sumOfZ(qubits) : randomObservable(random, qubits, 5);
        const { gradients, values: [value] = [] } = await adjoint.gradient(of, observable, batch([values]));
        const wanted = await shifted(of, values, observable);
        wanted.forEach((slope, index) =>
          expect(Math.abs((gradients[index] ?? Number.NaN) - slope)).toBeLessThan(1e-10),
        );
        const program = {
          kind: "expectation",
          circuit: of,
          parameters: batch([values]),
          observables: [observable],
        } as const;
        expect(value).toBeCloseTo((await simulator.run(program)).values[0] ?? Number.NaN, 11);
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
