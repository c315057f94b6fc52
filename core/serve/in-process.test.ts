import * as v from "valibot";
import { expect, test } from "vitest";
import { defineCapability, type Answer } from "../capability.ts";
import { columnOfRole, rowsByIndividual, type Column } from "../dataset.ts";
import { definePlugin } from "../plugin.ts";
import type { Grant } from "../grant.ts";
import { circuit } from "../program/circuit.ts";
import { pauli } from "../program/observable.ts";
import { batch } from "../program/program.ts";
import { memoryJournal } from "../run/journal.ts";
import { memoryBackend } from "../run/testing/memory-backend.ts";
import { runInProcess, type InProcessRun } from "./in-process.ts";

const comparison = { kind: "not-compared", reason: "nothing to compare" } as const;
const columns: Column[] = [
  { name: "engine", role: "individual", unit: "1" },
  { name: "t24", role: "feature", unit: "[degR]" },
];
const values = { engine: Float64Array.of(7, 7, 9), t24: Float64Array.of(641, 642, 643) };
const level = { observedAtMs: Float64Array.of(0, 1000, 2000, 3000), values: Float64Array.of(1, 2, 3, 4) };

function run(does: (grant: Grant, given: number) => Promise<unknown>, more: Partial<InProcessRun> = {}) {
  const plugin = definePlugin({
    name: "pump",
    version: "0.1.0",
    contract: 1,
    title: "Pumps",
    capabilities: [
      defineCapability({
        id: "pump.do@1",
        title: "Does as it is told",
        subject: { kind: "dataset" },
        input: v.number(),
        result: v.unknown(),
        needs: {},
        reads: ["pump.fit@1"],
        patienceMs: 1000,
        run: async (given, grant): Promise<Answer<unknown>> => ({ result: await does(grant, given), comparison }),
      }),
    ],
  });
  return runInProcess({
    budget: { money: 1000, currency: "USD" },
    plugin,
    capability: "pump.do@1",
    input: 1,
    subject: { kind: "dataset", id: "engines" },
    backend: memoryBackend(),
    streams: { level },
    datasets: [{ id: "engines", columns, values }],
    ...more,
  });
}
const resultOf = async (...given: Parameters<typeof run>) => {
  const outcome = await run(...given);
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.value.result;
};

const turned = circuit(2, ["a"]).add("ry", 0, "a").build();
const measure = async ({ backend, random }: Grant, angle: number) => {
  const observables = [[...pauli("XX"), ...pauli("ZI")]];
  const parameters = batch([[angle]]);
  const { values: found, standardErrors } = await backend.run({
    kind: "expectation",
    circuit: turned,
    parameters,
    observables,
  });
  return [random(), ...found, ...(standardErrors ?? [])];
};

test("the same seed gives the same answer to the last bit, another seed another", async () => {
  const first = await resultOf(measure, { seed: 4 });
  expect(await resultOf(measure, { seed: 4 })).toStrictEqual(first);
  expect(await resultOf(measure, { seed: 5 })).not.toEqual(first);
});

test("a kept journal answers in place of the backend", async () => {
  const [journal, backend] = [memoryJournal(), memoryBackend()];
  const first = await resultOf(measure, { journal, backend });
  expect(await resultOf(measure, { journal, backend })).toStrictEqual(first);
  expect(backend.submissions).toHaveLength(2);
});

test("a run that asks for less than its journal holds has diverged", async () => {
  const journal = memoryJournal();
  await run(measure, { journal });
  expect(await run(async () => 1, { journal })).toMatchObject({ failure: { code: "run.diverged" } });
});

test("a stream is cut from its first instant, inclusive, to its last, exclusive", async () => {
  const cut = (from?: string, to?: string) =>
    resultOf(async ({ stream }) =>
      Array.from((await stream("level", { ...(from && { from }), ...(to && { to }) })).values),
    );
  expect(await cut()).toEqual([1, 2, 3, 4]);
  expect(await cut("1970-01-01T00:00:01Z")).toEqual([2, 3, 4]);
  expect(await cut(undefined, "1970-01-01T00:00:01Z")).toEqual([1]);
  expect(await cut("1970-01-01T00:00:01Z", "1970-01-01T00:00:03Z")).toEqual([2, 3]);
});

test("a dataset is read by its columns and their roles", async () => {
  const result = await resultOf(async ({ dataset }) => {
    const table = await dataset("engines");
    const { name } = columnOfRole(table.info, "individual");
    const { engine, t24 } = await table.columns(["engine", "t24"]);
    return { name, rows: table.info.rows, groups: [...rowsByIndividual(engine)], last: t24.at(-1) };
  });
  expect(result).toEqual({
    name: "engine",
    rows: 3,
    groups: [
      [7, [0, 1]],
      [9, [2]],
    ],
    last: 643,
  });
});

test("a saved model can be loaded by a later run", async () => {
  const models: InProcessRun["models"] = new Map();
  const id = await resultOf(
    async ({ saveModel }) => (await saveModel({ title: "fit", format: "pump.fit@1", body: { slope: 2 } })).id,
    {
      models,
    },
  );
  expect(await resultOf(async ({ model }) => model(String(id)), { models })).toMatchObject({
    id,
    savedBy: { plugin: "pump", version: "0.1.0" },
    format: "pump.fit@1",
    body: { slope: 2 },
  });
});

test("a model of a format that the capability does not read is refused, with who saved it and what is read", async () => {
  const savedBy = { plugin: "other", version: "2.0.0" };
  const models = new Map([["m", { id: "m", savedBy, format: "other.net@3", digest: "", body: {} }]]);
  const outcome = await run(async ({ model }) => model("m"), { models });
  expect(outcome).toMatchObject({
    ok: false,
    failure: {
      code: "model.unreadable",
      message: "model m was saved by other 2.0.0 as other.net@3, which pump.do@1 does not read",
      hint: expect.stringContaining("pump.do@1 reads pump.fit@1"),
    },
  });
});

test.each(["other.fit@1", "pump.fit", "pump.Fit@1", "pump.fit@0", "fit@1", ""])(
  "a model is not saved as %j",
  async (format) => {
    const models: InProcessRun["models"] = new Map();
    const outcome = await run(async ({ saveModel }) => saveModel({ title: "fit", format, body: 1 }), { models });
    expect(outcome).toMatchObject({ ok: false, failure: { code: "plugin.broke-contract" } });
    expect(models.size).toBe(0);
  },
);

test.each<[string, (grant: Grant) => Promise<unknown>, string]>([
  ["stream", ({ stream }) => stream("none"), "stream.unknown"],
  ["dataset", ({ dataset }) => dataset("none"), "dataset.not-found"],
  ["column", async ({ dataset }) => (await dataset("engines")).columns(["none"]), "dataset.malformed"],
  ["model", ({ model }) => model("none"), "model.not-found"],
])("a %s that is not there is refused", async (_what, does, code) => {
  expect(await run(does)).toMatchObject({ ok: false, failure: { code } });
});

test("a backend that queues is not waited for", async () => {
  const backend = memoryBackend(() => ({ checks: 1 }));
  expect(await run(measure, { backend })).toMatchObject({ ok: false, failure: { code: "backend.unavailable" } });
});

test("without a backend, a program is refused", async () => {
  const outcome = await run(measure, { backend: undefined });
  expect(outcome).toMatchObject({ ok: false, failure: { code: "backend.none-fits" } });
});

test("progress is told as it is made", async () => {
  const told: [number, string][] = [];
  await run(({ progress }) => progress(0.5, "half"), { onProgress: (...one) => told.push(one) });
  expect(told).toEqual([[0.5, "half"]]);
});
