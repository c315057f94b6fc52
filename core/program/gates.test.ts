import { expect, test } from "vitest";
import { GATES, type GateName, type Matrix } from "./gates.ts";
import { dagger, distance, identity, kron, product, scale, sum } from "./testing/dense.ts";

const names = Object.keys(GATES) as GateName[];
const angles = [0, 0.3, -1.7, Math.PI, 5];
const gate = (name: GateName, theta = 0) => GATES[name].matrix(theta);

test.each(names)("%s is unitary, of its size, and undone by its inverse", (name) => {
  const { qubits, inverse } = GATES[name];
  for (const theta of angles) {
    const matrix = gate(name, theta);
    const undone = inverse === "negate" ? gate(name, -theta) : gate(inverse, theta);
    expect(matrix).toHaveLength(2 ** qubits);
    expect(distance(product(matrix, dagger(matrix)), identity(2 ** qubits))).toBeLessThan(1e-15);
    expect(distance(product(matrix, undone), identity(2 ** qubits))).toBeLessThan(1e-15);
  }
});

test.each(names)("%s depends on an angle exactly if it takes one", (name) => {
  expect(distance(gate(name, 0.3), gate(name, 1.4)) > 0.1).toBe(GATES[name].angles === 1);
});

const one = identity(2);
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
      series = sum(series, term);
    }
    expect(distance(gate(name, theta), series)).toBeLessThan(1e-14);
  }
});
