// What the deployment tells of itself, over HTTP and real Workers.

import { afterAll, beforeAll, expect, test } from "vitest";
import { parseExposition, type Family } from "@eigentwin/metrics/testing";
import { OTHER_KEY, OWN_KEY, startTestDeployment, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
});
afterAll(() => deployment?.stop());

async function scrape(): Promise<Map<string, Family>> {
  const response = await deployment.fetch("/metrics", { headers: { authorization: `Bearer ${OWN_KEY}` } });
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return parseExposition(await response.text());
}

const valueOf = (families: Map<string, Family>, name: string, labels: Record<string, string>): number =>
  families
    .get(name.replace(/_(count|bucket)$/, name.includes("seconds") ? "" : "_$1"))
    ?.samples.filter((sample) => sample.name === name)
    .find((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))?.value ?? 0;

test("every part answers: 200, nothing cached, no key needed", async () => {
  const { status, headers, body } = await deployment.call("GET", "/healthz", { key: null });
  expect(status).toBe(200);
  expect(headers.get("cache-control")).toBe("no-store");
  const ok = { state: "ok" };
  expect(body).toMatchObject({
    state: "ok",
    parts: { index: ok, bodies: ok, twins: ok, runs: ok, system: ok, catalogue: ok, plugins: { statevector: ok } },
  });
});

test("health is asked without leaving anything behind", async () => {
  for (const [worker, name] of [
    ["eigentwin-twins", "TwinObject"],
    ["eigentwin-runs", "RunObject"],
    ["eigentwin-system", "VaultObject"],
  ] as const) {
    const storage = await deployment.harness.getWorker(worker).getDurableObjectStorage(name, { name: "/healthz" });
    expect(await storage.exec("SELECT name FROM sqlite_master WHERE name = 'schema_step'")).toEqual([]);
  }
});

test("a request id that is well-formed is taken over, another is not; a problem of ours names it", async () => {
  const given = await deployment.call("GET", "/v1/twins", { headers: { "x-request-id": "mine-1" } });
  expect(given.headers.get("x-request-id")).toBe("mine-1");
  for (const bad of ["has space", "a".repeat(129), 'quote"', "semi;colon"]) {
    const { headers } = await deployment.call("GET", "/v1/twins", { headers: { "x-request-id": bad } });
    expect(headers.get("x-request-id")).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
  }
  const refused = await deployment.call("GET", "/v1/twins/nobody", { headers: { "x-request-id": "mine-2" } });
  expect(refused.body["requestId"]).toBeUndefined();
});

test("every answer tells its times, a refusal too", async () => {
  const refused = await deployment.call("GET", "/v1/twins", { key: null });
  expect(refused.headers.get("server-timing")).toMatch(/^total;dur=[\d.]+;desc="Total Response Time"|auth;dur=/);
  await deployment.call("POST", "/v1/twins", { body: { id: "timed", type: "aerospace.engine@1", properties: {} } });
  const read = await deployment.call("GET", "/v1/twins/timed");
  expect(read.headers.get("server-timing")).toMatch(/auth;dur=[\d.]+/);
  expect(read.headers.get("server-timing")).toMatch(/objects;dur=[\d.]+;desc="1 call"/);
  expect((await deployment.call("GET", "/nothing", { key: null })).headers.get("server-timing")).toContain("total");
});

test("requests are counted by pattern, and never by what was asked", async () => {
  const before = await scrape();
  const labels = { route: "/v1/twins/:id", method: "GET", status: "4xx" };
  for (const id of ["nobody-1", "nobody-2"]) await deployment.call("GET", `/v1/twins/${id}?secret=x`);
  await deployment.call("GET", "/nobody/knows", { key: null });
  const after = await scrape();
  expect(valueOf(after, "eigentwin_requests_total", labels) - valueOf(before, "eigentwin_requests_total", labels)).toBe(
    2,
  );
  expect(valueOf(after, "eigentwin_request_seconds_count", { route: "/v1/twins/:id" })).toBeGreaterThanOrEqual(2);
  expect(valueOf(after, "eigentwin_requests_total", { route: "none", status: "4xx" })).toBeGreaterThanOrEqual(1);
  expect(JSON.stringify([...after])).not.toMatch(/nobody|secret/);
});

test("metrics need a key", async () => {
  expect((await deployment.call("GET", "/metrics", { key: null })).status).toBe(401);
  expect((await deployment.fetch("/metrics", { headers: { authorization: `Bearer ${OTHER_KEY}` } })).status).toBe(200);
});

test("a batch of counts that comes twice counts once", async () => {
  const { METRICS } = await deployment.harness
    .getWorker<{ METRICS: DurableObjectNamespace }>("eigentwin-gateway")
    .getEnv();
  const object = METRICS.getByName("metrics") as unknown as { add(batch: object): Promise<void> };
  const series = JSON.stringify(["eigentwin_runs_accepted_total", "", "counted.twice@1"]);
  const batch = { isolate: "one", sequence: 1, deltas: [[series, 2]] };
  await object.add(batch);
  await object.add(batch);
  await object.add({ ...batch, sequence: 2 });
  await object.add({ ...batch, isolate: "two" });
  expect(valueOf(await scrape(), "eigentwin_runs_accepted_total", { capability: "counted.twice@1" })).toBe(6);
});
