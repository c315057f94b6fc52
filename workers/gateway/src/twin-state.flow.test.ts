// The state of a twin over HTTP: paths, conditions, patches, links, batches, history, and the end of a twin.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OTHER_KEY, startTestDeployment, type Answer, type Call, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
});
afterAll(() => deployment.stop());

const GAUGE = "broken.gauge@1";
const call = (method: string, path: string, options?: Call): Promise<Answer> => deployment.call(method, path, options);
const twin = (id: string, rest = "") => `/v1/twins/${id}${rest}`;
const make = (id: string, state: object = {}) => call("PUT", twin(id), { body: { type: GAUGE, ...state } });
const matching = (etag: string) => ({ headers: { "if-match": etag } });
const patching = (id: string, body: unknown, headers: Record<string, string> = {}, rest = "") =>
  call("PATCH", twin(id, rest), {
    body,
    headers: {
      "content-type": `application/${Array.isArray(body) ? "json-patch" : "merge-patch"}+json`,
      ...headers,
    },
  });
const stateOf = async (id: string) => {
  const { properties, desired, links, revision } = (await call("GET", twin(id))).body;
  return { properties, desired, links, revision };
};

describe("a part of the state", () => {
  beforeAll(() => make("parts", { properties: { place: "A", site: { "a/b": [1, 2] } } }));

  test("has a path, and the revision as its ETag", async () => {
    const read = await call("GET", twin("parts", "/properties/site/a~1b/1"));
    expect(read).toMatchObject({ status: 200, body: 2 });
    expect(read.headers.get("etag")).toBe('"r1"');
    const again = await call("GET", twin("parts", "/properties/site/a%2Fb/1"), {
      headers: { "if-none-match": '"r1"' },
    });
    expect(again.status).toBe(304);
    for (const path of ["/properties/nothing", "/properties/site/a~1b/2", "/links/feeds", "/properties/toString"])
      expect(await call("GET", twin("parts", path))).toMatchObject({
        status: 404,
        body: { code: "twin.part-not-found" },
      });
    for (const path of ["/properties/a~2", "/properties/%ff"])
      expect((await call("GET", twin("parts", path))).status).toBe(422);
  });

  test("is added without a condition; to change or delete it needs one that holds", async () => {
    const path = twin("parts", "/properties/owner");
    const made = await call("PUT", path, { body: "me" });
    expect(made).toMatchObject({ status: 201, body: { id: "parts", revision: 2, sequence: 2 } });
    expect(made.headers.get("etag")).toBe('"r2"');
    expect(await call("PUT", path, { body: "you" })).toMatchObject({
      status: 428,
      body: { code: "twin.if-match-required" },
    });
    expect(await call("PUT", path, { body: "you", ...matching('"r1"') })).toMatchObject({
      status: 412,
      body: { code: "twin.revision-mismatch" },
    });
    expect((await call("PUT", path, { body: "you", ...matching('W/"r2"') })).status).toBe(412);
    expect((await call("PUT", path, { body: "you", ...matching("r2") })).status).toBe(422);
    expect((await call("PUT", path, { body: "me" })).body).toMatchObject({ revision: 2 });
    expect(await call("PUT", path, { body: "you", ...matching('"r9", "r2-s7"') })).toMatchObject({
      status: 200,
      body: { revision: 3 },
    });
    const onlyNew = { body: "x", headers: { "if-none-match": "*" } };
    expect((await call("PUT", path, onlyNew)).status).toBe(412);
    expect((await call("DELETE", path)).status).toBe(428);
    expect((await call("DELETE", path, matching("*"))).body).toMatchObject({ revision: 4 });
    expect((await call("DELETE", path, matching("*"))).status).toBe(404);
    expect((await call("PUT", path, { body: 1, ...matching("*") })).status).toBe(412);
  });

  test("is refused where the type or a limit refuses it, and nothing is changed", async () => {
    const before = await stateOf("parts");
    const star = matching("*");
    const wrong = await call("PUT", twin("parts", "/properties/place"), { body: 7, ...star });
    expect(wrong).toMatchObject({ status: 422, body: { code: "request.invalid", at: "/properties/place" } });
    expect(await call("PUT", twin("parts", "/desired/place"), { body: 7 })).toMatchObject({
      status: 422,
      body: { at: "/desired/place" },
    });
    const large = { note: "é".repeat(500_001) };
    expect((await call("PUT", twin("parts", "/desired"), { body: large, ...star })).status).toBe(413);
    expect((await call("PUT", twin("parts", "/properties"), { body: [], ...star })).status).toBe(422);
    expect((await call("PUT", twin("parts", "/properties/x"), { raw: "1e999" })).status).toBe(422);
    expect((await call("PUT", twin("parts", "/properties/x/y"), { body: 1 })).status).toBe(404);
    expect(await stateOf("parts")).toEqual(before);
  });

  test("what is desired may be any part of the properties' schema", async () => {
    const tank = { type: "broken.tank@2", properties: { site: { name: "harbour" } }, desired: { site: {} } };
    expect((await call("PUT", twin("wish"), { body: tank })).status).toBe(201);
    expect((await call("PUT", twin("wish-not"), { body: { ...tank, properties: { site: {} } } })).status).toBe(422);
    expect((await call("PUT", twin("wish", "/desired/other"), { body: 1 })).status).toBe(422);
    const gone = await call("DELETE", twin("wish", "/properties/site"), matching("*"));
    expect(gone).toMatchObject({ status: 422, body: { code: "request.invalid" } });
  });
});

describe("a patch", () => {
  test("of either kind is applied whole or not at all", async () => {
    await make("patched", { properties: { place: "A", n: 1 } });
    expect((await patching("patched", { properties: { n: null, m: [1] }, desired: { place: "B" } })).status).toBe(200);
    expect(await stateOf("patched")).toEqual({
      properties: { place: "A", m: [1] },
      desired: { place: "B" },
      links: {},
      revision: 2,
    });
    const failing = await patching("patched", [
      { op: "add", path: "/properties/k", value: 1 },
      { op: "test", path: "/properties/place", value: "B" },
    ]);
    expect(failing).toMatchObject({ status: 409, body: { code: "patch.test-failed", at: "/1" } });
    expect(await patching("patched", [{ op: "remove", path: "/properties/none" }])).toMatchObject({
      status: 422,
      body: { code: "patch.invalid", at: "/0" },
    });
    expect((await patching("patched", [{ op: "remove", path: "/type" }])).status).toBe(422);
    expect((await patching("patched", [{ op: "add", path: "/else", value: {} }])).status).toBe(422);
    const done = await patching("patched", [{ op: "move", from: "/desired/place", path: "/properties/place" }]);
    expect(done.body).toMatchObject({ revision: 3, properties: { place: "B", m: [1] }, desired: {} });
    expect(done.headers.get("etag")).toBe(`"r3-s${String(done.body["sequence"])}"`);
    const part = await patching("patched", [{ op: "add", path: "/-", value: 2 }], {}, "/properties/m");
    expect(part.body).toMatchObject({ revision: 4 });
  });

  test("that changes nothing is no revision and no event, and its kind is told by its media type", async () => {
    await make("same", { properties: { place: "A" } });
    const { body: before } = await call("GET", twin("same"));
    expect((await patching("same", { properties: { place: "A", none: null } })).body).toEqual(before);
    expect((await patching("same", {}, { "content-type": "application/json" })).status).toBe(415);
    const half = await call("PATCH", twin("same"), {
      raw: "{",
      headers: { "content-type": "application/merge-patch+json" },
    });
    expect(half).toMatchObject({ status: 400, body: { code: "request.malformed" } });
    expect((await patching("same", { properties: { place: "B" } }, { "if-match": '"r7"' })).status).toBe(412);
    expect((await call("GET", twin("same"))).body).toEqual(before);
  });

  test("of many writers at once is one after the other: none is lost", async () => {
    await make("busy", { properties: {} });
    const writers = Array.from({ length: 20 }, (_, index) =>
      patching("busy", { properties: { [`w${index}`]: index } }),
    );
    expect((await Promise.all(writers)).map(({ status }) => status)).toEqual(writers.map(() => 200));
    const { properties, revision } = await stateOf("busy");
    expect([Object.keys(properties as object).length, revision]).toEqual([20, 21]);
    const once = await Promise.all(
      writers.map((_, index) =>
        call("PUT", twin("busy", "/properties/won"), { body: index, headers: { "if-none-match": "*" } }),
      ),
    );
    expect(once.filter(({ status }) => status === 201)).toHaveLength(1);
  });
});

describe("a link", () => {
  beforeAll(async () => {
    for (const id of ["a", "b", "c"]) await make(id);
    await call("PUT", twin("tank"), { body: { type: "broken.tank@1", properties: { place: "P" } } });
    await call("PUT", twin("theirs"), { key: OTHER_KEY, body: { type: GAUGE } });
  });

  test("leads to twins that are there, yours and of its type", async () => {
    expect((await call("PUT", twin("a", "/links/feeds/b"))).status).toBe(201);
    expect((await call("PUT", twin("a", "/links/feeds/b"))).body).toMatchObject({ revision: 2 });
    expect((await patching("a", { links: { drains: ["tank"], feeds: ["b", "c"] } })).status).toBe(200);
    const refused = async (path: string) => (await call("PUT", twin("a", path))).body["code"];
    expect(await refused("/links/feeds/nobody")).toBe("link.target-not-found");
    expect(await refused("/links/feeds/theirs")).toBe("link.target-not-found");
    expect(await refused("/links/feeds/tank")).toBe("link.wrong-type");
    expect(await refused("/links/likes/b")).toBe("link.unknown");
    const twice = await call("PUT", twin("a", "/links/feeds"), { body: ["b", "b"], ...matching("*") });
    expect(twice).toMatchObject({ status: 422, body: { at: "/links/feeds" } });
    expect((await stateOf("a")).links).toEqual({ feeds: ["b", "c"], drains: ["tank"] });
    expect(await make("d", { links: { feeds: ["nobody"] } })).toMatchObject({
      status: 422,
      body: { code: "link.target-not-found" },
    });
    expect((await call("GET", twin("d"))).status).toBe(404);
  });

  const linkedFrom = async (id: string, query = "") =>
    (await call("GET", twin(id, `/linked-from${query}`))).body["items"];

  test("is found from its target within seconds, and goes with either end", async () => {
    await expect.poll(() => linkedFrom("b"), { timeout: 10_000 }).toEqual([{ id: "a", type: GAUGE, name: "feeds" }]);
    expect(await linkedFrom("b", "?name=drains")).toEqual([]);
    expect((await call("DELETE", twin("a", "/links/feeds/b"))).status).toBe(428);
    expect((await call("DELETE", twin("a", "/links/feeds/b"), matching("*"))).status).toBe(200);
    await expect.poll(() => linkedFrom("b"), { timeout: 10_000 }).toEqual([]);
    await make("e", { links: { feeds: ["b"] } });
    await expect.poll(() => linkedFrom("b"), { timeout: 10_000 }).toHaveLength(1);
    await expect.poll(() => linkedFrom("c"), { timeout: 10_000 }).toHaveLength(1);

    expect((await call("DELETE", twin("c"), matching("*"))).status).toBe(204);
    expect((await stateOf("a")).links).toEqual({ drains: ["tank"] });
    const { body: history } = await call("GET", twin("a", "/history?limit=1"));
    expect(history["items"]).toMatchObject([{ kind: "unlinked", by: null, reason: "twin c was deleted" }]);
    expect((await call("DELETE", twin("e"), matching("*"))).status).toBe(204);
    expect(await linkedFrom("b")).toEqual([]);
  });
});

test("a deleted twin is as one that never was, and its id is free", async () => {
  await make("gone", { properties: { place: "A" } });
  expect((await call("DELETE", twin("gone"))).status).toBe(428);
  expect((await call("DELETE", twin("gone"), matching('"r2"'))).status).toBe(412);
  expect((await call("DELETE", twin("gone"), matching('"r1-s1"'))).status).toBe(204);
  const never = await call("GET", twin("never-was"));
  for (const [method, rest] of [
    ["GET", ""],
    ["GET", "/history"],
    ["GET", "/properties"],
    ["DELETE", ""],
  ] as const)
    expect((await call(method, twin("gone", rest), matching("*"))).body).toEqual(never.body);
  const ids = ((await call("GET", "/v1/twins?limit=200")).body["items"] as { id: string }[]).map(({ id }) => id);
  expect(ids).not.toContain("gone");
  expect((await call("PUT", twin("gone"), { body: { type: GAUGE }, ...matching("*") })).status).toBe(412);
  const { status, body } = await make("gone");
  expect([status, body["revision"], body["properties"]]).toEqual([201, 1, {}]);
});

test("a twin is replaced as a whole, and stays what it is", async () => {
  await make("whole", { properties: { place: "A" }, desired: { place: "B" } });
  const replace = (body: object, headers = {}) =>
    call("PUT", twin("whole"), { body: { type: GAUGE, ...body }, headers });
  expect((await replace({})).status).toBe(428);
  expect((await replace({}, { "if-none-match": "*" })).status).toBe(412);
  expect((await replace({ type: "broken.tank@1", properties: { place: "A" } }, { "if-match": "*" })).status).toBe(422);
  expect((await replace({ synthetic: true }, { "if-match": "*" })).status).toBe(422);
  const done = await replace({ properties: { place: "C" } }, { "if-match": '"r1-s1"' });
  expect(done.headers.get("server-timing")).toMatch(/objects;dur=[\d.]+;desc="1 call"/);
  expect(done).toMatchObject({ status: 200, body: { revision: 2, properties: { place: "C" }, desired: {} } });
});

test("under an idempotency key the same request makes one twin", async () => {
  const post = (body: object) =>
    call("POST", "/v1/twins", { body: { type: GAUGE, ...body }, headers: { "idempotency-key": "k1" } });
  const answers = await Promise.all([post({}), post({}), post({})]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(new Set(answers.map(({ body }) => body["id"])).size).toBe(1);
  expect(await post({ properties: { place: "A" } })).toMatchObject({
    status: 409,
    body: { code: "request.key-reused" },
  });
});

test("a batch has a result for each item", async () => {
  await make("old", { properties: { place: "A" } });
  const items = [
    { create: { id: "new-1", type: GAUGE } },
    { create: { id: "old", type: GAUGE } },
    { create: { id: "new-2", type: "broken.nothing@1" } },
    { patch: { id: "never-was", merge: {} } },
  ];
  const { status, body } = await call("POST", "/v1/twins/batch", { body: { items } });
  expect(status).toBe(200);
  expect(body["items"]).toMatchObject([
    { id: "new-1", status: 201, revision: 1 },
    { id: "old", status: 409, problem: { code: "twin.exists" } },
    { id: "new-2", status: 422, problem: { code: "twin.type-unknown" } },
    { id: "never-was", status: 404, problem: { code: "twin.not-found" } },
  ]);
  const patches = [
    { patch: { id: "old", merge: { properties: { n: 1 } }, ifMatch: '"r1"' } },
    { patch: { id: "new-1", operations: [{ op: "add", path: "/properties/n", value: 1 }], ifMatch: '"r9"' } },
  ];
  expect((await call("POST", "/v1/twins/batch", { body: { items: patches } })).body["items"]).toMatchObject([
    { status: 200, revision: 2 },
    { status: 412, problem: { code: "twin.revision-mismatch" } },
  ]);
  const twice = await call("POST", "/v1/twins/batch", { body: { items: [items[0], items[0]] } });
  expect(twice.status).toBe(422);
});

test("history tells what changed, by whom and why, and gives every state back", async () => {
  const why = { "eigentwin-reason": "moved to the harbour" };
  const times: string[] = [];
  await call("PUT", twin("told"), { body: { type: GAUGE, properties: { place: "A" } }, headers: why });
  for (const place of ["B", "C"]) {
    times.push(String((await call("GET", twin("told"))).body["updatedAt"]));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await patching("told", { properties: { place } }, why);
  }
  const first = await call("GET", twin("told", "/history?limit=2"));
  expect(first.body["items"]).toMatchObject([
    { revision: 3, kind: "changed", by: "key_own", reason: "moved to the harbour" },
    { revision: 2, patch: [{ op: "replace", path: "/properties/place", value: "B" }] },
  ]);
  const rest = await call("GET", twin("told", `/history?limit=2&cursor=${String(first.body["next"])}`));
  expect(rest.body).toMatchObject({ items: [{ revision: 1, kind: "created", patch: [] }], next: null });

  const placeAt = async (query: string) => (await call("GET", twin("told", query))).body["properties"];
  expect(await placeAt("?revision=1")).toEqual({ place: "A" });
  expect(await placeAt("?revision=2")).toEqual({ place: "B" });
  expect(await Promise.all(times.map((at) => placeAt(`?at=${at}`)))).toEqual([{ place: "A" }, { place: "B" }]);
  for (const query of ["?revision=4", "?at=2000-01-01T00:00:00Z"])
    expect(await call("GET", twin("told", query))).toMatchObject({
      status: 404,
      body: { code: "twin.revision-not-found" },
    });
  for (const query of ["?revision=0", "?revision=1&at=2026-01-01T00:00:00Z", "?at=today"])
    expect((await call("GET", twin("told", query))).status).toBe(422);
  expect((await call("GET", twin("told", "/diff?from=3&to=1"))).body).toEqual({
    from: 3,
    to: 1,
    patch: [{ op: "replace", path: "/properties/place", value: "A" }],
  });
  expect((await call("GET", twin("told", "/diff?from=1"))).body).toMatchObject({ to: 3 });
});
