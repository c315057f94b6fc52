// Hooks end to end: messages of other systems come in by each way of showing whose they are, and become changes and points;
// what is not theirs changes nothing.

import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packTar, unpackTar } from "modern-tar";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAdministrator, makeKey, makeTenant } from "../testing/administration.ts";
import { OTHER_KEY, OWN_KEY, startTestDeployment, type Answer, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
  for (const id of ["gauge-1", "gauge-2"])
    expect((await call("POST", "/v1/twins", { body: { id, type: "broken.gauge@1" } })).status).toBe(201);
});
afterAll(() => deployment.stop());

const call: TestDeployment["call"] = (...asked) => deployment.call(...asked);

const READINGS = {
  each: ["/readings"],
  twin: { id: { at: "/gauge" } },
  properties: { "/note": { at: "/note", optional: true } },
  points: [{ stream: "level", value: { at: "/level" }, observedAt: { at: "/at", format: "unix-s" } }],
};

interface Made {
  hook: { id: string; path: string };
  secret: string;
}

async function make(body: object, key = OWN_KEY): Promise<Made> {
  const { status, body: made } = await call("POST", "/v1/hooks", { key, body });
  expect(status, JSON.stringify(made)).toBe(201);
  return made as unknown as Made;
}

const base64Of = (secret: string) => Buffer.from(secret.slice("whsec_".length), "base64");

interface Sending {
  id?: string;
  atSeconds?: number;
  secret: string;
}

/** As Standard Webhooks says. */
function send(
  path: string,
  message: unknown,
  { id = `msg_${randomBytes(8).toString("hex")}`, atSeconds, secret }: Sending,
) {
  const raw = typeof message === "string" ? message : JSON.stringify(message);
  const timestamp = String(atSeconds ?? Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", base64Of(secret)).update(`${id}.${timestamp}.${raw}`).digest("base64");
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
  return call("POST", path, { key: null, raw, headers });
}

const reading = (gauge: string, level: unknown, at: number, note?: string) => ({
  gauge,
  level,
  at,
  ...(note && { note }),
});
const pointsOf = async (gauge: string, key = OWN_KEY) =>
  (await call("GET", `/v1/twins/${gauge}/streams/level`, { key })).body["points"] as {
    observedAt: string;
    value: number;
  }[];
const standard = (more: object = {}) => ({ verification: { by: "standard-webhooks" }, mapping: READINGS, ...more });
const refusal = ({ status, body }: Answer) => ({ status, body });

describe("a hook of Standard Webhooks", () => {
  let made: Made;
  beforeAll(async () => {
    made = await make(standard({ id: "readings", title: "The gauges' own service" }));
  });

  test("makes changes and points of many twins, as the hook in their history, item by item", async () => {
    const message = {
      readings: [
        reading("gauge-1", 1.5, 1_700_000_000, "moved"),
        reading("gauge-2", "2.5", 1_700_000_000),
        reading("gauge-nobody", 3, 1_700_000_000),
        reading("gauge-1", true, 1_700_000_001),
      ],
    };
    const { status, body } = await send(made.hook.path, message, { ...made, id: "msg_first" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      message: "msg_first",
      items: [
        { at: "/readings/0", outcome: "taken", twin: "gauge-1", revision: 2, points: { accepted: 1 } },
        { at: "/readings/1", outcome: "taken", twin: "gauge-2", points: { accepted: 1 } },
        { at: "/readings/2", outcome: "refused", failures: [{ code: "twin.not-found" }] },
        { at: "/readings/3", outcome: "refused", failures: [{ code: "hook.not-mapped", at: "/readings/3/level" }] },
      ],
    });
    expect(await pointsOf("gauge-1")).toEqual([{ observedAt: "2023-11-14T22:13:20.000Z", value: 1.5 }]);
    const history = await call("GET", "/v1/twins/gauge-1/history");
    expect(history.body["items"]).toEqual(
      expect.arrayContaining([expect.objectContaining({ by: "hook:readings", reason: "message msg_first" })]),
    );
  });

  test("answers a message that comes again as it did the first time, whatever has changed since", async () => {
    const message = { readings: [reading("gauge-1", 7, 1_700_000_100)] };
    const first = await send(made.hook.path, message, { ...made, id: "msg_again" });
    await call("POST", "/v1/twins/gauge-1/points", {
      body: { points: [{ stream: "level", observedAt: "2023-11-14T22:15:00Z", value: 8 }] },
    });
    const again = await send(made.hook.path, message, { ...made, id: "msg_again" });
    expect(refusal(again)).toEqual(refusal(first));
    expect((await pointsOf("gauge-1")).at(-1)?.value).toBe(8);
    const other = await send(made.hook.path, { readings: [] }, { ...made, id: "msg_again" });
    expect(other).toMatchObject({ status: 409, body: { code: "request.key-reused" } });
  });

  test("takes what came twice at once only once", async () => {
    const message = { readings: [reading("gauge-2", 5, 1_700_000_200)] };
    const both = await Promise.all([0, 1].map(() => send(made.hook.path, message, { ...made, id: "msg_twice" })));
    const taken = both.filter(({ status }) => status === 200);
    expect(taken.length).toBeGreaterThan(0);
    for (const { body } of taken) expect(body).toMatchObject({ items: [{ points: { accepted: 1 } }] });
    for (const { status, body } of both.filter((one) => !taken.includes(one)))
      expect({ status, code: body["code"] }).toEqual({ status: 409, code: "hook.under-way" });
  });

  test("a message of which nothing could be taken is as one that never came", async () => {
    const message = { readings: [reading("gauge-later", 1, 1_700_000_300)] };
    const refused = await send(made.hook.path, message, { ...made, id: "msg_later" });
    expect(refused).toMatchObject({ status: 422, body: { code: "hook.nothing-taken", at: "/readings/0" } });
    await call("POST", "/v1/twins", { body: { id: "gauge-later", type: "broken.gauge@1" } });
    expect((await send(made.hook.path, message, { ...made, id: "msg_later" })).status).toBe(200);
    const noArray = await send(made.hook.path, { readings: 1 }, made);
    expect(noArray).toMatchObject({ status: 422, body: { code: "hook.not-mapped", at: "/readings" } });
  });

  test("another secret, an old message, a changed body and a hook that is not there are refused alike", async () => {
    const message = { readings: [reading("gauge-1", 99, 1_700_000_400)] };
    const wrong = { secret: `whsec_${randomBytes(32).toString("base64")}` };
    const refused = await Promise.all([
      send(made.hook.path, message, wrong),
      send(made.hook.path, message, { ...made, atSeconds: Math.floor(Date.now() / 1000) - 600 }),
      send("/v1/inbound/own/nobodys", message, made),
      send("/v1/inbound/nobody/readings", message, made),
      call("POST", made.hook.path, { key: OWN_KEY, body: message }),
    ]);
    const [first] = refused;
    expect(first).toMatchObject({ status: 401, body: { code: "hook.refused" } });
    for (const one of refused) expect(refusal(one)).toEqual(first && refusal(first));
    expect((await pointsOf("gauge-1")).map(({ value }) => value)).not.toContain(99);
  });

  test("both secrets are good while they overlap, and the one before not after that", async () => {
    const path = `/v1/hooks/${made.hook.id}/rotate`;
    const empty = { readings: [] };
    const next = (await call("POST", path, { body: { overlapSeconds: 60 } })).body as unknown as Made;
    expect((await send(made.hook.path, empty, made)).status).toBe(200);
    expect((await send(made.hook.path, empty, next)).status).toBe(200);
    const given = `whsec_${randomBytes(24).toString("base64")}`;
    const last = await call("POST", path, { body: { overlapSeconds: 0, secret: given } });
    expect(last.body["secret"]).toBe(null);
    expect((await send(made.hook.path, empty, next)).status).toBe(401);
    expect((await send(made.hook.path, empty, { secret: given })).status).toBe(200);
    made = { ...made, secret: given };
  });
});

test("a dry run says what would become of a message, and nothing does", async () => {
  const { hook } = await make(standard({ id: "tried", mapping: { ...READINGS, create: "broken.gauge@1" } }));
  const before = await pointsOf("gauge-2");
  const { body: twin } = await call("GET", "/v1/twins/gauge-2");
  const message = {
    readings: [
      reading("gauge-2", 3, 1_700_000_500, "tried"),
      reading("gauge-2", 2.5, 1_700_000_000),
      reading("gauge-made", 1, 1_700_000_000),
    ],
  };
  const tried = await call("POST", `/v1/hooks/${hook.id}/dry-run`, { body: { message } });
  expect(tried).toMatchObject({
    status: 200,
    body: {
      items: [
        {
          outcome: "taken",
          revision: Number(twin["revision"]) + 1,
          points: { accepted: 1 },
          writes: { properties: { note: "tried" }, points: [{ observedAt: "2023-11-14T22:21:40.000Z", value: 3 }] },
        },
        { outcome: "taken", points: { unchanged: 1 } },
        { outcome: "taken", created: true, twin: "gauge-made" },
      ],
    },
  });
  expect(await pointsOf("gauge-2")).toEqual(before);
  expect((await call("GET", "/v1/twins/gauge-2")).body).toEqual(twin);
  expect((await call("GET", "/v1/twins/gauge-made")).status).toBe(404);
  const other = {
    mapping: { twin: { id: "gauge-1" }, points: [{ stream: "depth", value: { at: "/d" } }] },
    message: { d: 1 },
  };
  expect((await call("POST", `/v1/hooks/${hook.id}/dry-run`, { body: other })).body["items"]).toMatchObject([
    { outcome: "refused", failures: [{ code: "stream.unknown", at: "/points/0/stream" }] },
  ]);
});

test("a signature in a header of one's own, over a time and the body, and a key, are each as good", async () => {
  const mapping = { twin: { id: "gauge-1" }, points: [{ stream: "level", value: { at: "/level" } }] };
  const secret = "a secret of the sender's own making";
  const signed = await make({
    mapping,
    secret,
    verification: {
      by: "hmac",
      header: "X-Signature",
      prefix: "v0=",
      signed: "v0:{timestamp}:{body}",
      timestampHeader: "X-Time",
    },
  });
  const raw = JSON.stringify({ level: 20 });
  const time = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", secret).update(`v0:${time}:${raw}`).digest("hex");
  const headers = { "x-signature": `v0=${signature}`, "x-time": time };
  expect((await call("POST", signed.hook.path, { key: null, raw, headers })).body).toMatchObject({
    items: [{ points: { accepted: 1 } }],
  });
  // Without an id of its own, a message is known by its body.
  expect((await call("POST", signed.hook.path, { key: null, raw, headers })).body).toMatchObject({
    items: [{ points: { accepted: 1 } }],
  });
  const later = { ...headers, "x-time": String(Number(time) + 1) };
  expect((await call("POST", signed.hook.path, { key: null, raw, headers: later })).status).toBe(401);

  const keyed = await make({ mapping, verification: { by: "key" }, messageId: { at: "/number" } });
  const authorization = `Bearer ${keyed.secret}`;
  const sent = { key: null, body: { level: 21, number: 1 }, headers: { authorization } };
  expect((await call("POST", keyed.hook.path, sent)).body).toMatchObject({ message: "1" });
  expect((await call("POST", keyed.hook.path, { ...sent, headers: { authorization: "Bearer x" } })).status).toBe(401);
});

describe("CloudEvents", () => {
  let made: Made;
  const mapping = {
    when: [{ at: "/type", is: ["level.read"] }],
    twin: { id: { at: "/subject" } },
    create: "broken.gauge@1",
    points: [{ stream: "level", value: { at: "/data/level" }, observedAt: { at: "/time" } }],
  };
  const event = (id: string, level: number, more: object = {}) => ({
    specversion: "1.0",
    id,
    source: "//gauges",
    type: "level.read",
    subject: "gauge-made-by-event",
    time: "2026-01-01T00:00:00.123456Z",
    data: { level },
    ...more,
  });
  const post = (raw: string, headers: Record<string, string>) =>
    call("POST", made.hook.path, { key: null, raw, headers: { authorization: `Bearer ${made.secret}`, ...headers } });
  beforeAll(async () => {
    made = await make({ verification: { by: "key" }, format: "cloudevents", mapping });
  });

  test("come in structured and binary mode, and make the twin that is not there", async () => {
    const structured = await post(JSON.stringify(event("1", 1)), { "content-type": "application/cloudevents+json" });
    expect(structured.body).toMatchObject({
      message: '["//gauges","1"]',
      items: [{ created: true, points: { accepted: 1 } }],
    });
    const { data, ...attributes } = event("2", 2);
    const names = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encodeURI(value)]);
    const binary = await post(JSON.stringify(data), {
      "content-type": "application/json",
      ...Object.fromEntries(names),
    });
    expect(binary.body).toMatchObject({ message: '["//gauges","2"]', items: [{ points: { corrected: 1 } }] });
    expect(await pointsOf("gauge-made-by-event")).toEqual([{ observedAt: "2026-01-01T00:00:00.123Z", value: 2 }]);
    expect((await post("{}", { "content-type": "application/json" })).status).toBe(415);
  });

  test("come in batches, each taken once and answered by itself", async () => {
    const type = { "content-type": "application/cloudevents-batch+json" };
    const batch = [event("3", 3), event("1", 1), event("4", 4, { type: "other" }), event("5", 5, { subject: "no id" })];
    const { status, body } = await post(JSON.stringify(batch), type);
    expect(status).toBe(200);
    expect(body["messages"]).toMatchObject([
      { message: '["//gauges","3"]', items: [{ outcome: "taken" }] },
      { message: '["//gauges","1"]', items: [{ created: true, points: { accepted: 1 } }] },
      { message: '["//gauges","4"]', items: [{ outcome: "skipped" }] },
      { message: '["//gauges","5"]', failure: { code: "hook.nothing-taken" } },
    ]);
    expect((await post("[{}]", type)).body).toMatchObject({ code: "request.invalid", at: "/0/specversion" });
    const same = [
      event("6", 6),
      event("6", 6),
      event("6", 7),
      event("x 6", 8),
      event("6", 9, { source: "//gauges x" }),
    ];
    expect((await post(JSON.stringify(same), type)).body["messages"]).toMatchObject([
      { items: [{ outcome: "taken" }] },
      { failure: { code: "request.key-reused" } },
      { message: '["//gauges","x 6"]', items: [{ outcome: "taken" }] },
      { message: '["//gauges x","6"]', items: [{ outcome: "taken" }] },
    ]);
  });
});

test("the hook of the document is one", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/hooks.md"), "utf8");
  const [, example = ""] = /-d '(\{[^']*\})'/.exec(page) ?? [];
  const { hook } = await make({ ...JSON.parse(example), id: "documented" });
  await call("POST", "/v1/twins", { body: { id: "vane-7", type: "reference.vane@1" } });
  const message = { site: "roof", readings: [{ device: "7", deg: 180, t: 1_700_000_000 }] };
  expect((await call("POST", `/v1/hooks/${hook.id}/dry-run`, { body: { message } })).body).toMatchObject({
    items: [{ outcome: "taken", twin: "vane-7", points: { accepted: 1 }, writes: { properties: { place: "roof" } } }],
  });
});

test("another scheme needs another secret: what was a pass phrase is no key", async () => {
  const secret = "a pass phrase of the sender";
  const { hook } = await make({ verification: { by: "key" }, mapping: READINGS, secret });
  const path = `/v1/hooks/${hook.id}`;
  const kept = await call("PATCH", path, { body: { verification: { by: "key", header: "x-key" } } });
  expect(kept).toMatchObject({ status: 200, body: { secrets: 1 } });
  const changed = await call("PATCH", path, { body: { verification: { by: "standard-webhooks" } } });
  expect(changed).toMatchObject({ status: 200, body: { secrets: 0 } });
  expect((await send(hook.path, { readings: [] }, { secret: `whsec_${secret}` })).status).toBe(401);
  const rotated = await call("POST", `${path}/rotate`, { body: { overlapSeconds: 60 } });
  expect((await send(hook.path, { readings: [] }, rotated.body as unknown as Made)).status).toBe(200);
});

test("however much of a message is refused, it is answered, and answered the same when it comes again", async () => {
  const mapping = {
    each: ["/readings"],
    twin: { id: "gauge-1" },
    properties: { "/note": { value: "much" } },
    points: Array.from({ length: 20 }, () => ({ stream: { at: "/stream" }, value: { value: 1 } })),
  };
  const made = await make(standard({ mapping }));
  const message = { readings: Array.from({ length: 500 }, () => ({ stream: "x".repeat(100) })) };
  const first = await send(made.hook.path, message, { ...made, id: "much" });
  expect(first.status).toBe(200);
  const items = first.body["items"] as { failures: unknown[]; moreFailures: number }[];
  expect(items[0]).toMatchObject({ moreFailures: 10, failures: Array(10).fill({ code: "stream.unknown" }) });
  expect(items.at(-1)).toMatchObject({ moreFailures: 20, failures: [] });
  expect((await send(made.hook.path, message, { ...made, id: "much" })).body).toEqual(first.body);
});

test("hooks are listed in pages", async () => {
  const all = (await call("GET", "/v1/hooks")).body["items"] as { id: string }[];
  const ids: string[] = [];
  for (let next: unknown = ""; typeof next === "string";) {
    const { body } = await call("GET", `/v1/hooks?limit=2${next && `&cursor=${next}`}`);
    ids.push(...(body["items"] as { id: string }[]).map(({ id }) => id));
    next = body["next"];
  }
  expect(all.length).toBeGreaterThan(2);
  expect(ids).toEqual(all.map(({ id }) => id));
});

test("what is wrong with a hook is told when it is made", async () => {
  const wrong = async (more: object) => (await call("POST", "/v1/hooks", { body: standard(more) })).body;
  expect(await wrong({ mapping: { ...READINGS, each: ["readings"] } })).toMatchObject({ code: "request.invalid" });
  expect(await wrong({ mapping: { twin: { id: { at: "/a", of: 1 } } } })).toMatchObject({ code: "request.invalid" });
  expect(await wrong({ secret: "short" })).toMatchObject({ code: "request.invalid", at: "/secret" });
  expect(await wrong({ id: "readings" })).toMatchObject({ code: "hook.exists" });
  const path = (await make(standard())).hook.path;
  const tooMuch = await call("POST", path, { key: null, raw: `"${"x".repeat(1024 * 1024)}"` });
  expect(tooMuch).toMatchObject({ status: 413, body: { code: "request.too-large" } });
});

test("a hook writes the twin types of the key that made it, and another tenant sees none of them", async () => {
  const engines = await makeKey(deployment, OWN_KEY, {
    scopes: ["hooks:write", "hooks:read"],
    twinTypes: ["aerospace.engine"],
  });
  const made = await make(standard(), engines.key);
  const answer = await send(made.hook.path, { readings: [reading("gauge-1", 1, 1)] }, made);
  expect(answer).toMatchObject({ status: 422, body: { code: "hook.nothing-taken" } });
  expect((await call("GET", "/v1/hooks", { key: engines.key })).body["items"]).toHaveLength(1);
  expect((await call("GET", "/v1/hooks", { key: OTHER_KEY })).body["items"]).toEqual([]);
  expect((await call("DELETE", `/v1/hooks/${made.hook.id}`)).status).toBe(204);
  expect((await send(made.hook.path, { readings: [] }, made)).status).toBe(401);
});

test("too many refusals of one address are not looked at for a while; a sender from another one is", async () => {
  const made = await make(standard());
  const from = (address: string) => ({ key: null, raw: "{}", headers: { "cf-connecting-ip": address } });
  const answers = [];
  for (let count = 0; count < 32; count++) answers.push((await call("POST", made.hook.path, from("192.0.2.1"))).status);
  expect(answers.slice(0, 30)).toEqual(Array(30).fill(401));
  const last = await call("POST", made.hook.path, from("192.0.2.1"));
  expect(last).toMatchObject({ status: 429, body: { code: "hook.too-many-refusals" } });
  expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await call("POST", made.hook.path, from("192.0.2.2"))).status).toBe(401);
});

test("a suspended tenant's hook takes nothing; an archive has the hook without its secrets; they go with the tenant", async () => {
  const administrator = (await makeAdministrator(deployment)).key;
  const { key } = await makeTenant(deployment, administrator, "hooked");
  const made = await make(standard({ id: "in" }), key);
  const message = { readings: [] };
  expect((await send(made.hook.path, message, { ...made, id: "one" })).status).toBe(200);
  const steer = (method: string, path: string) => call(method, path, { key: administrator });
  await steer("POST", "/v1/tenants/hooked/suspend");
  expect(await send(made.hook.path, message, made)).toMatchObject({ body: { code: "auth.tenant-suspended" } });
  await steer("POST", "/v1/tenants/hooked/resume");
  const exported = await deployment.fetch("/v1/export", { headers: { authorization: `Bearer ${key}` } });
  const members = await unpackTar(new Uint8Array(await exported.arrayBuffer()));
  const hooks = members.find(({ header }) => header.name === "index/hook/1.ndjson");
  expect(Buffer.from(hooks?.data ?? []).toString()).toContain('"id":"in"');
  for (const { data } of members) expect(Buffer.from(data ?? []).toString("latin1")).not.toContain('"sealed"');

  const gone = async () => (await steer("GET", "/v1/tenants/hooked")).status === 404;
  const remove = async () => {
    expect((await steer("DELETE", "/v1/tenants/hooked?confirm=hooked")).status).toBe(202);
    await expect.poll(gone, { timeout: 40_000, interval: 200 }).toBe(true);
  };
  await remove();
  expect((await send(made.hook.path, message, made)).status).toBe(401);
  const tar = await packTar(members.map(({ header, data }) => ({ header, body: data ?? new Uint8Array() })));
  const restored = await deployment.fetch("/v1/tenants/hooked/archive", {
    method: "PUT",
    headers: { authorization: `Bearer ${administrator}`, "content-type": "application/x-tar" },
    body: tar as Uint8Array<ArrayBuffer>,
  });
  const back = (await restored.json()) as { key: { key: string } };
  expect((await call("GET", "/v1/hooks/in", { key: back.key.key })).body).toMatchObject({
    mapping: READINGS,
    secrets: 0,
  });
  expect((await send(made.hook.path, message, made)).status).toBe(401);
  const rotated = await call("POST", "/v1/hooks/in/rotate", { key: back.key.key, body: { overlapSeconds: 0 } });
  expect((await send(made.hook.path, message, rotated.body as unknown as Made)).status).toBe(200);
  await remove();
}, 120_000);
