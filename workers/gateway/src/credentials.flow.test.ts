// A tenant's credentials: stored, used by the backend that needs them, and found nowhere again.

import { afterAll, beforeAll, expect, test } from "vitest";
import { OTHER_KEY, startTestDeployment, type Answer, type Call, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
  await deployment.call("POST", "/v1/twins", { body: { id: "gauge-1", type: "broken.gauge@1" } });
});
afterAll(() => deployment.stop());

const call = (method: string, path: string, options?: Call): Promise<Answer> => deployment.call(method, path, options);
const SECRET = "canary & not told/9f3b";
const ask = () =>
  call("POST", "/v1/runs", {
    body: {
      capability: "broken.healthy@1",
      subject: { kind: "twin", id: "gauge-1" },
      backend: "indiscreet",
      budget: { money: 5, currency: "USD" },
    },
    headers: { prefer: "wait=30" },
  });

test("a backend is passed over while the tenant lacks what it needs", async () => {
  const answer = await ask();
  expect(answer).toMatchObject({ status: 422, body: { code: "backend.none-fits" } });
  expect(answer.body["hint"]).toContain("indiscreet: the tenant has stored no credential broken/token");
});

test("a credential is stored and replaced, listed without its value, and nobody else's", async () => {
  const put = (value: string) => call("PUT", "/v1/credentials/broken/token", { body: { value } });
  expect((await put("a first secret")).status).toBe(200);
  const stored = await put(SECRET);
  expect(stored.body).toEqual({ plugin: "broken", name: "token", updatedAt: stored.body["updatedAt"] });
  expect((await call("GET", "/v1/credentials")).body).toEqual({ items: [stored.body], next: null });
  expect((await call("GET", "/v1/credentials", { key: OTHER_KEY })).body["items"]).toEqual([]);
  expect((await put("short")).body).toMatchObject({ code: "request.invalid", at: "/value" });
});

test.each([
  ["elsewhere", "token", "param plugin"],
  ["broken", "tokens", "param name"],
  ["statevector", "token", "param plugin"],
])("a credential %s/%s that no backend takes is refused, with those that there are", async (plugin, name, at) => {
  const answer = await call("PUT", `/v1/credentials/${plugin}/${name}`, { body: { value: "a long secret" } });
  expect(answer).toMatchObject({ status: 422, body: { code: "request.invalid", at, hint: "There is broken/token." } });
});

test("the backend gets it, and what it says of it is not told or kept", async () => {
  const { body } = await ask();
  expect(body).toMatchObject({ state: "failed", executedBy: "indiscreet" });
  expect(body["failure"]).toMatchObject({
    message: "401 for Authorization: Bearer [redacted]",
    hint: "Is ?token=[redacted] right?",
  });
  const evidence = await call("GET", `/v1/runs/${body["id"]}/evidence`);
  const run = await call("GET", `/v1/runs/${body["id"]}`);
  const { INDEX } = await deployment.harness.getWorker<{ INDEX: D1Database }>("eigentwin-gateway").getEnv();
  const rows = await INDEX.prepare("SELECT * FROM credential").all();
  const written = JSON.stringify([body, evidence.body, run.body, rows.results]);
  for (const writing of [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString("base64")])
    expect(written).not.toContain(writing);
});

test("a deleted credential is gone, and its backend is passed over again", async () => {
  expect((await call("DELETE", "/v1/credentials/broken/token")).status).toBe(204);
  expect((await call("DELETE", "/v1/credentials/broken/token")).body["code"]).toBe("credential.not-found");
  expect((await ask()).body["code"]).toBe("backend.none-fits");
});
