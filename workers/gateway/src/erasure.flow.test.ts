// Erasure of a person: nothing answers any more, nothing is left in the index, the bodies, the feed or the deliveries; what
// stays is a receipt that can be checked, and an audit log that holds.

import { signatureFault, type PublicKey, type Signature } from "@eigentwin/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makeKey } from "../testing/administration.ts";
import { OTHER_KEY, OWN_KEY, startTestDeployment, type TestDeployment } from "../testing/deployment.ts";
import { startReceiver, type Receiver } from "../testing/receiver.ts";

let deployment: TestDeployment;
let receiver: Receiver;
const ID = "person-1";
const SECRET = "somebody whose name is nobody's business";
const call = (method: string, path: string, body?: unknown, key = OWN_KEY) =>
  deployment.call(method, path, { key, ...(body !== undefined && { body }), headers: { "eigentwin-purpose": "care" } });
const bindings = () =>
  deployment.harness.getWorker<{ INDEX: D1Database; BODIES: R2Bucket }>("eigentwin-gateway").getEnv();

const run = { id: "", about: "", dataset: "" };
let receipt: { id: string; receipt: string; signature: Signature; state: string };

beforeAll(async () => {
  deployment = await startTestDeployment();
  receiver = await startReceiver();
  await call("POST", "/v1/webhooks", { url: receiver.url });
  await call("POST", "/v1/twins", { id: "gauge-1", type: "broken.gauge@1" });
  await call("POST", "/v1/twins", { id: "gauge-2", type: "broken.gauge@1" });
  await call("POST", "/v1/twins", { id: ID, type: "broken.person@1", properties: { name: SECRET } });
  await call("PUT", `/v1/twins/${ID}/consent/care`);
  await call("POST", `/v1/twins/${ID}/points`, {
    points: [{ stream: "level", observedAt: "2026-01-01T00:00:00Z", value: 4711.5 }],
  });
  const question = { capability: "broken.check-up@1", purpose: "care" };
  const { body: asked } = await call("POST", "/v1/runs", { ...question, subject: { kind: "twin", id: ID } });
  run.about = String(asked["id"]);
  const gauge = { capability: "broken.healthy@1", subject: { kind: "twin", id: "gauge-1" } };
  run.id = String((await call("POST", "/v1/runs", gauge)).body["id"]);
  const { body: stored } = await call("POST", "/v1/datasets", {
    title: "a cohort",
    columns: [
      { name: "who", role: "individual", unit: "1", values: [1, 2, 2, 3] },
      { name: "heat", role: "feature", unit: "K", values: [10, 20, 21, 30] },
    ],
  });
  run.dataset = String(stored["id"]);
  const { INDEX } = await bindings();
  await INDEX.exec(
    `INSERT INTO run (tenant, id, capability, subject, state, acceptedAt) VALUES ('own', 'run_trained', 'x@1', '${run.dataset}', 'succeeded', '2026-01-01')`,
  );
  await INDEX.exec(
    `INSERT INTO model (tenant, id, title, plugin, pluginVersion, digest, bodyKey, run, verdict, synthetic, createdAt) VALUES ('own', 'model_trained', 'm', 'broken', '0.1.0', 'd', 'models/00', 'run_trained', '{"word":"worse"}', 0, '2026-01-01')`,
  );
  await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(6), { timeout: 20_000 });
});
afterAll(async () => {
  await deployment.stop();
  await receiver.stop();
});

const settled = async (location: string) => {
  await expect
    .poll(async () => (await call("GET", location)).body["state"], { timeout: 40_000, interval: 500 })
    .toBe("erased");
  return (await call("GET", location)).body as unknown as typeof receipt;
};

describe("erasing a person", () => {
  test("needs the id once more, and a key that may", async () => {
    expect(await call("POST", `/v1/twins/${ID}/erasure`, { confirm: "x" })).toMatchObject({ status: 422 });
    const { key } = await makeKey(deployment, OWN_KEY, { scopes: ["twins:write"] });
    const refused = await call("POST", `/v1/twins/${ID}/erasure`, { confirm: ID }, key);
    expect(refused).toMatchObject({ status: 403, body: { code: "auth.scope-missing" } });
    expect((await call("GET", `/v1/twins/${ID}`)).status).toBe(200);
  });

  test("it is as one that never was, from the answer on, to the last byte", async () => {
    const body = { confirm: ID, datasets: [{ id: run.dataset, individual: 2 }] };
    const begun = await call("POST", `/v1/twins/${ID}/erasure`, body);
    expect(begun).toMatchObject({
      status: 202,
      body: { twin: ID, twinType: "broken.person@1", requestedBy: "key_own" },
    });
    const paths = ["", "/properties", "/history", "/streams/level", "/consent", "/linked-from", "?revision=1"];
    for (const path of paths) {
      const [erased, never] = await Promise.all([ID, "person-0"].map((id) => call("GET", `/v1/twins/${id}${path}`)));
      expect(erased).toMatchObject({ status: 404, body: { code: "twin.not-found" } });
      expect(JSON.stringify(erased?.body)).toBe(JSON.stringify(never?.body));
    }
    expect((await call("POST", `/v1/twins/${ID}/erasure`, { confirm: ID })).status).toBe(404);
    receipt = await settled(String(begun.headers.get("location")));
  });

  test("nothing of it is left: runs, models, bodies, rows, events and deliveries", async () => {
    const { INDEX, BODIES } = await bindings();
    for (const [table, column] of Object.entries({ twin: "id", run: "subject", link: "source" })) {
      const { results } = await INDEX.prepare(`SELECT * FROM ${table} WHERE tenant = 'own' AND ${column} = ?`)
        .bind(ID)
        .all();
      expect(results, table).toEqual([]);
    }
    expect((await call("GET", `/v1/runs/${run.about}/evidence`)).status).toBe(404);
    const { objects } = await BODIES.list();
    expect(objects.filter(({ key }) => key.includes(ID) || key.includes(run.about))).toEqual([]);
    const { body: events } = { body: await told() };
    const about = events.filter(({ subject, type }) => subject === ID && type !== "twin.erased");
    expect(about).toEqual([]);
    expect(events.filter(({ subject }) => subject === ID)).toMatchObject([{ type: "twin.erased" }]);
    const { body: hooks } = await call("GET", "/v1/webhooks");
    const [{ id } = { id: "" }] = hooks["items"] as { id: string }[];
    const { body: log } = await call("GET", `/v1/webhooks/${id}/deliveries?limit=200`);
    const types = (log["items"] as { type: string }[]).map(({ type }) => type);
    expect(types).not.toContain("twin.consent-given");
    expect(types.filter((type) => type === "twin.created")).toHaveLength(2);
  });

  test("what is another's stays", async () => {
    expect((await call("GET", `/v1/runs/${run.id}`)).body).toMatchObject({ state: "succeeded" });
    expect((await call("GET", "/v1/twins/gauge-1")).status).toBe(200);
  });

  test("datasets that were named are without its rows, and models trained on them are marked", async () => {
    expect((await call("GET", `/v1/datasets/${run.dataset}`)).body).toMatchObject({ rows: 2 });
    const { body: model } = await call("GET", "/v1/models/model_trained");
    expect(model["erasedFromAt"]).toMatch(/^20/);
    const { BODIES } = await bindings();
    const { objects } = await BODIES.list({ prefix: `datasets/own/` });
    expect(objects).toHaveLength(1);
  });

  test("the receipt says what was done, holds nothing of the person, and is signed", async () => {
    expect(JSON.parse(receipt.receipt)).toMatchObject({
      schema: "urn:eigentwin:erasure:1",
      id: receipt.id,
      tenant: "own",
      twin: ID,
      requestedBy: "key_own",
      marked: ["model_trained"],
    });
    expect(receipt.receipt).toContain(run.about);
    for (const word of [SECRET, "4711"]) expect(receipt.receipt).not.toContain(word);
    const response = await deployment.fetch("/.well-known/eigentwin-keys.json");
    const { keys } = (await response.json()) as { keys: PublicKey[] };
    const key = keys.find(({ kid }) => kid === receipt.signature.keyId) as PublicKey;
    const bytes = new TextEncoder().encode(receipt.receipt);
    expect(await signatureFault(bytes, receipt.signature, key)).toBeUndefined();
    const other = new TextEncoder().encode(receipt.receipt.replace("own", "not"));
    expect(await signatureFault(other, receipt.signature, key)).toBeDefined();
  });

  test("its id is not used again, by nobody and by no way", async () => {
    const draft = { id: ID, type: "broken.person@1" };
    expect(await call("POST", "/v1/twins", draft)).toMatchObject({ status: 409, body: { code: "twin.erased" } });
    expect(await call("PUT", `/v1/twins/${ID}`, { type: draft.type })).toMatchObject({ status: 409 });
    const { body } = await call("POST", "/v1/twins/batch", { items: [{ create: draft }] });
    expect(body["items"]).toMatchObject([{ status: 409, problem: { code: "twin.erased" } }]);
    expect((await call("GET", `/v1/twins/${ID}`)).status).toBe(404);
    // Of another tenant it is free, as it always was.
    expect((await call("POST", "/v1/twins", draft, OTHER_KEY)).status).toBe(201);
  });

  test("a receipt is nobody's but the tenant's, and no key's of other twin types", async () => {
    expect((await call("GET", `/v1/erasures/${receipt.id}`, undefined, OTHER_KEY)).status).toBe(404);
    const { key } = await makeKey(deployment, OWN_KEY, { scopes: ["*"], twinTypes: ["broken.gauge"] });
    expect((await call("GET", `/v1/erasures/${receipt.id}`, undefined, key)).status).toBe(404);
    expect((await call("GET", "/v1/erasures", undefined, key)).body["items"]).toEqual([]);
    expect((await call("GET", "/v1/erasures")).body["items"]).toMatchObject([{ id: receipt.id, state: "erased" }]);
  });

  test("the audit log tells who did it, holds, and says nothing of the person", async () => {
    const { body } = await call("GET", `/v1/audit?target=/v1/twins/${ID}`);
    const actions = (body["items"] as { action: string; by: string | null }[]).map(
      ({ action, by }) => `${action} ${by}`,
    );
    expect(actions).toEqual([
      "twin.erased key_own",
      "finding.noted null",
      "points.appended key_own",
      "twin.consent-given key_own",
      "twin.created key_own",
    ]);
    const { body: ofRun } = await call("GET", `/v1/audit?target=/v1/runs/${run.about}`);
    expect((ofRun["items"] as { action: string }[]).map(({ action }) => action)).toEqual([
      "run.erased",
      "run.succeeded",
      "run.accepted",
    ]);
    const { body: all } = await call("GET", "/v1/audit?limit=200");
    expect(JSON.stringify(all)).not.toContain(SECRET);
    expect((await call("GET", "/v1/audit/verification")).body).toMatchObject({ holds: true, broken: null });
  });

  test("branches go with it, and so do runs about them and what is told of those", async () => {
    const id = "person-3";
    await call("POST", "/v1/twins", { id, type: "broken.person@1" });
    await call("PUT", `/v1/twins/${id}/consent/care`);
    await call("POST", `/v1/twins/${id}/branches`, { name: "what-if" });
    const subject = { kind: "twin", id: `${id}~what-if` };
    const { body: run } = await call("POST", "/v1/runs", { capability: "broken.check-up@1", subject, purpose: "care" });
    expect(run).toMatchObject({ state: "succeeded" });
    const other = await call("POST", "/v1/runs", { capability: "broken.check-up@1", subject, purpose: "research" });
    expect(other.body).toMatchObject({ code: "consent.not-given" });
    const isToldOf = async () => (await told()).some((one) => one.subject === subject.id);
    await expect.poll(isToldOf, { timeout: 10_000 }).toBe(true);
    const erasing = await call("POST", `/v1/twins/${id}/erasure`, { confirm: id });
    const done = await settled(String(erasing.headers.get("location")));
    expect(done.receipt).toContain(String(run["id"]));
    expect((await call("GET", `/v1/runs/${String(run["id"])}`)).status).toBe(404);
    expect(await isToldOf()).toBe(false);
  });

  test("a twin that goes while it is being asked about a run goes with that run", async () => {
    const id = "person-2";
    await call("POST", "/v1/twins", { id, type: "broken.person@1" });
    await call("PUT", `/v1/twins/${id}/consent/care`);
    const question = { capability: "broken.late-reader@1", subject: { kind: "twin", id }, purpose: "care" };
    const begun = await deployment.call("POST", "/v1/runs", { body: question, headers: { prefer: "wait=0" } });
    expect(begun.status).toBe(202);
    const erasing = await call("POST", `/v1/twins/${id}/erasure`, { confirm: id });
    const done = await settled(String(erasing.headers.get("location")));
    expect(done.receipt).toContain(String(begun.body["id"]));
    expect((await call("GET", `/v1/runs/${String(begun.body["id"])}`)).status).toBe(404);
  });
});

interface Told {
  subject?: string;
  type: string;
}

/** Everything that the feed holds. */
async function told(): Promise<Told[]> {
  const response = await deployment.fetch("/v1/events?lastEventId=0", {
    headers: { authorization: `Bearer ${OWN_KEY}` },
  });
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return [...new TextDecoder().decode(value).matchAll(/^data: (.+)$/gm)].map(
    ([, json = ""]) => JSON.parse(json) as Told,
  );
}
