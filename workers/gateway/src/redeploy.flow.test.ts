// A plugin that is redeployed while a run is under way, and what was saved before: workerd starts anew over the same state.

import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestDeployment, type Answer, type TestDeployment } from "../testing/deployment.ts";

const broken = { binding: "PLUGIN_BROKEN", service: "eigentwin-broken" };
const released = { ...broken, main: "core/conformance/faulty/worker.ts" };
const next = { ...broken, main: "core/conformance/faulty/next/worker.ts" };

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment([released]);
  await call("POST", "/v1/twins", { id: "gauge-1", type: "broken.gauge@1" });
  await call("POST", "/v1/twins", { id: "tank-1", type: "broken.tank@1", properties: { place: "unknown" } });
  const points = [{ stream: "level", observedAt: "2026-01-01T00:00:00Z", value: 0.5 }];
  await call("POST", "/v1/twins/gauge-1/points", { points });
});
afterAll(() => deployment.stop());

const call = (method: string, path: string, body?: unknown, prefer = "wait=10"): Promise<Answer> =>
  deployment.call(method, path, { body, headers: { prefer } });
const ask = (capability: string, input = {}, more: { id?: string; prefer?: string; backend?: string } = {}) => {
  const { id = "gauge-1", prefer, ...asked } = more;
  const subject = { kind: "twin", id };
  const budget = { money: 5, currency: "USD" };
  return call("POST", "/v1/runs", { capability, subject, input, budget, ...asked }, prefer);
};
const ended = async (id: unknown) => (await call("GET", `/v1/runs/${id}?wait=60`)).body;
/** Eight programs, each of which queues. */
const begin = async (): Promise<unknown> => {
  const { body } = await ask("broken.patient@1", {}, { backend: "queueing", prefer: "wait=0" });
  await expect.poll(async () => spentBy(await watch(body["id"])), { timeout: 20_000 }).toBeGreaterThan(0);
  return body["id"];
};
const watch = async (id: unknown) => (await call("GET", `/v1/runs/${id}`)).body;
const spentBy = ({ spent }: Record<string, unknown>) => (spent as { programs: number }).programs;

test("the same version goes on with the run where it was, to the same digest", async () => {
  const undisturbed = await ended((await ask("broken.patient@1", {}, { backend: "queueing" })).body["id"]);
  const run = await begin();
  expect((await watch(run))["state"]).not.toBe("succeeded");
  await deployment.redeploy([released]);
  expect(await ended(run)).toMatchObject({
    state: "succeeded",
    resultDigest: undisturbed["resultDigest"],
    spent: { programs: 8 },
  });
});

test("another version does not: the run ends and says so, and what was saved before is still read", async () => {
  const model = ((await ask("broken.learn@1")).body["result"] as { model: string }).model;
  expect((await ask("broken.tank-seen@2", {}, { id: "tank-1" })).body["code"]).toBe("twin.upgrade-failed");
  const run = await begin();
  await deployment.redeploy([next]);

  expect(await ended(run)).toMatchObject({
    state: "failed",
    failure: {
      code: "run.plugin-changed",
      message: "plugin broken is no longer at 0.1.0, with which this run began",
      hint: "Start the run again.",
    },
  });
  expect((await ask("broken.healthy@1")).body).toMatchObject({ state: "succeeded", plugin: { version: "0.2.0" } });

  expect((await call("GET", `/v1/models/${model}`)).body).toMatchObject({
    pluginVersion: "0.1.0",
    format: "broken.fit@1",
    readBy: ["broken.recall@1", "broken.recall@2"],
  });
  expect((await ask("broken.recall@1", { model })).body).toMatchObject({
    state: "succeeded",
    plugin: { version: "0.2.0" },
    result: { slope: 0.5 },
  });

  const mended = await ask("broken.tank-seen@2", {}, { id: "tank-1" });
  expect(mended.body).toMatchObject({ state: "succeeded", result: { properties: { site: { name: "unknown" } } } });
  expect((await call("GET", "/v1/twins/tank-1")).body).not.toHaveProperty("upgrade");
});
