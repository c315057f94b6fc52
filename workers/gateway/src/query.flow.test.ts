// Twins found over HTTP: by what they are, where they are linked, what was measured and predicted; at once after a write, whatever
// the index was behind; and by nobody else.

import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { twin, twinValue } from "@eigentwin/index";
import { makeKey } from "../testing/administration.ts";
import {
  OTHER_KEY,
  OWN_KEY,
  startTestDeployment,
  type Answer,
  type Call,
  type TestDeployment,
} from "../testing/deployment.ts";
import { seenBy } from "./query/ask.ts";
import { fieldsOf } from "./query/fields.ts";
import { filterIn } from "./query/read.ts";
import { selectById, selectSorted, type Index } from "./query/select.ts";

const GAUGE = "broken.gauge@1";
const TANK = "broken.tank@1";
const TOKEN = "eigentwin-write-token";

let deployment: TestDeployment;
let d1: D1Database;

const call = (method: string, path: string, options?: Call): Promise<Answer> => deployment.call(method, path, options);
const query = (parameters: Record<string, string>, options?: Call): Promise<Answer> =>
  call("GET", `/v1/twins?${new URLSearchParams({ type: GAUGE, ...parameters }).toString()}`, options);
const seeing = (...answers: Answer[]): Call => ({
  headers: { [TOKEN]: answers.map(({ headers }) => headers.get(TOKEN)).join(", ") },
});
const idsIn = ({ status, body }: Answer): unknown =>
  status === 200 ? (body["items"] as { id: string }[]).map(({ id }) => id) : body;
const found = async (filter: string, options?: Call): Promise<unknown> => idsIn(await query({ filter }, options));
const patch = (id: string, state: object): Promise<Answer> =>
  call("PATCH", `/v1/twins/${id}`, { body: state, headers: { "content-type": "application/merge-patch+json" } });
const measure = (id: string, value: number, hour = 0): Promise<Answer> =>
  call("POST", `/v1/twins/${id}/points`, {
    body: { points: [{ stream: "level", observedAt: `2026-01-01T0${hour}:00:00Z`, value }] },
  });

const GAUGES = {
  "gauge-1": { properties: { place: "roof", n: 1, tested: true, testedAt: "2026-01-01T01:00:00+01:00" }, level: 3 },
  "gauge-2": { properties: { place: "roof", n: 12, tested: false }, level: 1 },
  "gauge-3": { properties: { place: "cellar", n: 3 }, level: 2 },
  "gauge-4": { properties: {} },
};

beforeAll(async () => {
  deployment = await startTestDeployment();
  ({ INDEX: d1 } = await deployment.harness.getWorker<{ INDEX: D1Database }>("eigentwin-gateway").getEnv());
  await call("POST", "/v1/twins", { body: { id: "tank-1", type: TANK, properties: { place: "yard" } } });
  for (const [id, { properties }] of Object.entries(GAUGES))
    await call("POST", "/v1/twins", { body: { id, type: GAUGE, properties } });
  const links = { "gauge-1": { feeds: ["gauge-2", "gauge-4"] }, "gauge-2": { feeds: ["gauge-3"], drains: ["tank-1"] } };
  const written = [];
  for (const [id, of] of Object.entries(links)) written.push(await patch(id, { links: of }));
  for (const [id, gauge] of Object.entries(GAUGES)) if ("level" in gauge) written.push(await measure(id, gauge.level));
  expect(await found('id starts "gauge"', seeing(...written))).toHaveLength(4);
});
afterAll(() => deployment.stop());

test.each([
  ['properties.place = "roof"', ["gauge-1", "gauge-2"]],
  ['properties.place = "roof" and streams.level.value >= 2', ["gauge-1"]],
  ["properties.n in (1, 3)", ["gauge-1", "gauge-3"]],
  ["not has properties.n", ["gauge-4"]],
  ["properties.tested = false", ["gauge-2"]],
  ['properties.testedAt = "2026-01-01T00:00:00Z"', ["gauge-1"]],
  ['properties.place starts "ro" or streams.level.observedAt > "2026-06-01T00:00:00Z"', ["gauge-1", "gauge-2"]],
  ["synthetic = true", []],
  ['linked from "gauge-1" by feeds', ["gauge-2", "gauge-4"]],
  ['linked from "gauge-1" by feeds within 2 and properties.place = "cellar"', ["gauge-3"]],
  ['linked to "gauge-3" within 2', ["gauge-1", "gauge-2"]],
  ['linked to "tank-1" by drains', ["gauge-2"]],
])("%s", async (filter, ids) => {
  expect(await found(filter)).toEqual(ids);
});

test.each([
  [
    { filter: "properties.wrong = 1" },
    "line 1 column 1",
    "these twins are not found by properties.wrong",
    "properties.place",
  ],
  [
    { filter: 'id = "a" and streams.noise.value > 1' },
    "line 1 column 14",
    "not found by streams.noise.value",
    "streams.level.value",
  ],
  [{ filter: 'properties.n = "1"' }, "line 1 column 1", 'properties.n is a number, and is compared with "1"', ""],
  [{ filter: 'properties.place < "b"' }, "line 1 column 1", "which `<` does not compare", "starts"],
  [{ filter: 'properties.testedAt > "yesterday"' }, "line 1 column 1", "properties.testedAt is a time", "RFC 3339"],
  [{ filter: 'linked to "tank-1" by owns' }, "line 1 column 1", 'no twin type has a link "owns"', "drains"],
  [{ filter: "properties.n >" }, "line 1 column 15", "a number, a text", ""],
  [{ filter: "properties.n = 1", type: "" }, "line 1 column 1", "no type says what properties.n is", "type=a.b@1"],
  [{ sort: "updatedAt" }, "line 1 column 1", "twins are not sorted by updatedAt", "id"],
  [{ fields: "properties.secret" }, "line 1 column 1", "not found by properties.secret", "properties.n"],
])("%j is refused with where, why and what there is", async (parameters, at, why, hint) => {
  const { status, body } = await query(parameters);
  expect({ status, code: body["code"] }).toEqual({ status: 422, code: "query.invalid" });
  expect(body["at"]).toBe(`query ${Object.keys(parameters)[0]} ${at}`);
  expect(body["detail"]).toContain(why);
  expect(String(body["hint"] ?? "")).toContain(hint);
});

test("fields are told as they stand in the twin, and what a twin does not have is left out", async () => {
  const { body } = await query({
    fields: "type, properties.tested, properties.testedAt, streams.level.value",
    limit: "2",
  });
  expect(body["items"]).toEqual([
    {
      id: "gauge-1",
      type: GAUGE,
      properties: { tested: true, testedAt: "2026-01-01T00:00:00.000Z" },
      streams: { level: { value: 3 } },
    },
    { id: "gauge-2", type: GAUGE, properties: { tested: false }, streams: { level: { value: 1 } } },
  ]);
});

test("pages of a sort hold each twin once, those without a value last; a cursor goes with its query alone", async () => {
  const pages = async (sort: string) => {
    const ids: unknown[] = [];
    for (let cursor: unknown = ""; cursor !== null;) {
      const answer = await query({ sort, limit: "1", ...(cursor !== "" && { cursor: String(cursor) }) });
      ids.push(...(idsIn(answer) as unknown[]));
      cursor = answer.body["next"];
    }
    return ids;
  };
  expect(await pages("streams.level.value")).toEqual(["gauge-2", "gauge-3", "gauge-1", "gauge-4"]);
  expect(await pages("-streams.level.value")).toEqual(["gauge-1", "gauge-3", "gauge-2", "gauge-4"]);
  const { body } = await query({ sort: "properties.n", limit: "1" });
  for (const cursor of [String(body["next"]), "x", "W10"])
    expect(await query({ sort: "-properties.n", cursor })).toMatchObject({
      status: 422,
      body: { code: "query.invalid", at: "query cursor" },
    });
});

describe("after a write", () => {
  test("a query that sends its token sees it", async () => {
    for (let turn = 0; turn < 10; turn++) {
      const written = await patch("gauge-4", { properties: { place: `place-${turn}` } });
      expect(await found(`properties.place = "place-${turn}"`, seeing(written))).toEqual(["gauge-4"]);
    }
    const measured = await measure("gauge-4", 77);
    expect(await found("streams.level.value = 77", seeing(measured))).toEqual(["gauge-4"]);
  });

  test("a deleted twin is found no more, and its earlier token is told to be of something that is not there", async () => {
    const made = await call("POST", "/v1/twins", {
      body: { id: "gauge-9", type: GAUGE, properties: { place: "attic" } },
    });
    expect(await found('properties.place = "attic"', seeing(made))).toEqual(["gauge-9"]);
    const gone = await call("DELETE", "/v1/twins/gauge-9", { headers: { "if-match": "*" } });
    expect(await found('properties.place = "attic"', seeing(gone))).toEqual([]);
    expect(await drizzle(d1).select().from(twinValue).where(eq(twinValue.twin, "gauge-9"))).toEqual([]);
    expect(await query({}, seeing(made))).toMatchObject({
      status: 503,
      body: { code: "query.index-behind", retry: true },
    });
  });

  test.each(["x", btoa("gauge-1"), Array.from({ length: 11 }, () => btoa("gauge-1 1")).join()])(
    "no token is made up: %s",
    async (token) => {
      const answer = await query({}, { headers: { [TOKEN]: token } });
      expect(answer).toMatchObject({ status: 422, body: { at: `header ${TOKEN}` } });
    },
  );
});

test("values that were written under another declaration are written anew before they are searched", async () => {
  await drizzle(d1).delete(twinValue).where(eq(twinValue.twin, "gauge-1"));
  await drizzle(d1).update(twin).set({ indexedAs: "" }).where(eq(twin.id, "gauge-1"));
  expect(await found("properties.n = 1")).toEqual(["gauge-1"]);
});

test("a prediction is found until the twin has newer points, and its staleness afterwards", async () => {
  const life = 'predictions."broken.foretells@1"';
  const asked = { capability: "broken.foretells@1", subject: { kind: "twin", id: "gauge-1" } };
  expect((await call("POST", "/v1/runs", { body: asked })).body).toMatchObject({ state: "succeeded" });
  await expect.poll(() => found(`${life}.stale = false`), { timeout: 10_000 }).toEqual(["gauge-1"]);
  const told = await query({ filter: `has ${life}.value`, fields: `${life}.value, ${life}.stale, ${life}.verdict` });
  expect(told.body["items"]).toMatchObject([
    { predictions: { "broken.foretells@1": { value: expect.any(Number), stale: false, verdict: "not-compared" } } },
  ]);
  const measured = await measure("gauge-1", 4, 5);
  expect(await found(`${life}.stale = true`, seeing(measured))).toEqual(["gauge-1"]);
  expect(await found(`${life}.stale = false`)).toEqual([]);
});

test("nobody finds another tenant's twins, nor those of types that a key does not see, nor a way through them", async () => {
  for (const filter of ['properties.place = "roof"', 'linked from "gauge-1"', 'linked to "tank-1"'])
    expect(await found(filter, { key: OTHER_KEY })).toEqual([]);
  const written = await patch("gauge-3", { links: { feeds: ["gauge-1"] } });
  const tankKey = await makeKey(deployment, OWN_KEY, { scopes: ["twins:read"], twinTypes: ["broken.tank"] });
  const asTank = { key: tankKey.key };
  const tanks = (filter: string, options: Call) =>
    call("GET", `/v1/twins?${new URLSearchParams({ filter }).toString()}`, options);
  expect(idsIn(await tanks('linked from "gauge-2"', seeing(written)))).toEqual(["gauge-3", "tank-1"]);
  expect(idsIn(await tanks('linked from "gauge-2"', asTank))).toEqual([]);
  expect(idsIn(await tanks('id starts "t" or id starts "g"', asTank))).toEqual(["tank-1"]);
  expect(await query({ filter: "properties.n = 1" }, asTank)).toMatchObject({
    status: 422,
    body: { code: "query.invalid" },
  });
  const theirs = await query({}, { ...asTank, ...seeing(written) });
  expect(theirs).toMatchObject({ status: 503, body: { code: "query.index-behind" } });
  const nobodys = await query({}, { ...asTank, headers: { [TOKEN]: btoa("gauge-nobody 3") } });
  expect(nobodys.body["detail"]).toBe(String(theirs.body["detail"]).replace("gauge-3", "gauge-nobody"));
});

test("the database itself goes by the indexes", async () => {
  const properties = { properties: { place: { type: "string" } } };
  const gauge = { id: GAUGE, title: "", properties, indexed: ["place"], streams: {}, links: {} };
  const fields = fieldsOf({ types: [gauge], capabilities: [], links: ["feeds"] });
  const planOf = async (filter: string, sort?: string) => {
    const lowered = filterIn(filter, { tenant: "own", fields, isFollowed: seenBy([]), nowMs: 0 });
    const question = { tenant: "own", where: [eq(twin.type, GAUGE)], filter: lowered, isDescending: false };
    const index = drizzle(d1) as unknown as Index;
    const after = { value: 1, id: "gauge-1" };
    const asked =
      sort === undefined ? selectById(index, question, after.id) : selectSorted(index, question, sort, after);
    const { sql, params } = asked.limit(51).toSQL();
    const explained = d1.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...params);
    const { results } = await explained.all<{ detail: string }>();
    return results.map(({ detail }) => detail).join("; ");
  };
  const plan = await planOf('properties.place = "roof" and linked to "gauge-2" by feeds within 2');
  expect(plan).toContain("link_by_target (tenant=? AND target=?");
  const led = await planOf('properties.place = "roof" and has properties.place');
  expect(led).toContain("found USING COVERING INDEX twin_value_by_value (tenant=? AND field=? AND value=? AND twin>?)");
  const sorted = await planOf('properties.place = "roof"', "streams.level.value");
  expect(sorted).toMatch(
    /^SEARCH sorted USING COVERING INDEX twin_value_by_value \(tenant=\? AND field=\? AND \(value,twin\)>/,
  );
  for (const one of [plan, led, sorted]) expect(one).not.toMatch(/SCAN (?:twin|link|value|found|sorted)\b|TEMP B-TREE/);
});
