// `npm run verify:statevector`: every published value, by the plain and by the relaxed build.

import { hasRelaxedSimd } from "@eigentwin/statevector";
import { statevectorSimulator } from "@eigentwin/statevector/node";
import { fromHere, readArguments } from "../../scripts/arguments.ts";
import { publish } from "../../scripts/report.ts";
import { errorOf, REFERENCES, TOLERANCE } from "./references.ts";

const USAGE = `npm run verify:statevector -- [--json FILE]

The values of 20 workloads of 4 to 22 qubits, on which three other simulators agree, to 1e-9 of each (of 1, where it is
smaller).`;

const { json } = readArguments(USAGE, { options: { json: { type: "string" }, help: { type: "boolean" } } }).values;

const rows = [];
for (const relaxed of hasRelaxedSimd() ? [false, true] : [false]) {
  const simulator = statevectorSimulator(undefined, relaxed);
  for (const reference of REFERENCES) {
    const start = performance.now();
    const value = await reference.evaluate(simulator);
    rows.push({
      workload: reference.name,
      qubits: reference.qubits,
      build: relaxed ? "relaxed" : "plain",
      published: reference.value,
      value,
      error: errorOf(value, reference),
      milliseconds: performance.now() - start,
    });
  }
}

publish(
  {
    title: "State vector simulator against published values",
    columns: [
      { key: "workload" },
      { key: "qubits" },
      { key: "build" },
      { key: "published" },
      { key: "value", digits: 12 },
      { key: "error", digits: 12 },
      { key: "milliseconds", title: "ms", digits: 0 },
    ],
    rows,
    bars: [
      { name: "values", value: rows.length, atLeast: REFERENCES.length },
      { name: "largest error", value: Math.max(...rows.map(({ error }) => error)), atMost: TOLERANCE },
    ],
    notes: hasRelaxedSimd() ? [] : ["this engine knows no relaxed SIMD: the plain build alone was asked"],
  },
  { json: json && fromHere(json) },
);
