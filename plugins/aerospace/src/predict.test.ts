import { digest, unwrap, type SavedModel, type Series } from "@eigentwin/core";
import { runInProcess } from "@eigentwin/core/in-process";
import { statevectorBackend } from "@eigentwin/statevector/node";
import * as v from "valibot";
import { beforeAll, expect, test } from "vitest";
import { RUNGS } from "./features.ts";
import { openModel } from "./model.ts";
import { aerospacePlugin } from "./plugin.ts";
import { remainingLife } from "./predict.ts";
import { streamsOf } from "./testing/observed.ts";
import { trained } from "./testing/trained.ts";
import { wornCohort } from "./worn-cohort.ts";

interface Result {
  remainingCycles: number;
  interval: { lower: number; upper: number; coverage: number };
  answeredBy: string;
  cycle: number;
  capped: boolean;
  alternatives?: { rung: string; predictor: string; kind: string; value: number; lower: number; upper: number }[];
}

let models = new Map<string, SavedModel>();
beforeAll(async () => {
  ({ models } = await trained());
}, 60_000);

/** Engine 20 of a larger cohort, which was not trained on, seen for so many cycles. */
const engine = (until: number): Record<string, Series> => streamsOf(wornCohort({ engines: 20, until }))[19] ?? {};

const asked = (streams: Record<string, Series>, input: Record<string, unknown> = {}, seed = 1) =>
  runInProcess({
    plugin: aerospacePlugin,
    capability: "aerospace.remaining-life@1",
    input: { model: "model-1", ...input },
    subject: { kind: "twin", id: "t", type: "aerospace.engine@1", revision: 1, properties: {} },
    backend: statevectorBackend(),
    streams,
    models,
    seed,
  });
const answerOf = async (...args: Parameters<typeof asked>) => {
  const answer = unwrap(await asked(...args));
  return { ...answer, result: answer.result as Result };
};
const failureOf = async (...args: Parameters<typeof asked>) => {
  const outcome = await asked(...args);
  return outcome.ok ? undefined : outcome.failure;
};

test("one engine is answered with an interval, an expiry of its own clock and its own parameters", async () => {
  const { result, prediction, parameters, comparison } = await answerOf(engine(70));
  expect(v.is(remainingLife.result, result)).toBe(true);
  expect(result.cycle).toBe(70);
  expect(result.alternatives).toBeUndefined();
  const { lower, upper } = result.interval;
  expect(0 <= lower && lower <= upper && upper <= 125).toBe(true);
  expect(prediction).toMatchObject({
    quantity: "remaining life",
    unit: "{cycle}",
    value: result.remainingCycles,
    interval: result.interval,
  });
  // cycle 70 is placed 70 days after the start, and 10 cycles are 10 days
  expect(prediction?.expiresAt).toBe(new Date(Date.parse("2026-01-01T00:00:00Z") + 80 * 86_400_000).toISOString());
  expect(parameters?.healthOffset).toMatchObject({ unit: "1" });
  expect(parameters?.healthRate?.value).toBeLessThan(0);
  expect(parameters?.healthRate?.standardDeviation).toBeGreaterThan(0);
  expect(comparison).toEqual({ kind: "inherited", modelId: "model-1" });
});

test("the answer falls as the engine wears", async () => {
  const whole = engine(Infinity).cycle?.values.length ?? 0;
  const early = await answerOf(engine(whole - 60));
  const late = await answerOf(engine(whole - 5));
  expect(late.result.remainingCycles).toBeLessThan(early.result.remainingCycles - 15);
  expect(late.result.remainingCycles).toBeLessThan(40);
});

test("every rung and chosen predictor on request, the main answer among them", async () => {
  const { result } = await answerOf(engine(70), { alternatives: true });
  expect(result.alternatives).toHaveLength(9);
  expect(result.alternatives?.filter(({ kind }) => kind === "quantum")).toHaveLength(3);
  expect(result.alternatives).toContainEqual(
    expect.objectContaining({ rung: "own-history", predictor: result.answeredBy, value: result.remainingCycles }),
  );
  for (const { lower, upper } of result.alternatives ?? [])
    expect(0 <= lower && lower <= upper && upper <= 125).toBe(true);
});

test("another rung and predictor can be named", async () => {
  const { result } = await answerOf(engine(70), { rung: "recent-window", predictor: "boosting" });
  expect(result).toMatchObject({ rung: "recent-window", answeredBy: "boosting" });
});

test("the verdict of the model is inherited by what it compared, and by nothing else", async () => {
  const saved = models.get("model-1");
  if (!saved) throw new Error("nothing was saved");
  const { rungs, compared } = openModel(saved);
  const offered = rungs[0]?.answers.map(({ fitted }) => fitted.kind) ?? [];
  expect(offered).toHaveLength(3);
  for (const rung of RUNGS)
    for (const predictor of offered) {
      const { comparison } = await answerOf(engine(70), { rung, predictor });
      const isCompared = rung === "own-history" && Object.values(compared).includes(predictor);
      expect(comparison).toEqual(
        isCompared
          ? { kind: "inherited", modelId: "model-1" }
          : { kind: "not-compared", reason: expect.stringContaining(`${predictor} on ${rung} answers`) },
      );
    }
});

test("the same streams and model give the same answer, whatever the seed", async () => {
  const once = await digest((await answerOf(engine(90), { alternatives: true })).result);
  expect(await digest((await answerOf(engine(90), { alternatives: true })).result)).toBe(once);
  expect(await digest((await answerOf(engine(90), { alternatives: true }, 7)).result)).toBe(once);
});

test("what cannot be answered is refused", async () => {
  expect(await failureOf(engine(29))).toMatchObject({
    code: "capability.refused",
    message: expect.stringContaining("29 cycles"),
  });
  const streams = engine(60);
  const T50 = streams.T50 ?? { observedAtMs: new Float64Array(), values: new Float64Array() };
  const shorter = { ...streams, T50: { observedAtMs: T50.observedAtMs.slice(1), values: T50.values.slice(1) } };
  expect(await failureOf(shorter)).toMatchObject({ code: "capability.refused", at: "stream T50" });
  const moved = { ...streams, T50: { ...T50, observedAtMs: T50.observedAtMs.map((at) => at + 1) } };
  expect(await failureOf(moved)).toMatchObject({ code: "capability.refused", at: "stream T50" });
  const late = Object.fromEntries(
    Object.entries(streams).map(([name, one]) => [
      name,
      { observedAtMs: one.observedAtMs.slice(5), values: one.values.slice(5) },
    ]),
  );
  expect(await failureOf(late)).toMatchObject({
    code: "capability.refused",
    message: expect.stringContaining("cycle 6 where 1 is due"),
  });
  expect(await failureOf(streams, { model: "model-9" })).toMatchObject({ code: "model.not-found" });
  const savedBy = { plugin: "other", version: "1.0.0" };
  models.set("model-8", { id: "model-8", savedBy, format: "other.model@1", digest: "", body: {} });
  expect(await failureOf(streams, { model: "model-8" })).toMatchObject({
    code: "model.unreadable",
    at: "/input/model",
  });
  const [kernel] = ["rbf", "matern52"].filter(
    (kind) => !JSON.stringify(models.get("model-1")?.body).includes(`"kind":"${kind}"`),
  );
  expect(await failureOf(streams, { predictor: kernel })).toMatchObject({
    code: "capability.refused",
    at: "/input/predictor",
  });
});
