// A person's twin is read for what it consents to, and for nothing else: by every route that tells something of it, and by
// runs, also by one that is under way.

import { afterAll, beforeAll, expect, test } from "vitest";
import { makeKey } from "../testing/administration.ts";
import { OWN_KEY, startTestDeployment, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
const ID = "person-1";
const at = `/v1/twins/${ID}`;
const POINT = { points: [{ stream: "level", observedAt: "2026-01-01T00:00:00Z", value: 1 }] };
const SECRET = "a name that nobody is to see";

const call = (method: string, path: string, purpose?: string, body?: unknown, key: string | null = OWN_KEY) =>
  deployment.call(method, path, {
    key,
    ...(body !== undefined && { body }),
    headers: { ...(purpose !== undefined && { "eigentwin-purpose": purpose }), "eigentwin-reason": "a form, page 2" },
  });
const question = { subject: { kind: "twin", id: ID } };

beforeAll(async () => {
  deployment = await startTestDeployment();
  await call("POST", "/v1/twins", undefined, { id: "gauge-1", type: "broken.gauge@1" });
  const links = { near: ["gauge-1"] };
  const draft = { id: ID, type: "broken.person@1", properties: { name: SECRET }, links };
  const made = await call("POST", "/v1/twins", undefined, draft);
  expect(made).toMatchObject({ status: 201, body: { id: ID, revision: 1 } });
  expect(JSON.stringify(made.body)).not.toContain(SECRET);
  expect((await call("POST", `${at}/points`, undefined, POINT)).status).toBe(200);
  const branch = await call("POST", `${at}/branches`, undefined, { name: "what-if" });
  expect(branch).toMatchObject({ status: 201, body: { id: `${ID}~what-if` } });
  expect(JSON.stringify(branch.body)).not.toContain(SECRET);
});
afterAll(() => deployment.stop());

const READS = [
  at,
  `${at}?revision=1`,
  `${at}/properties`,
  `${at}/properties/name`,
  `${at}/desired`,
  `${at}/links`,
  `${at}/links/near`,
  `${at}/links/near/gauge-1`,
  `${at}/linked-from`,
  `${at}/history`,
  `${at}/diff?from=1`,
  `${at}/streams/level`,
  `${at}/streams/level?every=PT1H`,
  `${at}/streams/level?points=10`,
  `${at}/branches`,
  ...["", "/properties", "/links", "/history", "/streams/level", "/promotion"].map((path) => `${at}~what-if${path}`),
];

const readings = async (purpose?: string) =>
  Promise.all(READS.map(async (path) => [path, (await call("GET", path, purpose)).status]));
const all = (status: number) => READS.map((path) => [path, status]);

test("nothing is read before anything was consented to", async () => {
  expect(await call("GET", at)).toMatchObject({ status: 403, body: { code: "consent.purpose-required" } });
  expect(await call("GET", at, "care")).toMatchObject({ status: 403, body: { code: "consent.not-given" } });
  expect(await readings()).toEqual(all(403));
  expect(await readings("care")).toEqual(all(403));
});

test("a purpose is allowed and withdrawn, each with who, when and why, as a revision", async () => {
  const given = await call("PUT", `${at}/consent/care`);
  expect(given).toMatchObject({ status: 200, body: { revision: 2 } });
  expect((await call("PUT", `${at}/consent/care`)).body).toMatchObject({ revision: 2 });
  expect(await readings("care")).toEqual(all(200));
  expect(await readings("research")).toEqual(all(403));
  expect(await readings()).toEqual(all(403));
  const { body: seen } = await call("GET", `${at}/consent`);
  expect(seen).toMatchObject({
    personal: true,
    allowed: [{ purpose: "care", by: "key_own" }],
    items: [{ purpose: "care", isAllowed: true, by: "key_own", reason: "a form, page 2", revision: 2 }],
  });
  expect((await call("DELETE", `${at}/consent/care`)).body).toMatchObject({ revision: 3 });
  expect(await readings("care")).toEqual(all(403));
  const { body: after } = await call("GET", `${at}/consent?limit=1`);
  expect(after).toMatchObject({ allowed: [], items: [{ isAllowed: false, revision: 3 }] });
  const { body: first } = await call("GET", `${at}/consent?cursor=${String(after["next"])}`);
  expect(first).toMatchObject({ items: [{ isAllowed: true, revision: 2 }], next: null });
  await call("PUT", `${at}/consent/care`);
  const { body: history } = await call("GET", `${at}/history`, "care");
  expect((history["items"] as { kind: string }[]).map(({ kind }) => kind)).toEqual([
    "consent-given",
    "consent-withdrawn",
    "consent-given",
    "created",
  ]);
});

test("what a write is answered with is a reading too, and writing needs no consent", async () => {
  const patch = (purpose?: string) =>
    deployment.call("PATCH", at, {
      body: { properties: { name: `${SECRET} ${purpose}` } },
      headers: {
        "content-type": "application/merge-patch+json",
        ...(purpose !== undefined && { "eigentwin-purpose": purpose }),
      },
    });
  const blind = await patch("marketing");
  expect(blind.status).toBe(200);
  expect(Object.keys(blind.body).sort()).toEqual(["id", "revision", "sequence", "updatedAt"]);
  expect((await patch("care")).body).toMatchObject({ properties: { name: `${SECRET} care` } });
});

test("a twin that links to others shows among their sources for a purpose alone", async () => {
  const sources = async (purpose?: string) =>
    (await call("GET", "/v1/twins/gauge-1/linked-from", purpose)).body["items"];
  await expect.poll(() => sources("care"), { timeout: 10_000 }).toMatchObject([{ id: ID, name: "near" }]);
  expect(await sources("marketing")).toEqual([]);
  expect(await sources()).toEqual([]);
});

test("a query finds persons by what is listed of them alone, and follows no link from or to one", async () => {
  const query = async (params: Record<string, string>) =>
    call("GET", `/v1/twins?${new URLSearchParams(params).toString()}`, "care");
  const type = "broken.person@1";
  expect((await query({ type, filter: `id = "${ID}"` })).body["items"]).toMatchObject([{ id: ID, type }]);
  const refused: Record<string, string>[] = [
    { filter: 'properties.name = "x"' },
    { filter: "streams.level.value > 0" },
    { sort: "streams.level.value" },
    { fields: 'predictions."broken.check-up@1".value' },
  ];
  for (const asked of refused)
    expect(await query({ type, ...asked })).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining("nothing of a person is searched") },
    });
  expect((await query({ filter: 'linked to "gauge-1"' })).body["items"]).toEqual([]);
  expect((await query({ filter: `linked from "${ID}"` })).body["items"]).toEqual([]);
});

test("a key of one purpose need not state it, states no other, and makes no key that does", async () => {
  const { key } = await makeKey(deployment, OWN_KEY, { scopes: ["*"], purposes: ["care"] });
  expect((await call("GET", at, undefined, undefined, key)).status).toBe(200);
  const other = await call("GET", at, "research", undefined, key);
  expect(other).toMatchObject({ status: 403, body: { code: "auth.purpose-not-allowed" } });
  const wider = await call("POST", "/v1/keys", undefined, { name: "w", scopes: ["*"], purposes: ["research"] }, key);
  expect(wider).toMatchObject({ status: 403, body: { at: "/purposes" } });
  const same = await call("POST", "/v1/keys", undefined, { name: "s", scopes: ["*"] }, key);
  expect(same).toMatchObject({ status: 201, body: { purposes: ["care"] } });
});

test("what is no person's asks for no purpose, and nobody's consent is kept for it", async () => {
  expect((await call("GET", "/v1/twins/gauge-1")).status).toBe(200);
  expect((await call("GET", "/v1/twins/gauge-1/consent")).body).toMatchObject({ personal: false, allowed: [] });
  const refused = await call("PUT", "/v1/twins/gauge-1/consent/care");
  expect(refused).toMatchObject({ status: 409, body: { code: "twin.not-personal" } });
});

test("a run states its purpose, and is read for it as long as the person consents", async () => {
  const ask = (purpose?: string, capability = "broken.check-up@1") =>
    call("POST", "/v1/runs", undefined, { capability, ...question, ...(purpose !== undefined && { purpose }) });
  expect(await ask()).toMatchObject({ status: 403, body: { code: "consent.purpose-required" } });
  expect(await ask("research")).toMatchObject({ status: 403, body: { code: "consent.not-given" } });
  const { status, body } = await ask("care");
  expect({ status, body }).toMatchObject({ status: 200, body: { state: "succeeded", purpose: "care" } });
  expect(body["result"]).toBeDefined();
  const run = `/v1/runs/${String(body["id"])}`;
  const readRun = async () =>
    Promise.all(
      ["", "/bundle", "/events", "/evidence"].map(
        async (part) =>
          (await deployment.fetch(`${run}${part}`, { headers: { authorization: `Bearer ${OWN_KEY}` } })).status,
      ),
    );
  expect(await readRun()).toEqual([200, 200, 200, 200]);
  expect(
    await (await deployment.fetch(`${run}/evidence`, { headers: { authorization: `Bearer ${OWN_KEY}` } })).json(),
  ).toMatchObject({ purpose: "care" });
  await call("DELETE", `${at}/consent/care`);
  // What it was asked, and that it was, stays on record; what it found is not read any more.
  expect(await readRun()).toEqual([403, 403, 403, 200]);
  expect(await ask("care")).toMatchObject({ status: 403, body: { code: "consent.not-given" } });
  const cancelled = await call("POST", `${run}/cancel`);
  expect(cancelled).toMatchObject({ status: 200, body: { state: "succeeded" } });
  expect(cancelled.body["result"]).toBeUndefined();
  await call("PUT", `${at}/consent/care`);
  expect(await readRun()).toEqual([200, 200, 200, 200]);
});

test("a run that is under way reads nothing more once consent is withdrawn", async () => {
  const body = { capability: "broken.late-reader@1", ...question, purpose: "care" };
  const begun = await deployment.call("POST", "/v1/runs", { body, headers: { prefer: "wait=0" } });
  expect(begun.status).toBe(202);
  await call("DELETE", `${at}/consent/care`);
  const evidence = `/v1/runs/${String(begun.body["id"])}/evidence`;
  await expect
    .poll(async () => (await deployment.call("GET", evidence)).body, { timeout: 20_000 })
    .toMatchObject({ outcome: { state: "failed", failure: { code: "consent.not-given" } } });
  await call("PUT", `${at}/consent/care`);
});
