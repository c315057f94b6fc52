import { describe, expect, test } from "vitest";
import { Refusal } from "../failure.ts";
import { randomFrom } from "../run/random.ts";
import { circuit, type Circuit } from "./circuit.ts";
import { elementary } from "./elementary.ts";
import { GATES, type GateName } from "./gates.ts";
import { inverse } from "./inverse.ts";
import { lowerCircuit, type Executes } from "./lower-gates.ts";
import { cis, distance, entry, identity, product, scale, type Matrix } from "./matrix.ts";
import { everyOperation, isUnitary, type OperationName } from "./operation.ts";
import { imageOf, unitaryOf } from "./testing/dense.ts";
import { randomEverything, randomUnitary } from "./testing/random-circuit.ts";
import { numbersOfMatrix } from "./unitary.ts";

const having = (...gates: OperationName[]): Executes => ({ name: "test", gates });
const BACKENDS: [string, Executes][] = [
  ["superconducting", having("rz", "sx", "x", "cx")],
  ["trapped ions", having("rz", "rx", "rxx")],
  ["rzz and turns", having("p", "ry", "rzz")],
  ["ryy and h", having("rz", "h", "ryy")],
  ["u3 and cz", having("u3", "cz")],
  ["the built-in gates", having("U", "gphase", "cx")],
  ["Toffoli", having("h", "p", "ccx", "cx")],
  ["controls", { ...having("rz", "ry", "x", "gphase"), controls: 2 }],
];
const VALUES = [0.37, -1.21];

/** How far apart two unitaries are, whatever their phase. */
function apart(a: Matrix, b: Matrix): number {
  const [row, column] = a
    .flatMap((line, r) => line.map((one, c) => [r, c, Math.hypot(...one)] as const))
    .reduce((most, one) => (one[2] > most[2] ? one : most));
  const [p, q] = [entry(a, row, column), entry(b, row, column)];
  return distance(a, scale(cis(Math.atan2(p[1], p[0]) - Math.atan2(q[1], q[0])), b));
}

const executed = ({ gates, controls = 0 }: Executes, { gates: done }: Circuit) =>
  [...everyOperation(done)].every(
    (one) =>
      gates.includes(one.name) &&
      (!isUnitary(one) || ((one.controls?.length ?? 0) <= controls && !("power" in one && one.power))),
  );

describe.each(BACKENDS)("%s", (_name, backend) => {
  test("60 random circuits with everything keep their unitary", () => {
    const random = randomFrom(5);
    let worst = 0;
    for (let round = 0; round < 60; round++) {
      const asked = randomEverything(random, 2 + (round % 3), 4);
      const done = lowerCircuit(asked, backend);
      expect(executed(backend, done)).toBe(true);
      worst = Math.max(worst, apart(imageOf(done, VALUES), imageOf(asked, VALUES)));
    }
    expect(worst).toBeLessThan(1e-9);
  });

  test("every gate under one and two controls", () => {
    for (const name of Object.keys(GATES) as GateName[])
      for (const count of [0, 1, 2]) {
        const on = Array.from({ length: GATES[name].qubits }, (_, q) => q);
        const controls = Array.from({ length: count }, (_, k) => ({ qubit: on.length + k, value: (k % 2) as 0 | 1 }));
        const width = Math.max(1, on.length + count);
        const angles = ["a", "b", 0.4, "a"].slice(0, GATES[name].angles);
        const asked = circuit(width, ["a", "b"])
          .controlled(controls, name, on, ...angles)
          .build();
        const done = lowerCircuit(asked, backend);
        expect(executed(backend, done)).toBe(true);
        expect(apart(imageOf(done, VALUES), imageOf(asked, VALUES)), `${name} ${count}`).toBeLessThan(1e-11);
      }
  });
});

test("with a phase gate, the phase of the whole state is kept too", () => {
  const random = randomFrom(6);
  const backend = having("U", "gphase", "cx");
  for (let round = 0; round < 60; round++) {
    const asked = randomEverything(random, 3, 4);
    const done = lowerCircuit(asked, backend);
    expect(distance(imageOf(done, VALUES), imageOf(asked, VALUES))).toBeLessThan(1e-9);
  }
});

test.each([3, 4, 5, 6])("x under %i controls, with every number of idle qubits", (controls) => {
  for (let idle = 0; idle + controls < 8; idle++) {
    const on = Array.from({ length: controls }, (_, q) => q);
    const asked = circuit(controls + 1 + idle)
      .controlled(on, "x", controls)
      .build();
    const done = lowerCircuit(asked, having("h", "t", "tdg", "cx", "p", "ccx"));
    expect(apart(imageOf(done), imageOf(asked))).toBeLessThan(1e-10);
  }
});

test("many controls cost at most as their square", () => {
  const cost = (controls: number) =>
    lowerCircuit(
      circuit(controls + 1)
        .controlled(
          Array.from({ length: controls }, (_, q) => q),
          "x",
          controls,
        )
        .build(),
      having("rz", "sx", "cx"),
    ).gates.length;
  expect(cost(20)).toBeLessThan(8 * cost(10));
});

test("any unitary on two qubits takes three cx", () => {
  const random = randomFrom(9);
  for (let round = 0; round < 60; round++) {
    const asked = circuit(2)
      .unitary([1, 0], numbersOfMatrix(randomUnitary(random, 4)))
      .build();
    const done = lowerCircuit(asked, having("u3", "cx"));
    expect(done.gates.filter(({ name }) => name === "cx")).toHaveLength(3);
    expect(apart(unitaryOf(done), unitaryOf(asked))).toBeLessThan(1e-10);
  }
});

test.each<GateName>(["cx", "swap", "cz", "rxx", "ryy", "rzz", "cp"])("a unitary that is %s", (name) => {
  for (const angle of [0, 1e-9, Math.PI / 2, Math.PI]) {
    const matrix = GATES[name].matrix(angle);
    const asked = circuit(2).unitary([0, 1], numbersOfMatrix(matrix)).build();
    expect(apart(unitaryOf(lowerCircuit(asked, having("u3", "cx"))), matrix)).toBeLessThan(1e-10);
  }
});

test("elementary operations have no power and no control of their own", () => {
  const random = randomFrom(3);
  for (let round = 0; round < 60; round++) {
    const asked = randomEverything(random, 3, 6);
    const gates = asked.gates.filter(isUnitary).flatMap(elementary);
    for (const gate of gates) {
      expect(gate).not.toHaveProperty("power");
      if (gate.name in GATES) expect(GATES[gate.name as GateName].controls).toBe(0);
    }
    expect(distance(unitaryOf({ ...asked, gates }, VALUES), unitaryOf(asked, VALUES))).toBeLessThan(1e-9);
  }
});

test("the inverse of a circuit with everything undoes it", () => {
  const random = randomFrom(4);
  for (let round = 0; round < 60; round++) {
    const asked = randomEverything(random, 3, 6);
    const both = product(unitaryOf(inverse(asked), VALUES), unitaryOf(asked, VALUES));
    expect(distance(both, identity(8))).toBeLessThan(1e-9);
  }
});

test("what a backend executes stays the same object", () => {
  const plain = circuit(2, ["a"]).add("ry", 0, "a").add("cx", [0, 1]).build();
  expect(lowerCircuit(plain, having("ry", "cx"))).toBe(plain);
});

test("angles stay linear in the parameters", () => {
  const asked = circuit(2, ["a"])
    .add("cu", [0, 1], "a", { of: { a: 2 } }, 0.5, "a")
    .build();
  const done = lowerCircuit(asked, having("rz", "ry", "cx"));
  expect(done.parameters).toEqual(["a"]);
  expect(apart(unitaryOf(done, [0.7]), unitaryOf(asked, [0.7]))).toBeLessThan(1e-12);
});

test("branches are lowered inside, barriers left out where they mean nothing", () => {
  const asked = circuit(1, [], 1)
    .barrier(0)
    .measure(0, 0)
    .append({ name: "if", bits: [0], equals: "1", body: [{ name: "y", qubits: [0], angles: [] }], otherwise: [] })
    .build();
  const done = lowerCircuit(asked, having("rx", "rz", "measure", "if"));
  expect(done.gates.map(({ name }) => name)).toEqual(["measure", "if"]);
  expect(executed(having("rx", "rz", "measure", "if"), done)).toBe(true);
});

test.each<[string, Circuit, Executes]>([
  ["measurement", circuit(1, [], 1).measure(0, 0).build(), having("rx", "rz")],
  ["entanglement", circuit(2).add("cx", [0, 1]).build(), having("rx", "rz")],
  ["turns by any angle", circuit(1).add("rz", 0, 0.1).build(), having("h", "s", "cx")],
  ["turns off the axis", circuit(1).add("h", 0).build(), having("rz", "cx")],
])("a backend without %s does not fit, and says so", (_what, asked, backend) => {
  const failure = (() => {
    try {
      lowerCircuit(asked, backend);
    } catch (error) {
      return (error as Refusal).failure;
    }
    return undefined;
  })();
  expect(failure?.code).toBe("backend.none-fits");
});

test("a discrete set spells what it can", () => {
  const asked = circuit(2).add("y", 0).add("sxdg", 0).add("tdg", 1).add("cz", [0, 1]).add("cy", [1, 0]).build();
  const done = lowerCircuit(asked, having("h", "t", "cx"));
  expect(executed(having("h", "t", "cx"), done)).toBe(true);
  expect(apart(unitaryOf(done), unitaryOf(asked))).toBeLessThan(1e-12);
});
