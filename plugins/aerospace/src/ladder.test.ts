import { DEFAULT_FIT, heldOutOf } from "@eigentwin/algorithms";
import { defineCapability, definePlugin, unwrap } from "@eigentwin/core";
import { runInProcess } from "@eigentwin/core/in-process";
import * as v from "valibot";
import { expect, test } from "vitest";
import { crossValidateLadder, type HeldOutLadder } from "./ladder.ts";
import type { ObservedEngine } from "./observed.ts";
import { enginesIn } from "./testing/observed.ts";
import { wornCohort } from "./worn-cohort.ts";

/** A cross-validation with a grant of its own, by the predictor that is quickest. */
async function crossValidated(engines: readonly ObservedEngine[]): Promise<HeldOutLadder> {
  let ladder: HeldOutLadder | undefined;
  const probe = defineCapability({
    id: "probe.ladder@1",
    title: "Probe",
    subject: { kind: "dataset" },
    input: v.object({}),
    result: v.object({}),
    needs: {},
    patienceMs: 1000,
    async run(_, grant) {
      const fit = { ...DEFAULT_FIT, trees: 30 };
      const request = { engines, lifeCap: 125, folds: 2, cutsPerEngine: 3, every: 5, fit };
      ladder = await crossValidateLadder(request, ["boosting"], grant);
      return { result: {}, comparison: { kind: "not-compared", reason: "a probe" } };
    },
  });
  const plugin = definePlugin({ name: "probe", version: "0.0.0", contract: 1, title: "Probe", capabilities: [probe] });
  unwrap(await runInProcess({ plugin, capability: probe.id, input: {}, subject: { kind: "dataset", id: "none" } }));
  if (!ladder) throw new Error("not run");
  return ladder;
}

/** Other readings in the last 5 cycles, which no cut sees. */
const withOtherEnd = (engine: ObservedEngine): ObservedEngine => ({
  ...engine,
  readings: new Map(
    [...engine.readings].map(([name, values]) => [
      name,
      values.map((value, t) => (t < engine.cycles - 5 ? value : value * 1.01)),
    ]),
  ),
});

test("the answer for a held-out engine does not see its future, nor that of any engine held out with it", async () => {
  const engines = await enginesIn(wornCohort({ engines: 8 }));
  const byBoosting = async (all: readonly ObservedEngine[]) =>
    heldOutOf("boosting", (await crossValidated(all))["own-history"]);
  const before = await byBoosting(engines);
  const firstFold = new Set(before.individuals.slice(0, 12));
  const changed = engines.map((engine) => (firstFold.has(engine.id) ? withOtherEnd(engine) : engine));
  const after = await byBoosting(changed);
  expect(firstFold.size).toBe(4);
  expect(after.predicted.slice(0, 12)).toEqual(before.predicted.slice(0, 12));
  expect(after.predicted.slice(12)).not.toEqual(before.predicted.slice(12));
});

test("every engine is held out once, with its cuts, and answers stay within 0 and the cap", async () => {
  const ladder = await crossValidated(await enginesIn(wornCohort({ engines: 8 })));
  for (const rung of Object.values(ladder)) {
    const { individuals, predicted, truth } = heldOutOf("boosting", rung);
    expect([...individuals].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].flatMap((id) => [id, id, id]));
    for (const value of [...predicted, ...truth]) expect(0 <= value && value <= 125).toBe(true);
  }
});
