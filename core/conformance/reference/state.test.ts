import { expect, test } from "vitest";
import { expectationOf, inner, stateOf as denseState } from "../../program/testing/dense.ts";
import { randomCircuit } from "../../program/testing/random-circuit.ts";
import { randomFrom } from "../../run/random.ts";
import { expectation, overlap, stateOf } from "./state.ts";

const LETTERS = ["I", "X", "Y", "Z"];

test("the reference agrees with matrices built by Kronecker products", () => {
  const random = randomFrom(7);
  for (let trial = 0; trial < 60; trial++) {
    const qubits = 2 + (trial % 3);
    const of = randomCircuit(random, qubits, 20);
    const rows = [0, 1].map(() => [random(), random()]);
    const [a, b] = rows.map((row) => stateOf(of, row));
    const [denseA, denseB] = rows.map((row) => denseState(of, row));
    if (!a || !b || !denseA || !denseB) throw new Error("two rows");
    denseA.forEach(([re, im], index) => {
      expect(a.re[index]).toBeCloseTo(re, 12);
      expect(a.im[index]).toBeCloseTo(im, 12);
    });
    const word = Array.from({ length: qubits }, () => LETTERS[Math.floor(4 * random())] ?? "I").join("");
    const sum = [{ word, coefficient: 0.7 }];
    expect(expectation(a, sum)).toBeCloseTo(expectationOf(denseA, sum), 12);
    const [re, im] = inner(denseA, denseB);
    expect(overlap(a, b)).toBeCloseTo(re * re + im * im, 12);
  }
});
