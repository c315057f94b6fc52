// Webhooks end to end: what happens to twins and runs comes to receivers on this machine, signed, in order, whatever other
// receivers do.

import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { OTHER_KEY, startTestDeployment, type TestDeployment } from "../testing/deployment.ts";
import { startReceiver, type Manner, type Received, type Receiver } from "../testing/receiver.ts";

let deployment: TestDeployment;
const receivers: Receiver[] = [];

beforeAll(async () => {
  deployment = await startTestDeployment();
});
afterAll(async () => {
  await deployment.stop();
  for (const receiver of receivers) await receiver.stop();
});

const call: TestDeployment["call"] = (...asked) => deployment.call(...asked);
const until = (assertion: () => unknown, timeout = 30_000) => vi.waitFor(assertion, { timeout, interval: 50 });

async function receiver(manner?: Manner): Promise<Receiver> {
  const made = await startReceiver(manner);
  receivers.push(made);
  return made;
}

interface Made {
  webhook: { id: string; state: string };
  secret: string;
}

async function subscribe(url: string, more: object = {}): Promise<Made> {
  const { status, body } = await call("POST", "/v1/webhooks", { body: { url, ...more } });
  expect(status, JSON.stringify(body)).toBe(201);
  const made = body as unknown as Made;
  await until(async () => expect((await call("GET", `/v1/webhooks/${made.webhook.id}`)).body["state"]).toBe("active"));
  return made;
}

let points = 0;
const append = async (id: string) => {
  const observedAt = new Date(1_700_000_000_000 + 1000 * (points += 1)).toISOString();
  const body = { points: [{ stream: "level", observedAt, value: points }] };
  expect((await call("POST", `/v1/twins/${id}/points`, { body })).status).toBe(200);
};
const create = async (id: string) =>
  expect((await call("POST", "/v1/twins", { body: { id, type: "broken.gauge@1" } })).status).toBe(201);

const isSignedBy = (secret: string, { headers, body }: Received): boolean => {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const wanted = `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
  return headers["webhook-signature"]?.split(" ").includes(wanted) ?? false;
};

const typesOf = (received: readonly Received[]) => received.map(({ event }) => event.type);

test("a twin's and a run's events come signed, as CloudEvents, in order, from the next one on", async () => {
  const [all, runsOnly] = [await receiver(), await receiver()];
  await create("first");
  const made = await subscribe(all.url);
  await subscribe(runsOnly.url, { types: ["run.*"] });
  await append("first");
  const question = { capability: "broken.healthy@1", subject: { kind: "twin", id: "first" } };
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const run = await call("POST", "/v1/runs", { body: question, headers: { traceparent } });
  await until(() => expect(typesOf(all.received)).toContain("run.succeeded"));
  expect(typesOf(all.received).filter((type) => type.startsWith("run") || type.startsWith("points"))).toEqual([
    "points.appended",
    "run.accepted",
    "run.succeeded",
  ]);
  for (const one of all.received) {
    expect(isSignedBy(made.secret, one)).toBe(true);
    expect(one.headers["webhook-id"]).toBe(one.event.id);
    expect(one.event).toMatchObject({ specversion: "1.0", subject: "first", twintype: "broken.gauge@1" });
  }
  expect(all.received.at(-1)?.event).toMatchObject({ source: `/v1/runs/${String(run.body["id"])}`, traceparent });
  await until(() => expect(typesOf(runsOnly.received)).toEqual(["run.accepted", "run.succeeded"]));
});

test("a filter that is changed holds from the next event on, and a rotated secret signs beside the one before", async () => {
  const [here, beside] = [await receiver(), await receiver()];
  await create("filtered");
  await subscribe(beside.url, { twins: ["filtered"], types: ["points.appended"] });
  const made = await subscribe(here.url, { twins: ["filtered"], types: ["run.*"] });
  const path = `/v1/webhooks/${made.webhook.id}`;
  await append("filtered");
  // The next event of the feed: this one has reached it.
  await until(() => expect(beside.received.length).toBe(1));
  await call("PATCH", path, { body: { types: null } });
  const rotated = (await call("POST", `${path}/rotate`, { body: { overlapSeconds: 60 } })).body as unknown as Made;
  await append("filtered");
  await append("first");
  await until(() => expect(here.received.length).toBe(1));
  const [only] = here.received;
  expect(only && isSignedBy(made.secret, only) && isSignedBy(rotated.secret, only)).toBe(true);
  expect((await call("POST", `${path}/rotate`, { body: { overlapSeconds: 0 } })).status).toBe(201);
  expect((await call("POST", `${path}/test`)).status).toBe(202);
  await until(() => expect(here.received.length).toBe(2));
  const last = here.received[1];
  expect(last && (isSignedBy(made.secret, last) || isSignedBy(rotated.secret, last))).toBe(false);
});

test("what fails is tried again in its twin's order; the log tells it; a pause holds it, and a replay tells it again", async () => {
  const here = await receiver("failing");
  for (const id of ["one", "two"]) await create(id);
  const made = await subscribe(here.url, { twins: ["one", "two"] });
  const path = `/v1/webhooks/${made.webhook.id}`;
  const from = new Date().toISOString();
  for (let turn = 0; turn < 3; turn++) for (const id of ["one", "two"]) await append(id);
  await until(() => expect(here.accepted().length).toBe(6));
  for (const id of ["one", "two"]) {
    const places = here
      .accepted()
      .filter(({ event }) => event.subject === id)
      .map(({ event }) => Number(event.sequence));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  }
  const log = await call("GET", `${path}/deliveries?limit=200`);
  expect(log.body["items"]).toEqual(
    expect.arrayContaining([expect.objectContaining({ state: "delivered", status: 204, type: "points.appended" })]),
  );
  here.manner = "healthy";
  expect((await call("POST", `${path}/pause`)).body).toMatchObject({ state: "paused", pausedBecause: "asked" });
  await append("one");
  expect((await call("POST", `${path}/test`)).body["code"]).toBe("webhook.not-active");
  expect((await call("POST", `${path}/resume`)).body).toMatchObject({ state: "unverified" });
  await until(() => expect(here.accepted().length).toBe(7));
  const told = here.received.length;
  expect((await call("POST", `${path}/replay`, { body: { from } })).status).toBe(200);
  await until(() => expect(here.received.length).toBe(told + 7));
  expect(here.accepted().length).toBe(7);
  expect((await call("POST", `${path}/redrive`, { body: {} })).body).toEqual({ redriven: 0 });
});

/** `npm run test:webhooks` in small: the same company, fewer events, and no look at the clock. */
test("of 20 receivers, those that are well have every event in order, whatever the silent, failing and slow ones do", async () => {
  const company = { healthy: 12, silent: 3, failing: 3, slow: 2 };
  const manners = Object.entries(company).flatMap(([manner, many]) => Array<Manner>(many).fill(manner as Manner));
  const all = await Promise.all(manners.map((manner) => receiver(manner)));
  const twins = ["busy-1", "busy-2", "busy-3"];
  for (const id of twins) await create(id);
  await Promise.all(all.map(({ url }) => subscribe(url, { twins, types: ["points.appended"] })));
  for (let turn = 0; turn < 20; turn++) await Promise.all(twins.map((id) => append(id)));
  const healthy = all.filter(({ manner }) => manner === "healthy");
  // Waiting for the silent ones would take ten seconds for each event.
  await until(() => expect(healthy.map((one) => one.accepted().length)).toEqual(Array(12).fill(60)), 60_000);
  for (const one of healthy)
    for (const id of twins) {
      const places = one.received.flatMap(({ event }) => (event.subject === id ? Number(event.sequence) : []));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
}, 120_000);

test("an address that does not answer its challenge is told nothing", async () => {
  const here = await receiver();
  const { body } = await call("POST", "/v1/webhooks", { body: { url: here.url.replace("127.0.0.1", "127.0.0.2") } });
  await append("first");
  const { webhook } = body as unknown as Made;
  expect((await call("GET", `/v1/webhooks/${webhook.id}`)).body["state"]).toBe("unverified");
  expect((await call("DELETE", `/v1/webhooks/${webhook.id}`)).status).toBe(204);
  expect((await call("GET", `/v1/webhooks/${webhook.id}`)).status).toBe(404);
  expect(here.received).toEqual([]);
});

test.each(["http://example.com/", "https://10.0.0.1/", "https://[::ffff:127.0.0.1]/", "https://metadata.internal/"])(
  "%s is refused",
  async (url) => {
    expect(await call("POST", "/v1/webhooks", { body: { url } })).toMatchObject({
      status: 422,
      body: { code: "webhook.address-refused", at: "/url" },
    });
  },
);

test("another tenant sees none of them", async () => {
  expect((await call("GET", "/v1/webhooks", { key: OTHER_KEY })).body).toEqual({ items: [], next: null });
});
