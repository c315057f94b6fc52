import {
  NO_SECRETS,
  circuit,
  lower,
  manifestOf,
  noParameters,
  randomFrom,
  type Program,
  type ProgramResult,
} from "@eigentwin/core";
import { expect, test } from "vitest";
import { statevectorBackend } from "./node.ts";
import { randomBatch, randomCircuit, randomObservable } from "./testing/random-circuit.ts";

const backend = statevectorBackend();
const random = randomFrom(10);
const prepare = randomCircuit(random, 4, 25);
const sample = { kind: "sample", circuit: prepare, parameters: randomBatch(random, 3), shots: 50 } as const;

async function resultOf(program: Program, key = "key"): Promise<ProgramResult> {
  const submission = await backend.submit(program, key, NO_SECRETS);
  if (submission.state !== "done") throw new Error(`not done: ${JSON.stringify(submission)}`);
  return submission.result;
}

test("describes itself as exact and free", async () => {
  const description = await backend.describe();
  expect(description).toMatchObject({
    name: "statevector",
    qubits: 22,
    exact: true,
    sameSeedSameAnswer: true,
    submission: "once",
  });
  expect(description.prices).toMatchObject({ perProgram: 0, perShot: 0 });
});

test("a quote is pure, and counts shots over all rows", async () => {
  const quote = await backend.quote(sample);
  expect(quote).toEqual(await backend.quote(sample));
  expect(quote).toMatchObject({ ok: true, value: { money: 0, qubits: 4, shots: 150 } });
  expect(quote.ok && quote.value.seconds).toBeGreaterThan(0);
  const chain = circuit(2).add("h", 0).add("cx", [0, 1]).add("h", 0).add("h", 1).build();
  expect(await backend.quote({ ...sample, circuit: chain, parameters: noParameters })).toMatchObject({
    value: { depth: 3 },
  });
});

test("what is refused fails as data, in quote and submit alike", async () => {
  const tooLarge = { ...sample, circuit: circuit(23).build(), parameters: noParameters };
  const quote = await backend.quote(tooLarge);
  const submission = await backend.submit(tooLarge, "key", NO_SECRETS);
  expect(quote).toMatchObject({ ok: false, failure: { code: "backend.refused" } });
  expect(submission).toMatchObject({ state: "failed", failure: quote.ok ? {} : quote.failure });
});

test("a repeated submission gives the same answer, by seed or else by key", async () => {
  expect(await resultOf({ ...sample, seed: 1 }, "a")).toEqual(await resultOf({ ...sample, seed: 1 }, "b"));
  expect(await resultOf(sample, "a")).toEqual(await resultOf(sample, "a"));
  expect(await resultOf(sample, "a")).not.toEqual(await resultOf(sample, "b"));
  expect(await backend.find("a", NO_SECRETS)).toBeUndefined();
  expect(await backend.check({ id: "a" }, NO_SECRETS)).toMatchObject({ state: "failed" });
});

test("the plugin registers the backend and nothing else", async () => {
  const manifest = await manifestOf({
    name: "statevector",
    version: "0.1.0",
    contract: 1,
    title: "",
    backends: [backend],
  });
  expect(manifest.backends.map(({ name }) => name)).toEqual(["statevector"]);
});

// Over independent seeds, errors divided by their standard errors have mean square 1, and none exceeds 5.
test.each<Program>([
  {
    kind: "expectation",
    circuit: prepare,
    parameters: randomBatch(random, 4),
    observables: [6, 2].map((words) => randomObservable(random, 4, words)),
  },
  { kind: "overlap", circuit: gentle(), left: randomBatch(random, 3), right: randomBatch(random, 4) },
])("$kind lowered to samples agrees with exact, and its standard errors are right", async (program) => {
  const exact = valuesOf(await resultOf(program));
  const description = await backend.describe();
  const { programs, combine } = lower(program, { ...description, kinds: ["sample"] }, 2000);
  let squares = 0;
  let count = 0;
  for (let repeat = 0; repeat < 60; repeat++) {
    const results = await Promise.all(programs.map((one, index) => resultOf(one, `${repeat}/${index}`)));
    const { values, standardErrors } = valuesOf(combine(results));
    values.forEach((value, at) => {
      const error = (value - (exact.values[at] ?? Number.NaN)) / (standardErrors?.[at] ?? Number.NaN);
      expect(Math.abs(error)).toBeLessThan(5);
      squares += error * error;
      count += 1;
    });
  }
  // Neighbouring values share shots, so the mean of squares scatters more than sqrt(2 / count).
  expect(Math.abs(squares / count - 1)).toBeLessThan(0.25);
});

function valuesOf(result: ProgramResult) {
  if (!("values" in result)) throw new Error(`${result.kind} has no values`);
  return result;
}

/** Small angles: no overlap is so close to 0 or 1 that its distribution is far from normal. */
function gentle() {
  const builder = circuit(3, ["a", "b", "c"]);
  for (const [qubit, name] of ["a", "b", "c"].entries()) builder.add("ry", qubit, { of: { [name]: 0.3 } });
  return builder
    .add("cx", [0, 1])
    .add("rxx", [1, 2], { of: { a: 0.2, b: 0.1 } })
    .build();
}
