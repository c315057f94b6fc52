import { statevectorSimulator } from "@eigentwin/statevector/node";
import { expect, test } from "vitest";
import { randomGrid } from "../statevector/circuits.ts";
import { gridOf } from "./grid.ts";
import { errorOf, REFERENCES, TOLERANCE } from "./references.ts";

const simulator = statevectorSimulator();

// Those of 22 qubits take seconds: `npm run verify:statevector` has them all, by both builds.
test.each(REFERENCES.filter(({ qubits }) => qubits <= 20))("$name, $qubits qubits", async (reference) => {
  expect(errorOf(await reference.evaluate(simulator), reference)).toBeLessThan(TOLERANCE);
});

test("the whole grid is that of the bench", () => {
  expect(gridOf(5, 20)).toEqual(randomGrid(5));
});
