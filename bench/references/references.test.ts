import { statevectorSimulator } from "@eigentwin/statevector/node";
import { expect, test } from "vitest";
import { errorOf, REFERENCES, TOLERANCE } from "./references.ts";

const simulator = statevectorSimulator();

// Those of 22 qubits take seconds: `npm run verify:statevector` has them all, by both builds.
test.each(REFERENCES.filter(({ qubits }) => qubits <= 20))("$name, $qubits qubits", async (reference) => {
  expect(errorOf(await reference.evaluate(simulator), reference)).toBeLessThan(TOLERANCE);
});
