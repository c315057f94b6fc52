import * as v from "valibot";
import { expect, test } from "vitest";
import { defineCapability, type Answer } from "../capability.ts";
import { fail, refuse, succeed } from "../failure.ts";
import { definePlugin } from "../plugin.ts";
import type { Grant } from "../grant.ts";
import { openAttempt } from "../run/attempt.ts";
import { memoryJournal } from "../run/journal.ts";
import { nothingSpent } from "../run/quote.ts";
import { grantFrom } from "./grant.ts";
import { runCapability } from "./run-capability.ts";

type Result = { values: number[] };
const comparison = { kind: "not-compared", reason: "nothing to compare" } as const;

const input = v.strictObject({
  horizon: v.optional(v.number(), 30),
  weights: v.optional(v.record(v.string(), v.array(v.number())), {}),
});

/** The outcome of a capability that does `run`; `run` may break every promise, as a plugin's author may. */
function outcomeOf(run: (input: unknown) => unknown, given: unknown = {}) {
  const plugin = definePlugin({
    name: "pump",
    version: "0.1.0",
    contract: 1,
    title: "Pumps",
    capabilities: [
      defineCapability({
        id: "pump.life@1",
        title: "Life",
        subject: { kind: "dataset" },
        input,
        result: v.strictObject({ values: v.array(v.number()) }),
        needs: {},
        patienceMs: 1000,
        run: async (checked) => (await run(checked)) as Answer<Result>,
      }),
    ],
  });
  return runCapability(plugin, "pump.life@1", given, grant());
}

/** A grant of a run without data: every read is refused. */
function grant(): Grant {
  const nothing = async () => refuse("dataset.not-found", "there is nothing");
  const ports = {
    stream: nothing,
    datasetInfo: nothing,
    datasetColumns: nothing,
    model: nothing,
    saveModel: nothing,
    progress: () => undefined,
  };
  const attempt = openAttempt(memoryJournal(), ports, {
    runId: "run-1",
    seed: 1,
    shots: 1,
    models: { plugin: "pump", capability: "pump.life@1", reads: ["pump.fit@1"] },
    backend: undefined,
    budget: undefined,
    spent: nothingSpent("USD"),
    spend: () => undefined,
    onLost: () => undefined,
    onAllWaiting: () => undefined,
  });
  const context = { subject: { kind: "dataset", id: "d" } as const, now: "", seed: 1, backend: undefined };
  return grantFrom(context, attempt.grant, new AbortController().signal);
}

test("an answer passes with all that belongs to it", async () => {
  const answer = {
    result: { values: [1] },
    comparison,
    parameters: { slope: { value: 1, standardDeviation: 0.1, unit: "1" } },
  };
  expect(await outcomeOf(() => answer)).toEqual(succeed(answer));
});

test("the capability gets its input checked, with defaults", async () => {
  let seen: unknown;
  await outcomeOf((checked) => (seen = checked), { weights: { a: [1] } });
  expect(seen).toEqual({ horizon: 30, weights: { a: [1] } });
});

const upsideDown = {
  quantity: "life",
  value: 3,
  unit: "h",
  interval: { lower: 4, upper: 2, coverage: 0.9 },
  expiresAt: "2026-01-01T00:00:00Z",
};

test.each<[unknown, string]>([
  [{ horizon: "long" }, "/input/horizon"],
  [{ weights: { a: [1, "2"] } }, "/input/weights/a/1"],
  [{ weights: { "a/b~c": [null] } }, "/input/weights/a~1b~0c/0"],
  [{ colour: "red" }, "/input/colour"],
  ["no object", "/input"],
  [null, "/input"],
])("the input %j is not run, and the pointer says where it is wrong", async (given, at) => {
  let ran = false;
  const outcome = await outcomeOf(() => (ran = true), given);
  expect(outcome).toMatchObject({ ok: false, failure: { code: "request.invalid", at } });
  expect(ran).toBe(false);
});

test.each<[string, unknown, string]>([
  ["a result of the wrong type", { result: { values: [1, "2"] }, comparison }, "pump.life@1 /result/values/1"],
  ["a result with a member too many", { result: { values: [], more: 1 }, comparison }, "pump.life@1 /result/more"],
  ["a result that is no number", { result: { values: [NaN] }, comparison }, "pump.life@1 /result/values/0"],
  ["nothing", undefined, "pump.life@1 /result"],
  ["no comparison", { result: { values: [] } }, "pump.life@1 /comparison"],
  [
    "an interval upside down",
    { result: { values: [] }, comparison, prediction: upsideDown },
    "pump.life@1 /prediction/interval",
  ],
])("%s breaks the contract, by the plugin's name and place", async (_what, answer, at) => {
  expect(await outcomeOf(() => answer)).toMatchObject({
    ok: false,
    failure: { code: "plugin.broke-contract", message: expect.stringContaining("pump"), at },
  });
});

test.each<[unknown, string]>([
  [new TypeError("tripped"), "TypeError: tripped"],
  ["a bare word", "a bare word"],
  [undefined, "undefined"],
])("what the plugin throws (%s) is its fault, with its name", async (thrown, words) => {
  const outcome = await outcomeOf(() => {
    throw thrown;
  });
  expect(outcome).toMatchObject({ ok: false, failure: { code: "plugin.broke-contract", at: "pump.life@1" } });
  expect(outcome).toMatchObject({ failure: { message: `plugin pump threw ${words}` } });
});

test("a refusal passes as it is", async () => {
  const outcome = await outcomeOf(() =>
    refuse("capability.refused", "too few cycles", { hint: "Wait.", at: "/input" }),
  );
  expect(outcome).toEqual(fail("capability.refused", "too few cycles", { hint: "Wait.", at: "/input" }));
});

test("what the host refuses reaches the caller as it is", async () => {
  const plugin = definePlugin({
    name: "pump",
    version: "0.1.0",
    contract: 1,
    title: "Pumps",
    capabilities: [
      defineCapability({
        id: "pump.read@1",
        title: "Reads",
        subject: { kind: "dataset" },
        input: v.object({}),
        result: v.object({}),
        needs: {},
        patienceMs: 1000,
        run: async (_input, { dataset }) => ({ result: await dataset("none"), comparison }),
      }),
    ],
  });
  expect(await runCapability(plugin, "pump.read@1", {}, grant())).toEqual(
    fail("dataset.not-found", "there is nothing"),
  );
});

test("what the plugin does not offer is refused", async () => {
  const plugin = definePlugin({ name: "pump", version: "0.1.0", contract: 1, title: "Pumps" });
  expect(await runCapability(plugin, "pump.life@1", {}, grant())).toMatchObject({
    failure: { code: "capability.not-found", message: expect.stringContaining("pump.life@1") },
  });
});
