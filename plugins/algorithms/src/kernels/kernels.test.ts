import { GATES, isGate, type Circuit } from "@eigentwin/core";
import { statevectorSimulator } from "@eigentwin/statevector/node";
import { describe, expect, test } from "vitest";
import { angleReuploading } from "../feature-maps/angle-reuploading.ts";
import { featureMapOf, type FeatureMapChoice } from "../feature-maps/choose.ts";
import { zzFeatureMap } from "../feature-maps/zz-feature-map.ts";
import { addToDiagonal, cholesky } from "../linear/cholesky.ts";
import { rowOf, type Matrix } from "../linear/matrix.ts";
import { largestDifference, randomMatrix } from "../testing/data.ts";
import type { Tools } from "../tools.ts";
import { kernelOf, type KernelChoice } from "./choose.ts";

const backend = statevectorSimulator();

type Amplitude = readonly [re: number, im: number];
const multiply = ([a, b]: Amplitude, [c, d]: Amplitude): Amplitude => [a * c - b * d, a * d + b * c];

/** Gate by gate on all amplitudes, from the matrices of the contract; qubit 0 is the leftmost bit. */
function dense({ qubits, gates }: Circuit, parameters: Float64Array): Amplitude[] {
  let state: Amplitude[] = Array.from({ length: 2 ** qubits }, (_, index) => (index === 0 ? [1, 0] : [0, 0]));
  for (const gate of gates.filter(isGate)) {
    const [angle] = gate.angles;
    const theta = angle ? angle.terms.reduce((sum, [p, c]) => sum + c * (parameters[p] ?? 0), angle.constant) : 0;
    const matrix = GATES[gate.name].matrix(theta);
    const bits = gate.qubits.map((qubit) => qubits - 1 - qubit);
    const local = (index: number) => bits.reduce((value, bit) => 2 * value + ((index >> bit) & 1), 0);
    const mask = bits.reduce((all, bit) => all | (1 << bit), 0);
    state = state.map((_, to) =>
      state.reduce<Amplitude>(
        ([re, im], amplitude, from) => {
          if ((from & ~mask) !== (to & ~mask)) return [re, im];
          const [x, y] = multiply(matrix[local(to)]?.[local(from)] ?? [0, 0], amplitude);
          return [re + x, im + y];
        },
        [0, 0],
      ),
    );
  }
  return state;
}

function overlap(a: Amplitude[], b: Amplitude[]): number {
  let [re, im] = [0, 0];
  a.forEach(([x, y], index) => {
    const [u, v] = multiply([x, -y], b[index] ?? [0, 0]);
    re += u;
    im += v;
  });
  return re * re + im * im;
}

const REUPLOADING: FeatureMapChoice = { name: "angle-reuploading", qubits: 3, layers: 2, bandwidth: 0.7 };
const ZZ: FeatureMapChoice = { name: "zz", qubits: 3, repetitions: 2, bandwidth: 1 };

const valuesOf = async (choice: KernelChoice, left: Matrix, right: Matrix, logLengthscales: Float64Array) => {
  const kernel = kernelOf(choice);
  const [a, b] = [await kernel.prepare(left, backend), await kernel.prepare(right, backend)];
  return (await kernel.block(a, b, backend)).at(logLengthscales).values;
};

describe.each([REUPLOADING, ZZ])("the fidelity kernel of $name", (map) => {
  test("is the overlap of states that are computed from the gates' matrices", async () => {
    const rows = randomMatrix(4, 3, 5);
    const values = await valuesOf({ kind: "fidelity", map }, rows, rows, new Float64Array(0));
    const { circuit, encode } = featureMapOf(map);
    const { values: angles } = encode(rows);
    const width = circuit.parameters.length;
    const states = Array.from({ length: 4 }, (_, row) => dense(circuit, angles.slice(row * width, (row + 1) * width)));
    const expected = states.flatMap((a) => states.map((b) => overlap(a, b)));
    expect(largestDifference(values.values, expected)).toBeLessThan(1e-12);
    for (let row = 0; row < 4; row++) expect(values.values[row * 5]).toBeCloseTo(1, 12);
  });
});

test("the ZZ map of two qubits is exp(i phases) H exp(i phases) H, by its formula", () => {
  const [x, y] = [0.4, -1.1];
  const { circuit, encode } = zzFeatureMap({ qubits: 2, repetitions: 2 });
  const state = dense(circuit, encode({ rows: 1, columns: 2, values: Float64Array.of(x, y) }).values);
  // P(2x) is exp(2ix) on |1>; CX P CX puts the phase on odd parity.
  const pair = 2 * (Math.PI - x) * (Math.PI - y);
  const phases = [0, 2 * y + pair, 2 * x + pair, 2 * x + 2 * y].map((t): Amplitude => [Math.cos(t), Math.sin(t)]);
  const layer = (amplitudes: Amplitude[]) =>
    phases.map((phase, to) => {
      const sum = amplitudes.reduce<Amplitude>(
        ([re, im], [a, b], from) => {
          const sign = ((to & from) === 3 || (to & from) === 0 ? 1 : -1) / 2;
          return [re + sign * a, im + sign * b];
        },
        [0, 0],
      );
      return multiply(phase, sum);
    });
  const expected = layer(
    layer([
      [1, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]),
  );
  expect(largestDifference(state.flat(), expected.flat())).toBeLessThan(1e-12);
});

test("one layer of re-uploading is a product state, whose expectation values are known", async () => {
  const rows = randomMatrix(5, 2, 6);
  const map: FeatureMapChoice = { name: "angle-reuploading", qubits: 2, layers: 1, bandwidth: 0.9 };
  const measured = await kernelOf({ kind: "projected", map, shape: "rbf" }).prepare(rows, backend);
  // RY(a) |0> has Bloch vector (sin a, 0, cos a); RZ(b) turns it about z.
  for (let row = 0; row < 5; row++)
    rowOf(rows, row).forEach((value, qubit) => {
      const [a, b] = [Math.PI / 4 + 0.9 * value, 0.9 * value];
      const expected = [Math.sin(a) * Math.cos(b), Math.sin(a) * Math.sin(b), Math.cos(a)];
      const found = rowOf(measured, row).subarray(3 * qubit, 3 * qubit + 3);
      expect(largestDifference(found, expected)).toBeLessThan(1e-12);
    });
});

test("angle re-uploading has a ring between its layers, and two qubits one pair", () => {
  const pairsOf = (qubits: number) =>
    angleReuploading({ qubits, layers: 2 })
      .circuit.gates.filter(isGate)
      .filter(({ name }) => name === "cz")
      .map((gate) => gate.qubits);
  expect(pairsOf(1)).toEqual([]);
  expect(pairsOf(2)).toEqual([[0, 1]]);
  expect(pairsOf(4)).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 0],
  ]);
});

const KERNELS: { choice: KernelChoice; parameters: number }[] = [
  { choice: { kind: "rbf" }, parameters: 3 },
  { choice: { kind: "matern52" }, parameters: 3 },
  { choice: { kind: "fidelity", map: REUPLOADING }, parameters: 0 },
  { choice: { kind: "fidelity", map: ZZ }, parameters: 0 },
  { choice: { kind: "projected", map: REUPLOADING, shape: "rbf" }, parameters: 3 },
  { choice: { kind: "projected", map: REUPLOADING, shape: "matern52" }, parameters: 3 },
];

describe.each(KERNELS)("$choice.kind $choice.map.name $choice.shape", ({ choice, parameters }) => {
  const lengthscales = new Float64Array(parameters).map((_, index) => 0.2 * index - 0.3);

  test("is symmetric and positive semidefinite, with ones on the diagonal", async () => {
    const rows = randomMatrix(30, 3, 7);
    const k = await valuesOf(choice, rows, rows, lengthscales);
    for (let i = 0; i < 30; i++) {
      expect(k.values[i * 31]).toBeCloseTo(1, 12);
      for (let j = 0; j < i; j++)
        expect(Math.abs((k.values[i * 30 + j] ?? 0) - (k.values[j * 30 + i] ?? 1))).toBeLessThan(1e-12);
    }
    expect(cholesky(addToDiagonal(k, 1e-10))).toBeDefined();
  });

  test("has the gradient that differences show", async () => {
    const kernel = kernelOf(choice);
    const left = await kernel.prepare(randomMatrix(6, 3, 8), backend);
    const right = await kernel.prepare(randomMatrix(9, 3, 9), backend);
    const weights = randomMatrix(6, 9, 10);
    const block = await kernel.block(left, right, backend);
    expect(block.parameters).toBe(parameters);
    const weighted = (at: Float64Array) =>
      block.at(at).values.values.reduce((sum, k, index) => sum + k * (weights.values[index] ?? 0), 0);
    const gradient = block.at(lengthscales).gradient(weights);
    gradient.forEach((slope, index) => {
      const moved = (by: number) => lengthscales.map((value, other) => (other === index ? value + by : value));
      expect(slope).toBeCloseTo((weighted(moved(1e-5)) - weighted(moved(-1e-5))) / 2e-5, 6);
    });
  });
});

test("a block that does not fit into one program comes in tiles, and is the same", async () => {
  const sizes: number[] = [];
  const watching: Tools["backend"] = {
    run: (program) => {
      if (program.kind === "overlap") sizes.push(program.left.rows * program.right.rows);
      return backend.run(program);
    },
  };
  const choice: KernelChoice = {
    kind: "fidelity",
    map: { name: "angle-reuploading", qubits: 1, layers: 1, bandwidth: 1 },
  };
  const [left, right] = [randomMatrix(1100, 1, 11), randomMatrix(1030, 1, 12)];
  const { values } = (await kernelOf(choice).block(left, right, watching)).at(new Float64Array(0));
  expect(sizes).toHaveLength(4);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000_000);
  const state = (x: number): Amplitude[] =>
    dense(angleReuploading({ qubits: 1, layers: 1 }).circuit, Float64Array.of(x));
  for (const [row, column] of [
    [0, 0],
    [1099, 1029],
    [1050, 3],
    [7, 1020],
  ] as const)
    expect(values.values[row * 1030 + column]).toBeCloseTo(
      overlap(state(left.values[row] ?? 0), state(right.values[column] ?? 0)),
      12,
    );
});
