// Branches over HTTP: what is done on one is read on it, asked of runs, held against its twin, promoted or dropped; and the
// twin knows nothing of it until then.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { feedOf } from "@eigentwin/events";
import { startTestDeployment, type Answer, type Call, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
});
afterAll(() => deployment.stop());

const GAUGE = "broken.gauge@1";
const call = (method: string, path: string, options?: Call): Promise<Answer> => deployment.call(method, path, options);
const twin = (id: string, rest = "") => `/v1/twins/${id}${rest}`;
const star = { headers: { "if-match": "*" } };
const make = async (id: string, state: object = {}) =>
  expect((await call("PUT", twin(id), { body: { type: GAUGE, ...state } })).status).toBe(201);
const branch = (id: string, name: string, more: object = {}) =>
  call("POST", twin(id, "/branches"), { body: { name, ...more } });
const patch = (id: string, body: object) =>
  call("PATCH", twin(id), { body, headers: { "content-type": "application/merge-patch+json" } });
const append = (id: string, points: Record<string, number>) =>
  call("POST", twin(id, "/points"), {
    body: {
      points: Object.entries(points).map(([day, value]) => ({
        stream: "level",
        observedAt: `2026-01-${day}T00:00:00Z`,
        value,
      })),
    },
  });
const levels = async (id: string, query = "") => {
  const { body } = await call("GET", twin(id, `/streams/level${query}`));
  return Object.fromEntries(
    (body["points"] as { observedAt: string; value: number }[]).map(({ observedAt, value }) => [
      observedAt.slice(8, 10),
      value,
    ]),
  );
};
const promote = (id: string, etag = "*") => call("POST", twin(id, "/promotion"), { headers: { "if-match": etag } });

describe("a branch", () => {
  test("is the twin at a revision, is written to by every path, and the twin does not notice", async () => {
    await make("base", { properties: { place: "A" }, links: {} });
    await patch("base", { properties: { place: "B" } });
    await append("base", { "01": 1, "02": 2 });
    const { body: before } = await call("GET", twin("base"));
    const events = () => call("GET", twin("base", "/history"));

    const made = await branch("base", "what-if");
    expect(made).toMatchObject({
      status: 201,
      body: {
        id: "base~what-if",
        type: GAUGE,
        revision: 2,
        sequence: 1,
        properties: { place: "B" },
        branch: { twin: "base", name: "what-if", from: { revision: 2 } },
        streams: { level: { points: 2, lastObservedAt: "2026-01-02T00:00:00.000Z", lastValue: 2 } },
      },
    });
    expect(made.headers.get("location")).toBe("/v1/twins/base~what-if");
    const id = "base~what-if";
    const put = await call("PUT", twin(id, "/properties/note"), { body: "x" });
    expect(put).toMatchObject({ status: 201, body: { id, revision: 3, sequence: 2 } });
    expect(put.headers.get("etag")).toBe('"r3"');
    expect((await call("PUT", twin(id, "/properties/note"), { body: "y" })).status).toBe(428);
    expect((await call("PUT", twin(id, "/links/feeds/base"))).status).toBe(201);
    expect((await patch(id, { desired: { place: "C" } })).body).toMatchObject({
      id,
      revision: 5,
      desired: { place: "C" },
    });
    const item = { patch: { id, merge: { properties: { note: null } } } };
    expect((await call("POST", twin("batch"), { body: { items: [item] } })).body).toMatchObject({
      items: [{ id, status: 200, revision: 6 }],
    });
    expect(await append(id, { "02": 2, "03": 3, "01": 7 })).toMatchObject({
      status: 200,
      body: { accepted: 1, unchanged: 1, corrected: 1 },
    });
    expect(await levels(id)).toEqual({ "01": 7, "02": 2, "03": 3 });
    expect((await call("GET", twin(id))).body).toMatchObject({
      revision: 6,
      sequence: 6,
      links: { feeds: ["base"] },
      streams: { level: { points: 3, lastValue: 3 } },
    });
    expect((await call("GET", twin(id, "/history"))).body["items"]).toMatchObject([
      { revision: 6 },
      { revision: 5 },
      { revision: 4 },
      { revision: 3, kind: "changed", by: "key_own" },
      { revision: 2, kind: "changed" },
      { revision: 1, kind: "created" },
    ]);
    expect((await call("GET", twin(id, "?revision=3"))).body).toMatchObject({
      id,
      properties: { place: "B", note: "x" },
    });
    expect((await call("GET", twin(id, "?revision=1"))).body).toMatchObject({ properties: { place: "A" } });
    expect((await call("GET", twin(id, "/diff?from=2"))).body).toMatchObject({
      from: 2,
      to: 6,
      patch: [
        { op: "add", path: "/desired/place", value: "C" },
        { op: "add", path: "/links/feeds", value: ["base"] },
      ],
    });

    expect((await call("GET", twin("base"))).body).toEqual(before);
    expect(await levels("base")).toEqual({ "01": 1, "02": 2 });
    expect((await events()).body["items"]).toHaveLength(2);
    expect((await call("GET", twin("base", "/linked-from"))).body["items"]).toEqual([]);
    expect((await call("GET", "/v1/twins?limit=200")).body["items"]).not.toContainEqual(
      expect.objectContaining({ id }),
    );
  });

  test("of an earlier revision or time has the state and the points of then", async () => {
    await make("past", { properties: { n: 1 } });
    await append("past", { "01": 1 });
    await patch("past", { properties: { n: 2 } });
    await append("past", { "01": 5, "02": 2 });
    expect((await branch("past", "first", { revision: 1 })).body).toMatchObject({
      properties: { n: 1 },
      revision: 1,
      streams: { level: { points: 1, lastValue: 1 } },
    });
    expect(await levels("past~first")).toEqual({ "01": 1 });
    const { body } = await call("GET", twin("past", "?revision=2"));
    expect((await branch("past", "then", { at: body["at"] })).body).toMatchObject({
      properties: { n: 2 },
      revision: 2,
    });
    expect(await levels("past~then")).toEqual({ "01": 1 });
    await branch("past", "now");
    await append("past", { "03": 3 });
    expect(await levels("past~now")).toEqual({ "01": 5, "02": 2 });
    expect(
      (await call("GET", twin("past~now", "/streams/level?every=P7D&aggregate=count,max"))).body["buckets"],
    ).toMatchObject([{ count: 2, max: 5 }]);
    expect((await branch("past", "none", { revision: 9 })).status).toBe(404);
    expect((await branch("past", "both", { revision: 1, at: "2026-01-01T00:00:00Z" })).status).toBe(422);
    expect((await call("GET", twin("past", "/branches"))).body["items"]).toMatchObject([
      { id: "past~first", name: "first", revision: 1, from: { revision: 1 }, points: 0, by: "key_own" },
      { name: "now" },
      { name: "then" },
    ]);
  });

  test("is not there before it is made nor after it is dropped, and its name is free again", async () => {
    await make("drops");
    const missing = { status: 404, body: { code: "branch.not-found" } };
    expect(await call("GET", twin("drops~b"))).toMatchObject(missing);
    expect(await call("PUT", twin("drops~b"), { body: { type: GAUGE } })).toMatchObject(missing);
    expect(await append("drops~b", { "01": 1 })).toMatchObject(missing);
    expect(await promote("drops~b")).toMatchObject(missing);
    expect(await call("GET", twin("nobody~b"))).toMatchObject({ status: 404, body: { code: "twin.not-found" } });
    expect((await branch("drops", "b")).status).toBe(201);
    expect(await branch("drops", "b")).toMatchObject({ status: 409, body: { code: "branch.exists" } });
    expect((await branch("drops~b", "c")).status).toBe(422);
    expect((await call("POST", twin("drops", "/promotion"), star)).status).toBe(422);
    for (const way of ["upgrade", "undo-upgrade"])
      expect(await call("POST", twin("drops~b", `/${way}`), { body: {} })).toMatchObject({
        status: 409,
        body: { code: "branch.type-fixed" },
      });
    await append("drops~b", { "01": 1 });
    expect((await call("DELETE", twin("drops~b"))).status).toBe(428);
    expect((await call("DELETE", twin("drops~b"), star)).status).toBe(204);
    expect(await call("GET", twin("drops~b"))).toMatchObject(missing);
    expect((await branch("drops", "b")).body).toMatchObject({ streams: { level: { points: 0 } } });
    expect((await call("DELETE", twin("drops"), star)).status).toBe(204);
    expect(await call("GET", twin("drops~b"))).toMatchObject({ status: 404, body: { code: "twin.not-found" } });
    await make("drops");
    expect(await call("GET", twin("drops~b"))).toMatchObject(missing);
  });

  test("there are 20 of a twin at most", async () => {
    await make("many");
    for (let index = 0; index < 20; index++) expect((await branch("many", `b${index}`)).status).toBe(201);
    expect(await branch("many", "b20")).toMatchObject({ status: 409, body: { code: "branch.limit-reached" } });
  });
});

test("nothing that is done on a branch is told; what is promoted is told of the twin, and a run of the branch", async () => {
  await make("told");
  await branch("told", "b");
  await patch("told~b", { properties: { place: "B" } });
  await append("told~b", { "01": 1 });
  const question = { capability: "broken.healthy@1", subject: { kind: "twin", id: "told~b" } };
  expect((await call("POST", "/v1/runs", { body: question })).status).toBe(200);
  await branch("told", "dropped");
  await call("DELETE", twin("told~dropped"), star);
  await promote("told~b");
  const { FEEDS } = await deployment.harness.getWorker<{ FEEDS: DurableObjectNamespace }>("eigentwin-gateway").getEnv();
  const told = async () => {
    const filter = { twins: ["told", "told~b", "told~dropped"], twinTypes: [] };
    const { events } = await feedOf(FEEDS, "own").read({ after: "0", filter, limit: 100, waitMs: 0 });
    return events.map(({ type, json }) => `${type} of ${(JSON.parse(json) as { subject: string }).subject}`).sort();
  };
  await expect
    .poll(told, { timeout: 10_000 })
    .toEqual([
      "points.appended of told",
      "run.accepted of told~b",
      "run.succeeded of told~b",
      "twin.changed of told",
      "twin.created of told",
    ]);
});

describe("promoting", () => {
  test("writes what the branch has changed, beside what the twin has changed since, and ends the branch", async () => {
    await make("up", { properties: { place: "A", n: 1 } });
    await append("up", { "01": 1 });
    await branch("up", "b");
    await patch("up~b", { properties: { place: "B" }, desired: { n: 5 } });
    await append("up~b", { "01": 9, "02": 2 });
    await append("up~b", { "02": 3 });
    await patch("up", { properties: { n: 2 } });
    const { body: before } = await call("GET", twin("up"));
    expect((await call("GET", twin("up~b", "/promotion"))).body).toMatchObject({
      revision: 2,
      twinRevision: 2,
      changes: [
        { op: "replace", path: "/properties/place", value: "B" },
        { op: "add", path: "/desired/n", value: 5 },
      ],
      twinChanges: [{ op: "replace", path: "/properties/n", value: 2 }],
      conflicts: [],
      points: { level: 2 },
    });
    expect((await call("POST", twin("up~b", "/promotion"))).status).toBe(428);
    expect(await promote("up~b", '"r1"')).toMatchObject({ status: 412, body: { code: "twin.revision-mismatch" } });
    const asOf = new Date().toISOString();
    const done = await promote("up~b", '"r2"');
    expect(done).toMatchObject({
      status: 200,
      body: { id: "up", revision: 3, properties: { place: "B", n: 2 }, desired: { n: 5 } },
    });
    expect(Number(done.body["sequence"])).toBe(Number(before["sequence"]) + 2);
    expect(await levels("up")).toEqual({ "01": 9, "02": 3 });
    expect(await levels("up", `?asOf=${asOf}`)).toEqual({ "01": 1 });
    expect((await call("GET", twin("up", "/history"))).body["items"]).toMatchObject([
      { revision: 3, kind: "promoted", by: "key_own", reason: "branch b" },
      { revision: 2 },
      { revision: 1 },
    ]);
    expect((await call("GET", twin("up~b"))).status).toBe(404);
  });

  test("is refused where both have changed the same otherwise, and names what; nothing is written", async () => {
    await make("clash", { properties: { place: "A", site: { name: "x" } } });
    await branch("clash", "b");
    await patch("clash~b", { properties: { place: "B", site: { name: "y" }, n: 1 } });
    await append("clash~b", { "01": 1 });
    await patch("clash", { properties: { place: "C", site: null, n: 1 } });
    const before = await call("GET", twin("clash"));
    expect(await promote("clash~b")).toMatchObject({
      status: 409,
      body: { code: "branch.conflict", at: "/properties/place" },
    });
    expect((await call("GET", twin("clash~b", "/promotion"))).body["conflicts"]).toEqual([
      "/properties/place",
      "/properties/site/name",
    ]);
    expect((await call("GET", twin("clash"))).body).toEqual(before.body);
    await patch("clash~b", { properties: { place: "C", site: null } });
    expect((await promote("clash~b")).body).toMatchObject({ revision: 2, properties: { place: "C", n: 1 } });
    expect(await levels("clash")).toEqual({ "01": 1 });
  });

  test("looks the targets of links up again", async () => {
    await make("linking");
    await make("linked");
    await branch("linking", "b");
    expect((await call("PUT", twin("linking~b", "/links/feeds/linked"))).status).toBe(201);
    await call("DELETE", twin("linked"), star);
    await expect
      .poll(async () => (await promote("linking~b")).body["code"], { timeout: 10_000 })
      .toBe("link.target-not-found");
    await make("linked");
    await expect.poll(async () => (await promote("linking~b")).status, { timeout: 10_000 }).toBe(200);
    expect((await call("GET", twin("linking", "/links/feeds"))).body).toEqual(["linked"]);
  });
});

test("a run about a branch reads the branch, says so in its evidence, and leaves its findings there", async () => {
  await make("asked", { properties: { place: "A" } });
  await append("asked", { "01": 1 });
  await branch("asked", "b");
  await patch("asked~b", { properties: { place: "B" } });
  await append("asked~b", { "02": 2 });
  const ask = async (id: string) =>
    (await call("POST", "/v1/runs", { body: { capability: "broken.healthy@1", subject: { kind: "twin", id } } })).body;
  const { body: before } = await call("GET", twin("asked"));
  const ofBranch = await ask("asked~b");
  const valueOf = (run: Record<string, unknown>) => (run["result"] as { value: number }).value;
  // The cosine of the mean level.
  expect(valueOf(ofBranch)).toBeCloseTo(Math.cos(1.5), 9);
  await expect.poll(async () => (await call("GET", twin("asked~b"))).body["sequence"], { timeout: 10_000 }).toBe(4);
  expect((await call("GET", twin("asked"))).body).toEqual(before);
  const ofTwin = await ask("asked");
  expect(valueOf(ofTwin)).toBeCloseTo(Math.cos(1), 9);
  const branched = { twin: "asked", name: "b", from: { revision: 1, asOf: expect.any(String) } };
  expect(ofBranch).toMatchObject({
    state: "succeeded",
    subject: { kind: "twin", id: "asked~b", revision: 2, branch: branched },
  });
  expect(ofTwin["subject"]).toEqual({ kind: "twin", id: "asked", revision: 1 });
  const { body: evidence } = await call("GET", `/v1/runs/${String(ofBranch["id"])}/evidence`);
  expect(evidence["subject"]).toMatchObject({ id: "asked~b", revision: 2, branch: branched });
  expect(
    await call("POST", "/v1/runs", {
      body: { capability: "broken.healthy@1", subject: { kind: "twin", id: "asked~none" } },
    }),
  ).toMatchObject({ status: 404, body: { code: "branch.not-found" } });
});
