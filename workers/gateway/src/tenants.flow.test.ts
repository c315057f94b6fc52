// The first administrator, tenants from their first key to their deletion, and what becomes of their runs.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAdministrator, makeKey, makeTenant, mintToken } from "../testing/administration.ts";
import { startTestDeployment, type Answer, type Call, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
let administrator: string;
beforeAll(async () => {
  deployment = await startTestDeployment();
  administrator = (await makeAdministrator(deployment)).key;
});
afterAll(() => deployment.stop());

const call = (method: string, path: string, options?: Call): Promise<Answer> => deployment.call(method, path, options);
const asAdministrator = (method: string, path: string, body?: unknown) =>
  call(method, path, { key: administrator, ...(body !== undefined && { body }) });
const codeOf = ({ status, body }: Answer) => `${status} ${body["code"]}`;

describe("a setup token", () => {
  const setUp = (token: string) => call("POST", "/v1/setup", { key: null, body: { token, name: "somebody" } });

  test("of two at once exactly one wins, and it is used up", async () => {
    await mintToken(deployment, "et_setup_race");
    const answers = await Promise.all([setUp("et_setup_race"), setUp("et_setup_race"), setUp("et_setup_race")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401]);
    expect(codeOf(await setUp("et_setup_race"))).toBe("401 auth.wrong-key");
    const { body } = answers.find(({ status }) => status === 201) as Answer;
    expect(body["key"]).toMatch(/^et_[0-9a-f]{40}$/);
    expect((await call("GET", "/v1/tenants", { key: String(body["key"]) })).status).toBe(200);
  });

  test("is over after its hour, and one that was never minted is not known", async () => {
    await mintToken(deployment, "et_setup_late", -1);
    expect(codeOf(await setUp("et_setup_late"))).toBe("401 auth.wrong-key");
    expect(codeOf(await setUp("et_setup_invented"))).toBe("401 auth.wrong-key");
  });
});

describe("an administrator", () => {
  test("creates tenants, lists them page by page, and finds none twice", async () => {
    for (const id of ["alpha", "beta"]) expect((await makeTenant(deployment, administrator, id)).key).toMatch(/^et_/);
    expect(codeOf(await asAdministrator("POST", "/v1/tenants", { id: "alpha", name: "again" }))).toBe(
      "409 tenant.exists",
    );
    expect(codeOf(await asAdministrator("POST", "/v1/tenants", { id: "administration", name: "x" }))).toBe(
      "409 tenant.exists",
    );
    const ids: string[] = [];
    for (let next: unknown = ""; next !== null;) {
      const { body } = await asAdministrator("GET", `/v1/tenants?limit=1${next === "" ? "" : `&cursor=${next}`}`);
      ids.push(...(body["items"] as { id: string }[]).map(({ id }) => id));
      next = body["next"];
    }
    expect(ids).toEqual(["alpha", "beta", "other", "own"]);
    expect((await asAdministrator("GET", "/v1/tenants/alpha")).body).toMatchObject({ id: "alpha", state: "active" });
    expect(codeOf(await asAdministrator("GET", "/v1/tenants/administration"))).toBe("404 tenant.not-found");
  });

  test("of two creations at once exactly one gives a key", async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => asAdministrator("POST", "/v1/tenants", { id: "race", name: "race" })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  test("reads nothing of a tenant's data, and cannot make a key that does", async () => {
    for (const path of ["twins", "datasets", "models", "runs", "credentials"])
      expect(codeOf(await asAdministrator("GET", `/v1/${path}`))).toBe("403 auth.scope-missing");
    for (const scope of ["*", "twins:read"])
      expect(codeOf(await asAdministrator("POST", "/v1/keys", { name: "more", scopes: [scope] }))).toBe(
        "403 auth.scope-missing",
      );
  });

  test("is no tenant: a tenant's key, whatever its scopes, reaches no tenants", async () => {
    const { key } = await makeTenant(deployment, administrator, "gamma");
    expect(codeOf(await call("GET", "/v1/tenants", { key }))).toBe("403 auth.scope-missing");
    const wide = await call("POST", "/v1/keys", { key, body: { name: "wide", scopes: ["tenants:write"] } });
    expect(codeOf(wide)).toBe("403 auth.scope-missing");
  });
});

const gauge = { id: "gauge-1", type: "broken.gauge@1" };
const ask = (key: string, capability: string, headers: Record<string, string> = {}, more: object = {}) =>
  call("POST", "/v1/runs", {
    key,
    headers,
    body: { capability: `broken.${capability}@1`, subject: { kind: "twin", id: gauge.id }, ...more },
  });

describe("a deleted tenant", () => {
  const isGone = async (id: string) => (await asAdministrator("GET", `/v1/tenants/${id}`)).status === 404;

  test("goes with everything of it, also what is running; its id is free and nothing is found under it", async () => {
    const { key } = await makeTenant(deployment, administrator, "leaving");
    await call("POST", "/v1/twins", { key, body: gauge });
    const columns = [{ name: "who", role: "individual", unit: "1", values: [1] }];
    await call("POST", "/v1/datasets", { key, body: { title: "t", columns } });
    await call("PUT", "/v1/credentials/broken/token", { key, body: { value: "a secret of theirs" } });
    const ended = await ask(key, "healthy");
    expect(ended.body["state"]).toBe("succeeded");
    const running = await ask(key, "slow", { prefer: "wait=0", "idempotency-key": "again" });
    expect(running.status).toBe(202);

    expect((await asAdministrator("DELETE", "/v1/tenants/leaving")).body).toMatchObject({
      code: "request.invalid",
      at: "query confirm",
    });
    const deletion = await asAdministrator("DELETE", "/v1/tenants/leaving?confirm=leaving");
    expect(deletion).toMatchObject({ status: 202, body: { state: "deleting" } });
    expect(codeOf(await call("GET", "/v1/twins", { key }))).toBe("403 auth.tenant-suspended");
    expect(codeOf(await asAdministrator("POST", "/v1/tenants/leaving/resume"))).toBe("409 tenant.busy");
    expect(codeOf(await asAdministrator("POST", "/v1/tenants", { id: "leaving", name: "too soon" }))).toBe(
      "409 tenant.exists",
    );
    await expect.poll(() => isGone("leaving"), { timeout: 40_000, interval: 200 }).toBe(true);
    expect(codeOf(await call("GET", "/v1/twins", { key }))).toBe("401 auth.wrong-key");

    const gateway = deployment.harness.getWorker<{ INDEX: D1Database; BODIES: R2Bucket }>("eigentwin-gateway");
    const { INDEX, BODIES } = await gateway.getEnv();
    for (const table of ["tenant", "api_key", "twin", "dataset", "model", "run", "credential"]) {
      const column = table === "tenant" ? "id" : "tenant";
      const found = await INDEX.prepare(`SELECT count(*) AS rows FROM ${table} WHERE ${column} = 'leaving'`).first();
      expect({ table, ...found }).toEqual({ table, rows: 0 });
    }
    expect((await BODIES.list()).objects).toEqual([]);

    const { key: next } = await makeTenant(deployment, administrator, "leaving");
    for (const path of ["twins", "datasets", "models", "runs", "credentials"])
      expect((await call("GET", `/v1/${path}`, { key: next })).body).toEqual({ items: [], next: null });
    for (const path of ["twins/gauge-1", `runs/${ended.body["id"]}`, `runs/${running.body["id"]}`])
      expect((await call("GET", `/v1/${path}`, { key: next })).status).toBe(404);
    expect((await call("POST", "/v1/twins", { key: next, body: gauge })).body).toMatchObject({ revision: 1 });
    const again = await ask(next, "healthy", { "idempotency-key": "again" });
    expect(again.body).toMatchObject({ state: "succeeded", attempts: 1 });
    expect(again.body["id"]).toBe(running.body["id"]);
  });
});

describe("a suspended tenant", () => {
  test("answers nothing, begins no attempt, and goes on where it was once it is resumed", async () => {
    const { key } = await makeTenant(deployment, administrator, "pausing");
    await call("POST", "/v1/twins", { key, body: gauge });
    const budget = { money: 5, currency: "USD" };
    const begun = await ask(key, "patient", { prefer: "wait=0" }, { backend: "queueing", budget });
    const path = `/v1/runs/${begun.body["id"]}`;
    const stateOf = async () => (await call("GET", path, { key })).body["state"];
    await expect.poll(stateOf).toBe("waiting");
    expect((await asAdministrator("POST", "/v1/tenants/pausing/suspend")).body).toMatchObject({ state: "suspended" });
    for (const hidden of ["/v1/twins", path, "/v1/nowhere", "/v1/session"])
      expect(codeOf(await call("GET", hidden, { key }))).toBe("403 auth.tenant-suspended");
    expect(codeOf(await call("POST", "/v1/session", { key: null, body: { key } }))).toBe("403 auth.tenant-suspended");
    // Its backend has answered by then, and the next attempt is put off instead of begun.
    const storage = await deployment.harness
      .getWorker("eigentwin-runs")
      .getDurableObjectStorage("RunObject", { name: `pausing/${begun.body["id"]}` });
    const putOff = async () =>
      storage.exec("SELECT 1 FROM due WHERE work = 'attempt' AND at_ms > 1000 * unixepoch() + 2000");
    await expect.poll(putOff, { timeout: 20_000, interval: 250 }).toHaveLength(1);
    expect(await storage.exec("SELECT attempts, state FROM run")).toEqual([{ attempts: 1, state: "waiting" }]);
    expect((await asAdministrator("POST", "/v1/tenants/pausing/resume")).body).toMatchObject({ state: "active" });
    const resumedAt = new Date().toISOString();
    await expect.poll(stateOf, { timeout: 50_000, interval: 500 }).toBe("succeeded");
    const run = (await call("GET", path, { key })).body;
    expect(run).toMatchObject({ spent: { programs: 8 } });
    expect(String(run["finishedAt"]) > resumedAt).toBe(true);
  });
});

test("a key that a suspended tenant's key made is shut out with it", async () => {
  const { key } = await makeTenant(deployment, administrator, "delta");
  const { key: narrow } = await makeKey(deployment, key, { scopes: ["twins:read"] });
  expect((await call("GET", "/v1/twins", { key: narrow })).status).toBe(200);
  await asAdministrator("POST", "/v1/tenants/delta/suspend");
  expect(codeOf(await call("GET", "/v1/twins", { key: narrow }))).toBe("403 auth.tenant-suspended");
});
