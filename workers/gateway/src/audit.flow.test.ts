// The audit log: every write with its actor, in one chain that holds; changed by hand, the first broken link is named.

import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAdministrator, makeKey, makeTenant } from "../testing/administration.ts";
import { OTHER_KEY, OWN_KEY, startTestDeployment, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
interface Entry {
  number: number;
  by: string | null;
  action: string;
  target: string;
  path: string;
  outcome: string;
  digest: string | null;
}

const call = (method: string, path: string, body?: unknown, key = OWN_KEY) =>
  deployment.call(method, path, { key, ...(body !== undefined && { body }) });
const entries = async (query = "", key = OWN_KEY) =>
  (await call("GET", `/v1/audit?limit=200${query}`, undefined, key)).body["items"] as Entry[];
const told = ({ action, by, path, outcome }: Entry) => `${action} ${path} ${by} ${outcome}`;

beforeAll(async () => {
  deployment = await startTestDeployment();
});
afterAll(() => deployment.stop());

test("every write of a twin is in it, with who, where and a digest, and no value", async () => {
  const { key, id } = await makeKey(deployment, OWN_KEY, { scopes: ["twins:write"] });
  const at = "/v1/twins/gauge-1";
  await call("POST", "/v1/twins", { id: "gauge-1", type: "broken.gauge@1", properties: { place: "hidden place" } });
  await call("PUT", `${at}/desired/place`, "another place", key);
  await call(
    "POST",
    `${at}/points`,
    { points: [{ stream: "level", observedAt: "2026-01-01T00:00:00Z", value: 1 }] },
    key,
  );
  await call("PUT", `${at}/desired/place`, "another place", key);
  await deployment.call("DELETE", `${at}/desired`, { key, headers: { "if-match": "*" } });
  await expect
    .poll(async () => (await entries(`&target=${at}`)).map(told), { timeout: 10_000 })
    .toEqual([
      `twin.changed /desired ${id} done`,
      `points.appended /points ${id} done`,
      `twin.changed /desired/place ${id} done`,
      `twin.created  key_own done`,
    ]);
  const found = await entries(`&target=${at}`);
  for (const { digest } of found) expect(digest).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
  expect(JSON.stringify(found)).not.toContain("another");
  expect(JSON.stringify(found)).not.toContain("hidden");
});

test("what is done on a branch and by a hook is in it under the twin, with the hook as its author", async () => {
  const at = "/v1/twins/gauge-2";
  await call("POST", "/v1/twins", { id: "gauge-2", type: "broken.gauge@1" });
  await call("POST", `${at}/branches`, { name: "what-if" });
  await call("PUT", `${at}~what-if/desired/place`, "nowhere");
  const POINT = { points: [{ stream: "level", observedAt: "2026-01-01T00:00:00Z", value: 1 }] };
  await call("POST", `${at}~what-if/points`, POINT);
  const promotion = { key: OWN_KEY, headers: { "if-match": "*" } };
  expect((await deployment.call("POST", `${at}~what-if/promotion`, promotion)).status).toBe(200);
  const mapping = { twin: { id: "gauge-2" }, points: [{ stream: "level", value: { at: "/level" } }] };
  const { body } = await call("POST", "/v1/hooks", {
    id: "levels",
    verification: { by: "key" },
    mapping,
    messageId: { at: "/n" },
  });
  const { hook, secret } = body as unknown as { hook: { path: string }; secret: string };
  const sent = { key: null, body: { level: 2, n: 1 }, headers: { authorization: `Bearer ${secret}` } };
  expect((await deployment.call("POST", hook.path, sent)).status).toBe(200);
  await expect
    .poll(async () => (await entries(`&target=${at}`)).map(told), { timeout: 10_000 })
    .toEqual([
      "points.appended /points hook:levels done",
      "twin.changed /branches/what-if/promotion key_own done",
      "points.appended /points key_own done",
      "branch.changed /branches/what-if/points key_own done",
      "branch.changed /branches/what-if/desired/place key_own done",
      "branch.changed /branches/what-if key_own done",
      "twin.created  key_own done",
    ]);
  expect((await entries()).filter(({ target }) => target.includes("inbound"))).toEqual([]);
});

test("a run is in it from its question to its evidence", async () => {
  const question = { capability: "broken.healthy@1", subject: { kind: "twin", id: "gauge-1" } };
  const { body: run } = await call("POST", "/v1/runs", question);
  await expect
    .poll(async () => (await entries(`&target=/v1/runs/${String(run["id"])}`)).map(told), { timeout: 10_000 })
    .toEqual(["run.succeeded /evidence null done", "run.accepted  key_own done"]);
  const [ended] = await entries(`&target=/v1/runs/${String(run["id"])}`);
  expect(ended?.digest).toBe(run["evidenceDigest"]);
});

test("what no object tells of is in it before it is done, and with its outcome", async () => {
  await call("PUT", "/v1/credentials/broken/token", { value: "a secret that nobody is to read" });
  const refused = await call("PUT", "/v1/credentials/none/token", { value: "a secret" });
  const ofCredentials = (await entries()).filter(({ target }) => target.startsWith("/v1/credentials"));
  expect(ofCredentials.map(({ action, target, outcome }) => `${action} ${target} ${outcome}`)).toEqual([
    `PUT /v1/credentials/:plugin/:name /v1/credentials/none/token ${refused.status}`,
    "PUT /v1/credentials/:plugin/:name /v1/credentials/none/token asked",
    "PUT /v1/credentials/:plugin/:name /v1/credentials/broken/token 200",
    "PUT /v1/credentials/:plugin/:name /v1/credentials/broken/token asked",
  ]);
  expect(JSON.stringify(await entries())).not.toContain("a secret");
});

test("what an administrator does to a tenant stands in both logs", async () => {
  const administrator = await makeAdministrator(deployment);
  const tenant = await makeTenant(deployment, administrator.key, "watched");
  await call("POST", "/v1/tenants/watched/suspend", undefined, administrator.key);
  await call("POST", "/v1/tenants/watched/resume", undefined, administrator.key);
  const own = (await entries("", tenant.key)).map(({ action, by, outcome }) => `${action} ${by} ${outcome}`);
  expect(own).toContain(`POST /v1/tenants/:id/suspend ${administrator.id} 200`);
  const theirs = (await entries("", administrator.key)).map(({ action, outcome }) => `${action} ${outcome}`);
  expect(theirs).toEqual(
    expect.arrayContaining(["POST /v1/setup 201", "POST /v1/tenants 201", "POST /v1/tenants/:id/resume 200"]),
  );
});

test("it is read page by page, by who sees the whole tenant", async () => {
  const numbers: number[] = [];
  for (let next: unknown = ""; next !== null;) {
    const { body } = await call("GET", `/v1/audit?limit=3${next === "" ? "" : `&cursor=${String(next)}`}`);
    numbers.push(...(body["items"] as Entry[]).map(({ number }) => number));
    next = body["next"];
  }
  expect(numbers).toEqual(Array.from({ length: numbers[0] ?? 0 }, (_, at) => (numbers[0] ?? 0) - at));
  expect(numbers.length).toBeGreaterThan(6);
  const { key } = await makeKey(deployment, OWN_KEY, { scopes: ["*"], twinTypes: ["broken.gauge"] });
  expect(await call("GET", "/v1/audit", undefined, key)).toMatchObject({ status: 403 });
  expect(await entries("&target=/v1/twins/gauge-1", OTHER_KEY)).toEqual([]);
});

test("its chain holds, its head is signed, and what is changed by hand is found", async () => {
  const { body: whole } = await call("GET", "/v1/audit/verification");
  expect(whole).toMatchObject({ holds: true, broken: null, next: null });
  expect(JSON.parse(String(whole["statement"]))).toMatchObject({ tenant: "own", ...(whole["head"] as object) });
  expect(whole["signature"]).toMatchObject({ algorithm: "Ed25519" });
  const events = deployment.harness.getWorker("eigentwin-events");
  const storage = await events.getDurableObjectStorage("FeedObject", { name: "own" });
  await storage.exec("UPDATE audit SET actor = 'key_else' WHERE number = 3");
  expect((await call("GET", "/v1/audit/verification")).body).toMatchObject({
    holds: false,
    head: { number: 2 },
    broken: { number: 3 },
    signature: null,
  });
});
