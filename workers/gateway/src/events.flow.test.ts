// The feed over HTTP: Server-Sent Events that can be resumed without a loss, for a tenant, for a twin, and for who sees only
// some twin types.

import { afterAll, beforeAll, expect, test } from "vitest";
import { makeKey } from "../testing/administration.ts";
import { eventsIn } from "../testing/event-stream.ts";
import { OTHER_KEY, OWN_KEY, startTestDeployment, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
});
afterAll(() => deployment.stop());

interface Told {
  id: string;
  type: string;
  event: { id: string; type: string; subject?: string; sequence: string };
}

interface Reading {
  path: string;
  key?: string | null;
  lastEventId?: string;
}

/** Reads until `count` events have come, then hangs up. */
async function read({ path, key = OWN_KEY, lastEventId }: Reading, count: number): Promise<Told[]> {
  const hangUp = new AbortController();
  const response = await deployment.fetch(path, {
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(lastEventId !== undefined && { "last-event-id": lastEventId }),
    },
    signal: AbortSignal.any([hangUp.signal, AbortSignal.timeout(20_000)]),
  });
  expect(response.status).toBe(200);
  const told: Told[] = [];
  for await (const { id = "", type = "", data } of eventsIn(response)) {
    if (data !== undefined) told.push({ id, type, event: JSON.parse(data) });
    if (told.length >= count) break;
  }
  hangUp.abort();
  return told;
}

const create = (id: string, key = OWN_KEY) =>
  deployment.call("POST", "/v1/twins", { key, body: { id, type: "broken.gauge@1" } });
const append = (id: string, at: string) =>
  deployment.call("POST", `/v1/twins/${id}/points`, {
    body: { points: [{ stream: "level", observedAt: at, value: 1 }] },
  });

test("what has happened is told from the first event, once, and a reader that was cut off misses nothing", async () => {
  for (const id of ["a", "b", "c"]) await create(id);
  const all = await read({ path: "/v1/events?lastEventId=0" }, 3);
  expect(all.map(({ type, event }) => [type, event.subject])).toEqual([
    ["twin.created", "a"],
    ["twin.created", "b"],
    ["twin.created", "c"],
  ]);
  await append("b", "2026-01-01T00:00:00Z");
  const more = await read({ path: "/v1/events", lastEventId: all[1]?.id ?? "" }, 2);
  expect(more.map(({ type, event }) => [type, event.subject])).toEqual([
    ["twin.created", "c"],
    ["points.appended", "b"],
  ]);
  const sequences = [...all, ...more.slice(1)].map(({ event }) => event.sequence);
  expect(sequences).toEqual(sequences.toSorted());
});

test("without an id the stream begins with what happens next", async () => {
  const next = read({ path: "/v1/events" }, 1);
  // The reader has begun when the answer has: until then its first event may be any.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await append("a", "2026-01-02T00:00:00Z");
  expect((await next).map(({ type }) => type)).toEqual(["points.appended"]);
});

test("a twin's stream tells of that twin and its runs; types and twins can be chosen", async () => {
  await deployment.call("POST", "/v1/runs", {
    body: { capability: "broken.healthy@1", subject: { kind: "twin", id: "c" } },
  });
  const ofTwin = await read({ path: "/v1/twins/c/events?lastEventId=0" }, 3);
  expect(ofTwin.map(({ type }) => type)).toEqual(["twin.created", "run.accepted", "run.succeeded"]);
  const chosen = await read({ path: "/v1/events?lastEventId=0&type=run.*&type=points.appended&twin=c&twin=b" }, 3);
  expect(chosen.map(({ type }) => type)).toEqual(["points.appended", "run.accepted", "run.succeeded"]);
  expect((await deployment.call("GET", "/v1/events?type=RUN")).status).toBe(422);
});

test("a twin tells every change of its state and its end, and one that takes its name begins anew", async () => {
  await create("d");
  await deployment.call("PUT", "/v1/twins/d/properties/note", { body: "x", headers: { "if-none-match": "*" } });
  await deployment.call("DELETE", "/v1/twins/d", { headers: { "if-match": "*" } });
  await create("d");
  const told = await read({ path: "/v1/events?lastEventId=0&twin=d" }, 4);
  expect(told.map(({ type }) => type)).toEqual(["twin.created", "twin.changed", "twin.deleted", "twin.created"]);
});

test("a ticket opens it; a key of another twin type and another tenant see nothing of it", async () => {
  const { body } = await deployment.call("POST", "/v1/stream-tickets", { body: { path: "/v1/events" } });
  const path = `/v1/events?lastEventId=0&ticket=${String(body["ticket"])}`;
  expect((await read({ path, key: null }, 1)).length).toBeGreaterThan(0);
  const engines = await makeKey(deployment, OWN_KEY, { scopes: ["events:read"], twinTypes: ["aerospace.engine"] });
  const hidden = read({ path: "/v1/events?lastEventId=0", key: engines.key }, 1);
  await deployment.call("POST", "/v1/twins", { body: { id: "engine-1", type: "aerospace.engine@1" } });
  expect((await hidden).map(({ event }) => event.subject)).toEqual(["engine-1"]);
  const theirs = read({ path: "/v1/events?lastEventId=0", key: OTHER_KEY }, 1);
  await create("theirs", OTHER_KEY);
  expect((await theirs).map(({ event }) => event.subject)).toEqual(["theirs"]);
});
