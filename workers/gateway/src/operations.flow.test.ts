// What the deployment tells of itself, over HTTP and real Workers.

import { afterAll, beforeAll, expect, test } from "vitest";
import { parseExposition, type Family } from "@eigentwin/metrics/testing";
import { makeAdministrator } from "../testing/administration.ts";
import { startTestDeployment, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
let administrator: string;
beforeAll(async () => {
  deployment = await startTestDeployment();
  administrator = (await makeAdministrator(deployment)).key;
});
afterAll(() => deployment?.stop());

async function scrape(): Promise<Map<string, Family>> {
  const response = await deployment.fetch("/metrics", { headers: { authorization: `Bearer ${administrator}` } });
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return parseExposition(await response.text());
}

const valueOf = (families: Map<string, Family>, name: string, labels: Record<string, string>): number =>
  families
    .get(name.replace(/_(count|bucket)$/, name.includes("seconds") ? "" : "_$1"))
    ?.samples.filter((sample) => sample.name === name)
    .find((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))?.value ?? 0;

const health = () => deployment.call("GET", "/healthz", { key: null });

test("a database without its tables is down, with 503, and up again with them", async () => {
  const { INDEX } = await deployment.harness.getWorker<{ INDEX: D1Database }>("eigentwin-gateway").getEnv();
  await INDEX.exec("ALTER TABLE tenant RENAME TO away");
  const { status, headers, body } = await health();
  expect(status).toBe(503);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(body).toMatchObject({
    state: "down",
    parts: {
      index: { state: "down" },
      twins: { state: "ok" },
      plugins: { reference: { state: "ok" } },
    },
  });
  expect(JSON.stringify(body)).not.toContain("tenant");
  await INDEX.exec("ALTER TABLE away RENAME TO tenant");
  await expect.poll(async () => (await health()).body["state"], { timeout: 20_000, interval: 500 }).toBe("ok");
});

test("every part answers: 200, and no key is needed", async () => {
  const { status, body } = await health();
  expect(status).toBe(200);
  const ok = { state: "ok" };
  expect(body).toMatchObject({
    state: "ok",
    parts: { index: ok, bodies: ok, twins: ok, runs: ok, system: ok, catalogue: ok, plugins: { statevector: ok } },
  });
});

test("health is asked without leaving anything behind", async () => {
  const tables = async (worker: string, kind: string, name: string) => {
    const storage = await deployment.harness.getWorker(worker).getDurableObjectStorage(kind, { name });
    return storage.exec("SELECT name FROM sqlite_master WHERE name = 'schema_step'");
  };
  await deployment.call("POST", "/v1/twins", { body: { id: "there", type: "broken.gauge@1" } });
  expect(await tables("eigentwin-twins", "TwinObject", "own/there")).toHaveLength(1);
  expect(await tables("eigentwin-twins", "TwinObject", "/healthz")).toEqual([]);
  expect(await tables("eigentwin-runs", "RunObject", "/healthz")).toEqual([]);
  expect(await tables("eigentwin-system", "VaultObject", "/healthz")).toEqual([]);
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

test("runs, their programs and the shots of their backend are counted", async () => {
  const capability = "broken.healthy@1";
  await deployment.call("POST", "/v1/runs", { body: { capability, subject: { kind: "twin", id: "there" } } });
  const ended = async () => valueOf(await scrape(), "eigentwin_runs_ended_total", { capability });
  await expect.poll(ended, { timeout: 20_000 }).toBe(1);
  const families = await scrape();
  expect(valueOf(families, "eigentwin_runs_accepted_total", { capability })).toBe(1);
  expect(families.get("eigentwin_runs")?.samples.reduce((sum, { value }) => sum + value, 0)).toBe(1);
  expect(valueOf(families, "eigentwin_twins", {})).toBeGreaterThanOrEqual(1);
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
