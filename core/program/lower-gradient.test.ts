import fc from "fast-check";
import { expect, test } from "vitest";
import { REFERENCE } from "../conformance/reference/backend.ts";
import { runExactly } from "../conformance/reference/run.ts";
import { circuit, type Circuit } from "./circuit.ts";
import { lower } from "./lower.ts";
import { pauli } from "./observable.ts";
import { batch, type GradientProgram, type GradientResult, type Program } from "./program.ts";

const MEANS = { ...REFERENCE, kinds: ["expectation"] as const };
const SHOTS = { ...REFERENCE, exact: false, kinds: ["sample"] as const };

function gradientBy(backend: typeof REFERENCE, program: GradientProgram, shots = 0): GradientResult {
  const { programs, combine } = lower(program, backend, shots);
  const result = combine(programs.map((one: Program, index) => runExactly(one, index)));
  return result.kind === "gradient" ? result : expect.fail(`a ${result.kind} result`);
}

const asking = (of: Circuit, ...rows: number[][]): GradientProgram => ({
  kind: "gradient",
  circuit: of,
  parameters: batch(rows),
  observables: [pauli("ZX"), [...pauli("YI", 0.5), ...pauli("II", 2), ...pauli("ZZ", -0.3)]],
});

/** To the rounding of the reference's differences. */
function mustEqualDifferences(program: GradientProgram): void {
  const [found, differences] = [gradientBy(MEANS, program), runExactly(program) as GradientResult];
  expect(found.values.length).toBe(differences.values.length);
  found.values.forEach((value, index) => expect(value).toBeCloseTo(differences.values[index] ?? Number.NaN, 11));
  found.slopes.forEach((slope, index) => expect(slope).toBeCloseTo(differences.slopes[index] ?? Number.NaN, 9));
}

test("the slope of a rotation, by hand", () => {
  const turned = circuit(1, ["a"]).add("ry", 0, "a").build();
  const program: GradientProgram = {
    kind: "gradient",
    circuit: turned,
    parameters: batch([[0.3], [-1.2]]),
    observables: [pauli("Z"), pauli("X")],
  };
  const { values, slopes, standardErrors, slopeErrors } = gradientBy(MEANS, program);
  const expected = [0.3, -1.2].flatMap((a) => [
    [Math.cos(a), -Math.sin(a)],
    [Math.sin(a), Math.cos(a)],
  ]);
  expected.forEach(([value = 0, slope = 0], index) => {
    expect(values[index]).toBeCloseTo(value, 12);
    expect(slopes[index]).toBeCloseTo(slope, 12);
  });
  expect(standardErrors ?? slopeErrors).toBeUndefined();
});

const twice = { of: { a: 2 }, constant: 1 };
test.each<[string, Circuit]>([
  ["2a + 1", circuit(2, ["a"]).add("rx", 0, twice).add("cx", [0, 1]).build()],
  ["a parameter of two gates", circuit(2, ["a"]).add("rx", 0, "a").add("ry", 1, "a").add("rzz", [0, 1], "a").build()],
  ["a controlled rotation", circuit(2, ["a"]).add("h", 0).add("crx", [0, 1], "a").build()],
  [
    "a control on 0",
    circuit(2, ["a"])
      .add("h", 0)
      .controlled([{ qubit: 0, value: 0 }], "ry", 1, "a")
      .build(),
  ],
  [
    "a power",
    circuit(2, ["a"])
      .append({ name: "rx", qubits: [0], angles: [{ constant: 0, terms: [[0, 1]] }], power: 2 })
      .build(),
  ],
  [
    "three angles of one gate",
    circuit(2, ["a"]).add("u3", 0, "a", twice, "a").add("cu", [0, 1], 1, "a", 2, "a").build(),
  ],
  [
    "phases of many sizes",
    circuit(2, ["a"])
      .add("h", 0)
      .add("h", 1)
      .diagonal(
        [0, 1],
        [
          { coefficient: 3, places: [0] },
          { coefficient: -0.7, places: [0, 1] },
        ],
        twice,
      )
      .build(),
  ],
  [
    "a branch",
    circuit(2, ["a"], 1)
      .add("ry", 0, "a")
      .measure(0, 0)
      .append({ name: "if", bits: [0], equals: "1", body: circuit(2, ["a"]).add("ry", 1, twice).build().gates })
      .add("rx", 0, "a")
      .build(),
  ],
])("%s", (_, of) => mustEqualDifferences(asking(of, [0.4], [-1.3])));

test("random circuits", () => {
  const angle = fc.record({
    constant: fc.double({ min: -3, max: 3, noNaN: true }),
    of: fc.record({ a: fc.integer({ min: -2, max: 2 }), b: fc.constantFrom(0, 0.5, 1) }),
  });
  const gate = fc.tuple(fc.constantFrom("rx", "ry", "rz", "p", "crz", "rxx", "cp", "h", "cx"), angle, fc.boolean());
  const radians = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(fc.array(gate, { minLength: 1, maxLength: 6 }), radians, radians, (gates, a, b) => {
      const builder = circuit(2, ["a", "b"]).add("h", 0);
      for (const [name, turn, swapped] of gates) {
        const on = swapped ? [1, 0] : [0, 1];
        if (name === "h") builder.add(name, on[0] ?? 0);
        else if (name === "cx") builder.add(name, on);
        else builder.add(name, ["crz", "rxx", "cp"].includes(name) ? on : (on[0] ?? 0), turn);
      }
      mustEqualDifferences(asking(builder.build(), [a, b]));
    }),
    { seed: 7, numRuns: 100 },
  );
});

test("samples give slopes with errors that hold", () => {
  const of = circuit(2, ["a", "b"]).add("ry", 0, "a").add("crx", [0, 1], "b").build();
  const program = asking(of, [0.7, 1.9]);
  const { slopes, slopeErrors, standardErrors } = gradientBy(SHOTS, program, 4000);
  const exact = runExactly(program) as GradientResult;
  expect(standardErrors).toHaveLength(2);
  slopes.forEach((slope, index) => {
    const error = slopeErrors?.[index] ?? Number.NaN;
    expect(error).toBeLessThan(0.1);
    expect(Math.abs(slope - (exact.slopes[index] ?? Number.NaN))).toBeLessThan(5 * error + 1e-9);
  });
});

test("rows go into programs of a bounded size", () => {
  const names = Array.from({ length: 60 }, (_, index) => `a${index}`);
  const builder = circuit(1, names);
  for (const name of names) builder.add("ry", 0, name);
  const rows = Array.from({ length: 100 }, () => names.map(() => 0.1));
  const { programs } = lower(
    { kind: "gradient", circuit: builder.build(), parameters: batch(rows), observables: [pauli("Z")] },
    MEANS,
    0,
  );
  expect(programs.length).toBeGreaterThan(1);
  for (const one of programs)
    expect(one.kind === "expectation" && one.parameters.values.byteLength).toBeLessThan(2 ** 22);
  const evaluations = programs.reduce((sum, one) => sum + (one.kind === "expectation" ? one.parameters.rows : 0), 0);
  expect(evaluations).toBe(100 * 121);
});

test("a row with many angles goes into programs of a bounded size, too", () => {
  const builder = circuit(1, ["a"]);
  for (let gate = 0; gate < 400; gate++) builder.add("ry", 0, "a");
  const program: GradientProgram = {
    kind: "gradient",
    circuit: builder.build(),
    parameters: batch([[0.003]]),
    observables: [pauli("Z")],
  };
  const { programs } = lower(program, MEANS, 0);
  expect(programs.length).toBe(2);
  for (const one of programs)
    expect(one.kind === "expectation" && one.parameters.values.byteLength).toBeLessThanOrEqual(2 ** 21);
  expect(gradientBy(MEANS, program).slopes[0]).toBeCloseTo(-400 * Math.sin(1.2), 8);
});
