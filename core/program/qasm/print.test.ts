import { describe, expect, test } from "vitest";
import { distributionOf } from "../../conformance/reference/distribution.ts";
import { randomFrom } from "../../run/random.ts";
import { circuit } from "../circuit.ts";
import { inverse } from "../inverse.ts";
import { entry, type Matrix } from "../matrix.ts";
import { imageOf } from "../testing/dense.ts";
import { randomCircuit, randomEverything } from "../testing/random-circuit.ts";
import { numberText } from "./print-number.ts";
import { parseQasm } from "./parse.ts";
import { toQasm, toQasm2 } from "./print.ts";

const VALUES = [0.37, -1.21];

/** |<a|b>|^2, 1 exactly where two states are the same. */
function fidelity(a: Matrix, b: Matrix): number {
  let [re, im] = [0, 0];
  a.forEach((_, row) => {
    const [[ar, ai], [br, bi]] = [entry(a, row, 0), entry(b, row, 0)];
    re += ar * br + ai * bi;
    im += ar * bi - ai * br;
  });
  return re * re + im * im;
}

test("read, printed and read again, a circuit is the same", () => {
  const random = randomFrom(31);
  for (let round = 0; round < 100; round++) {
    const first = parseQasm(toQasm(randomEverything(random, 2 + (round % 4), 12, 3)));
    expect(parseQasm(toQasm(first))).toEqual(first);
  }
});

test("gates, controls, powers, measurements and branches are printed as they are", () => {
  const random = randomFrom(32);
  for (let round = 0; round < 80; round++) {
    const some = randomCircuit(random, 3, 20);
    const plain = { ...some, gates: some.gates.filter(({ name }) => name !== "unitary" && name !== "diagonal") };
    const normal = parseQasm(toQasm(plain));
    expect(normal.gates.map(({ name }) => name)).toEqual(plain.gates.map(({ name }) => name));
    expect(fidelity(imageOf(normal, VALUES), imageOf(plain, VALUES))).toBeCloseTo(1, 12);
  }
});

test("what has no word in OpenQASM is printed as gates that do the same", () => {
  const random = randomFrom(33);
  for (let round = 0; round < 60; round++) {
    const some = randomEverything(random, 3, 8);
    expect(fidelity(imageOf(parseQasm(toQasm(some)), VALUES), imageOf(some, VALUES))).toBeCloseTo(1, 9);
  }
});

test("an inverse is printed with its modifier", () => {
  const undone = inverse(circuit(1, ["t"]).add("u2", 0, "t", 0.5).add("sx", 0).build());
  expect(toQasm(undone).split("\n").slice(4, -1)).toEqual(["inv @ sx q[0];", "pow(-1) @ u2(t, 0.5) q[0];"]);
  expect(parseQasm(toQasm(undone))).toEqual(undone);
});

test("numbers read back to the last bit, fractions of pi as such", () => {
  expect([Math.PI / 2, (-3 * Math.PI) / 4, 0.1, 1e-300, 12].map(numberText)).toEqual([
    "pi/2",
    "-3*pi/4",
    "0.1",
    "1e-300",
    "12",
  ]);
  const random = randomFrom(8);
  for (let round = 0; round < 500; round++) {
    const value = (random() - 0.5) * 10 ** (40 * random() - 20);
    const [gate] = parseQasm(`qubit q; rx(${numberText(value)}) q;`).gates;
    expect(gate).toMatchObject({ angles: [{ constant: value, terms: [] }] });
  }
});

describe("version 2", () => {
  test("says everything that has no parameter, and conditions on whole registers", () => {
    const random = randomFrom(34);
    for (let round = 0; round < 40; round++) {
      const some = randomEverything(random, 3, 6);
      const bound = {
        ...some,
        parameters: [],
        gates: some.gates.map((one) =>
          "angles" in one ? { ...one, angles: one.angles.map(({ constant }) => ({ constant, terms: [] })) } : one,
        ) as typeof some.gates,
      };
      expect(fidelity(imageOf(parseQasm(toQasm2(bound))), imageOf(bound))).toBeCloseTo(1, 9);
    }
  });

  test("measures and branches as the circuit does", () => {
    const some = circuit(2, [], 3)
      .add("h", 0)
      .measure(0, 2)
      .append({ name: "if", bits: [2], equals: "1", body: [{ name: "x", qubits: [1], angles: [] }] })
      .measure(1, 0)
      .build();
    const again = parseQasm(toQasm2(some));
    const sorted = (of: Map<string, number>) => [...of].map(([bits, p]) => [[...bits].sort().join(""), p]);
    expect(sorted(distributionOf(again, []))).toEqual(sorted(distributionOf(some, [])));
  });

  test("refuses what it has no words for", () => {
    expect(() => toQasm2(circuit(1, ["a"]).add("rx", 0, "a").build())).toThrow(/^program\.unsupported.*parameter "a"/);
  });
});

test.each(["q", "gate", "a b", "2x", "pi"])("a parameter cannot be named %s in OpenQASM", (name) => {
  expect(() => toQasm(circuit(1, [name]).add("rx", 0, name).build())).toThrow(/^program\.unsupported/);
});
