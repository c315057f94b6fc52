// The feed over WebSockets: the same events as Server-Sent Events, resumed without a loss, through hibernation too; who may
// not go on and who does not keep up is cut off.

import { afterAll, beforeAll, expect, test } from "vitest";
import { makeKey } from "../testing/administration.ts";
import { OWN_KEY, startTestDeployment, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
const open: WebSocket[] = [];
beforeAll(async () => {
  deployment = await startTestDeployment();
  for (const id of ["a", "b"]) await create(id);
});
afterAll(async () => {
  for (const socket of open) socket.close();
  await deployment.stop();
});

const create = async (id: string) =>
  expect((await deployment.call("POST", "/v1/twins", { body: { id, type: "broken.gauge@1" } })).status).toBe(201);
let count = 0;
const append = (id: string, points = 1) => {
  const next = () => new Date(1_700_000_000_000 + 1000 * (count += 1)).toISOString();
  const body = { points: Array.from({ length: points }, () => ({ stream: "level", observedAt: next(), value: 1 })) };
  return deployment.call("POST", `/v1/twins/${id}/points`, { body });
};

interface Told {
  id: string;
  event?: { id: string; type: string; subject?: string };
}

class Reader {
  readonly told: Told[] = [];
  readonly pongs: string[] = [];
  readonly socket: WebSocket;
  closed: { code: number; reason: string } | undefined;

  constructor(path: string) {
    this.socket = new WebSocket(String(new URL(path, String(deployment.url).replace("http", "ws"))));
    open.push(this.socket);
    this.socket.addEventListener("message", ({ data }) => {
      if (data === "pong") this.pongs.push(data);
      else this.told.push(JSON.parse(String(data)) as Told);
    });
    this.socket.addEventListener("close", ({ code, reason }) => (this.closed = { code, reason }));
  }

  events = () => this.told.flatMap(({ event }) => (event ? [event] : []));
  types = () => this.events().map(({ type, subject }) => `${type} ${subject}`);
}

async function read(path: string, key = OWN_KEY): Promise<Reader> {
  const [only = ""] = path.split("?");
  const { body } = await deployment.call("POST", "/v1/stream-tickets", { key, body: { path: only } });
  const reader = new Reader(`${path}${path.includes("?") ? "&" : "?"}ticket=${String(body["ticket"])}`);
  await expect.poll(() => reader.told.length, { timeout: 10_000 }).toBeGreaterThan(0);
  return reader;
}

const until = (assertion: () => void) => expect.poll(() => (assertion(), true), { timeout: 20_000 }).toBe(true);

test("a socket is told where it begins, what has been, what happens, and resumes after its last id", async () => {
  const all = await read("/v1/events?lastEventId=0");
  await until(() => expect(all.types()).toEqual(["twin.created a", "twin.created b"]));
  await append("b");
  await until(() => expect(all.types().at(-1)).toBe("points.appended b"));
  const [, , second] = all.told;
  const resumed = await read(`/v1/events?lastEventId=${second?.id}`);
  await until(() => expect(resumed.types()).toEqual(["points.appended b"]));
  expect(resumed.events()[0]?.id).toBe(all.events()[2]?.id);
  const next = await read("/v1/events");
  expect(next.told).toEqual([{ id: all.told.at(-1)?.id }]);
});

test("a twin's socket tells of that twin, a filtered one of what it asks for", async () => {
  const [twin, chosen] = [await read("/v1/twins/a/events"), await read("/v1/events?type=points.*&twin=b")];
  for (const id of ["a", "b", "a"]) await append(id);
  await deployment.call("PUT", "/v1/twins/b/properties/note", { body: "x", headers: { "if-none-match": "*" } });
  await append("b");
  await until(() => expect(twin.types()).toEqual(["points.appended a", "points.appended a"]));
  await until(() => expect(chosen.types()).toEqual(["points.appended b", "points.appended b"]));
});

test("a socket outlives its object in memory, with its filter and its place; a ping is answered", async () => {
  const reader = await read("/v1/events?twin=a");
  await append("a");
  await until(() => expect(reader.types()).toHaveLength(1));
  await deployment.harness
    .getWorker("eigentwin-events")
    .evictDurableObject("FeedObject" as never, { name: "own", webSockets: "hibernate" });
  reader.socket.send("ping");
  await until(() => expect(reader.pongs).toEqual(["pong"]));
  await append("b");
  await append("a");
  await until(() => expect(reader.types()).toEqual(["points.appended a", "points.appended a"]));
  expect(reader.closed).toBe(undefined);
});

test("whoever does not say where it is, is told so much and cut off; whoever does is told all", async () => {
  await create("busy");
  const [slow, quick] = [await read("/v1/events?twin=busy"), await read("/v1/events?twin=busy")];
  quick.socket.addEventListener("message", () => {
    const { id } = quick.told.at(-1) ?? {};
    if (quick.told.length % 50 === 0) quick.socket.send(JSON.stringify({ at: id }));
  });
  for (let turn = 0; turn < 25; turn++) await Promise.all(Array.from({ length: 10 }, () => append("busy")));
  await until(() => expect(quick.events()).toHaveLength(250));
  expect(slow.events()).toHaveLength(200);
  // Its own answer to the closing is taken some seconds later.
  await expect.poll(() => slow.closed?.code, { timeout: 60_000 }).toBe(4008);
  const resumed = await read(`/v1/events?twin=busy&lastEventId=${slow.told.at(-1)?.id}`);
  await until(() => expect(resumed.events()).toHaveLength(50));
  expect([...slow.events(), ...resumed.events()].map(({ id }) => id)).toEqual(quick.events().map(({ id }) => id));
}, 120_000);

test("what a reader says that is nothing ends its socket", async () => {
  const reader = await read("/v1/events");
  reader.socket.send("hello");
  await until(() => expect(reader.closed?.code).toBe(4002));
});

test("a revoked key is told nothing more, and its socket is closed", async () => {
  const key = await makeKey(deployment, OWN_KEY, { scopes: ["events:read"] });
  const reader = await read("/v1/events?twin=a", key.key);
  await append("a");
  await until(() => expect(reader.types()).toHaveLength(1));
  await deployment.call("DELETE", `/v1/keys/${key.id}`);
  // So long the key may be believed.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  await append("a");
  await until(() => expect(reader.closed?.code).toBe(4001));
  expect(reader.types()).toHaveLength(1);
});

test("no ticket, no socket", async () => {
  const refused = new Reader("/v1/events");
  await until(() => expect(refused.closed).toBeDefined());
  expect(refused.told).toEqual([]);
});
