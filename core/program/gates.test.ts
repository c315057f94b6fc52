import { expect, test } from "vitest";
import { constantAngle } from "./angle.ts";
import { GATES, type GateName } from "./gates.ts";
import { inverseUnitary } from "./inverse.ts";
import { add, adjoint, controlledMatrix, distance, identity, kron, product, scale, type Matrix } from "./matrix.ts";
import { matrixAt } from "./unitary.ts";

const names = Object.keys(GATES) as GateName[];
const angles = [0, 0.3, -1.7, Math.PI, 5];
const gate = (name: GateName, ...values: number[]) => GATES[name].matrix(...values);
const manyAngles = (name: GateName, theta: number) =>
  Array.from({ length: GATES[name].angles }, (_, k) => theta * (1 + k * k) + k);

test.each(names)("%s is unitary, of its size, and undone by its inverse", (name) => {
  const { qubits } = GATES[name];
  const on = Array.from({ length: qubits }, (_, q) => q);
  for (const theta of angles) {
    const values = manyAngles(name, theta);
    const matrix = gate(name, ...values);
    const undone = matrixAt(inverseUnitary({ name, qubits: on, angles: values.map(constantAngle) }));
    expect(matrix).toHaveLength(2 ** qubits);
    expect(distance(product(matrix, adjoint(matrix)), identity(2 ** qubits))).toBeLessThan(2e-15);
    expect(distance(product(matrix, undone), identity(2 ** qubits))).toBeLessThan(2e-15);
  }
});

test.each(names)("%s is its target, controlled by its first qubits", (name) => {
  const { controls, target, matrix } = GATES[name];
  const values = manyAngles(name, 0.7);
  expect(distance(controlledMatrix(target(...values), controls), matrix(...values))).toBe(0);
});

test.each(names)("%s depends on an angle exactly if it takes one", (name) => {
  const values = manyAngles(name, 0.3);
  for (let k = 0; k < values.length; k++)
    expect(distance(gate(name, ...values), gate(name, ...values.with(k, 2.1)))).toBeGreaterThan(0.1);
  expect(GATES[name].matrix).toSatisfy((matrix) => values.length > 0 || distance(matrix(1), matrix(2)) === 0);
});

const one = identity(2);
const cis = (radians: number) => [Math.cos(radians), Math.sin(radians)] as const;
const flipped = (name: GateName) => product(gate("swap"), gate(name), gate("swap"));

// Nielsen and Chuang, sections 4.2 and 4.3; the first qubit named is the left factor of a Kronecker product.
test.each<[string, Matrix, Matrix]>([
  ["h x h = z", product(gate("h"), gate("x"), gate("h")), gate("z")],
  ["h y h = -y", product(gate("h"), gate("y"), gate("h")), scale([-1, 0], gate("y"))],
  ["x y = i z", product(gate("x"), gate("y")), scale([0, 1], gate("z"))],
  ["s s = z", product(gate("s"), gate("s")), gate("z")],
  ["t t = s", product(gate("t"), gate("t")), gate("s")],
  ["sx sx = x", product(gate("sx"), gate("sx")), gate("x")],
  ["h s h = sx", product(gate("h"), gate("s"), gate("h")), gate("sx")],
  ["s x sdg = y", product(gate("s"), gate("x"), gate("sdg")), gate("y")],
  ["cx = (1 h) cz (1 h)", product(kron(one, gate("h")), gate("cz"), kron(one, gate("h"))), gate("cx")],
  ["cy = (1 s) cx (1 sdg)", product(kron(one, gate("s")), gate("cx"), kron(one, gate("sdg"))), gate("cy")],
  ["cz is symmetric", flipped("cz"), gate("cz")],
  ["swap = cx xc cx", product(gate("cx"), flipped("cx"), gate("cx")), gate("swap")],
  ["swap (x 1) swap = 1 x", product(gate("swap"), kron(gate("x"), one), gate("swap")), kron(one, gate("x"))],
  ["p(pi/4) = t", gate("p", Math.PI / 4), gate("t")],
  ["cp(pi) = cz", gate("cp", Math.PI), gate("cz")],
  ["p(a) = e^{ia/2} rz(a)", scale([Math.cos(0.35), Math.sin(0.35)], gate("rz", 0.7)), gate("p", 0.7)],
  ["U = e^{i(a+b+c)/2} u3", scale(cis(1.5), gate("u3", 0.5, 1.3, 1.2)), gate("U", 0.5, 1.3, 1.2)],
  ["u3 = rz ry rz", product(gate("rz", 1.3), gate("ry", 0.5), gate("rz", 1.2)), gate("u3", 0.5, 1.3, 1.2)],
  ["U(pi/2, 0, pi) = e^{i pi/4} h", scale(cis(Math.PI / 4), gate("h")), gate("U", Math.PI / 2, 0, Math.PI)],
  ["u2(a, b) = u3(pi/2, a, b)", gate("u2", 0.4, 0.9), gate("u3", Math.PI / 2, 0.4, 0.9)],
  ["rz(a) = e^{-ia/2} U(0, 0, a)", scale(cis(-0.35), gate("U", 0, 0, 0.7)), gate("rz", 0.7)],
  [
    "cu = (p(d - a/2) 1) controlled U",
    product(kron(gate("p", 0.3 - 0.25), one), controlledMatrix(gate("U", 0.5, 1.3, 1.2))),
    gate("cu", 0.5, 1.3, 1.2, 0.3),
  ],
  ["ccx = controlled cx", controlledMatrix(gate("cx")), gate("ccx")],
  ["cswap = controlled swap", controlledMatrix(gate("swap")), gate("cswap")],
  ["crx = controlled rx", controlledMatrix(gate("rx", 0.8)), gate("crx", 0.8)],
  ["rzz = cx (1 rz) cx", product(gate("cx"), kron(one, gate("rz", 0.7)), gate("cx")), gate("rzz", 0.7)],
])("%s", (_law, left, right) => {
  expect(distance(left, right)).toBeLessThan(1e-15);
});

test("the first qubit of cx controls the second", () => {
  expect(gate("cx").map((row) => row.findIndex(([re]) => re === 1))).toEqual([0, 1, 3, 2]);
});

test.each<[GateName, Matrix]>([
  ["rx", gate("x")],
  ["ry", gate("y")],
  ["rz", gate("z")],
  ["rxx", kron(gate("x"), gate("x"))],
  ["ryy", kron(gate("y"), gate("y"))],
  ["rzz", kron(gate("z"), gate("z"))],
])("%s is the series of exp(-i theta/2 P)", (name, word) => {
  for (const theta of angles) {
    let term = identity(word.length);
    let series = term;
    for (let order = 1; order < 40; order++) {
      term = scale([0, -theta / 2 / order], product(term, word));
      series = series.map((row, r) => row.map((one, c) => add(one, term[r]?.[c] ?? [NaN, 0])));
    }
    expect(distance(gate(name, theta), series)).toBeLessThan(1e-14);
  }
});
