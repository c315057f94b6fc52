import { circuit } from "@eigentwin/core";
import { statevectorSimulator } from "@eigentwin/statevector/node";
import { expect, test } from "vitest";
import { branchByBranch, distanceOf, distributionBy } from "./distributions.ts";

const simulator = statevectorSimulator();
const turned = () => circuit(3, [], 4).add("ry", 0, 0.7).add("cx", [0, 2]).add("rx", 1, 1.9);

test.each([
  ["bits out of order, one unread", turned().measure(2, 0).measure(1, 3).build(), [0, 3]],
  ["a qubit that two bits read", turned().measure(0, 1).measure(0, 2).measure(1, 0).build(), [0, 1, 2]],
  ["a bit that is read again from another qubit", turned().measure(0, 1).measure(1, 1).build(), [1]],
  ["measured on the way", turned().measure(0, 0).add("h", 0).measure(0, 1).build(), [0, 1, 2, 3]],
])("%s: the simulator says what the reference says", async (_, of, bits) => {
  const found = await distributionBy(simulator, of);
  expect(found.bits).toEqual(bits);
  expect(found.probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  const { largest, total } = distanceOf(found, branchByBranch(of));
  expect(largest).toBeLessThan(1e-14);
  expect(total).toBeLessThan(1e-14);
});

test("a difference shows, and other bits cannot be compared", () => {
  const [even, skewed] = [{ bits: [0], probabilities: Float64Array.of(0.5, 0.5) }, turned().measure(0, 0).build()];
  expect(distanceOf(even, branchByBranch(skewed)).largest).toBeCloseTo(0.5 - Math.sin(0.35) ** 2, 12);
  expect(distanceOf(even, { ...even, bits: [1] }).largest).toBe(Infinity);
});
