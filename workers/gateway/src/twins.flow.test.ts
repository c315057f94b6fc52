// A twin over HTTP: its streams page by page, its ETag, and what is kept under an idempotency key.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestDeployment, type Answer, type Call, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
  await call("POST", "/v1/twins", { body: { id: "gauge-1", type: "broken.gauge@1" } });
});
afterAll(() => deployment.stop());

const call = (method: string, path: string, options?: Call): Promise<Answer> => deployment.call(method, path, options);
const minute = (index: number) => new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString();
const append = (values: Record<number, number>) =>
  call("POST", "/v1/twins/gauge-1/points", {
    body: {
      points: Object.entries(values).map(([index, value]) => ({
        stream: "level",
        observedAt: minute(Number(index)),
        value,
      })),
    },
  });

test("every change of a twin gives another ETag and another time; an unchanged twin is not sent again", async () => {
  const read = (etag?: string) => call("GET", "/v1/twins/gauge-1", etag ? { headers: { "if-none-match": etag } } : {});
  const first = await read();
  const etag = first.headers.get("etag") ?? "";
  expect(etag).toBe('"r1-s1"');
  expect(await read(etag)).toMatchObject({ status: 304, body: {} });
  await append({ 0: 1 });
  const changed = await read(etag);
  expect(changed).toMatchObject({ status: 200, body: { sequence: 2, revision: 1 } });
  expect(changed.headers.get("etag")).toBe('"r1-s2"');
  expect(String(changed.body["updatedAt"]) > String(first.body["updatedAt"])).toBe(true);
  await append({ 0: 1 });
  expect((await read('"r1-s2"')).status).toBe(304);
  await expect
    .poll(async () => (await call("GET", "/v1/twins")).body["items"], { timeout: 10_000 })
    .toMatchObject([{ id: "gauge-1", updatedAt: changed.body["updatedAt"] }]);
});

describe("a stream", () => {
  const pages = async (query: string, atFirst: () => Promise<unknown> = async () => {}) => {
    const values: number[][] = [];
    for (let next: unknown = ""; next !== null;) {
      const path = `/v1/twins/gauge-1/streams/level?${query}${next === "" ? "" : `&cursor=${next}`}`;
      const { body } = await call("GET", path);
      values.push((body["points"] as { value: number }[]).map(({ value }) => value));
      if (next === "") await atFirst();
      next = body["next"];
    }
    return values;
  };
  beforeAll(() => append({ 0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6 }));

  test("comes page by page, in order and whole", async () => {
    expect(await pages("limit=3")).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(await pages("limit=7")).toEqual([[0, 1, 2, 3, 4, 5, 6]]);
    expect(await pages(`limit=2&from=${minute(1)}&to=${minute(4)}`)).toEqual([[1, 2], [3]]);
  });

  test("is as of its first page: a correction on the way is not mixed in", async () => {
    expect(await pages("limit=3", () => append({ 5: 55 }))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(await pages("limit=9")).toEqual([[0, 1, 2, 3, 4, 55, 6]]);
  });

  test.each(["from=%2B05", "to=2026-02-31T00:00:00Z", "asOf=yesterday", "limit=0", "limit=10001", "cursor=x"])(
    "refuses ?%s rather than reading nothing",
    async (query) => {
      const answer = await call("GET", `/v1/twins/gauge-1/streams/level?${query}`);
      expect(answer).toMatchObject({ status: 422, body: { code: "request.invalid" } });
      expect(answer.body["at"]).toBe(`query ${query.split("=")[0]}`);
    },
  );
});

describe("under an idempotency key", () => {
  const store = (title: string, value: number) =>
    call("POST", "/v1/datasets", {
      body: { title, columns: [{ name: "who", role: "individual", unit: "1", values: [value] }] },
      headers: { "idempotency-key": "table" },
    });

  test("the same dataset is stored once, however often and however much at once it is sent", async () => {
    const answers = await Promise.all([store("t", 1), store("t", 1), store("t", 1)]);
    answers.push(await store("t", 1));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body["id"])).size).toBe(1);
    expect((await call("GET", "/v1/datasets")).body["items"]).toHaveLength(1);
  });

  test("another dataset is refused", async () => {
    expect(await store("t", 2)).toMatchObject({ status: 409, body: { code: "request.key-reused" } });
    expect(await store("another", 1)).toMatchObject({ status: 409, body: { code: "request.key-reused" } });
  });
});

test("a file that is imported again under its key finds the first dataset", async () => {
  const cycle = ["1 1", ...Array.from({ length: 24 }, (_, column) => column)].join(" ");
  const send = (text: string) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ reader: "aerospace.cmapss", as: "dataset" })) form.set(name, value);
    form.append("file", new File([text], "train.txt"));
    return call("POST", "/v1/imports", { raw: form, headers: { "idempotency-key": "file" } });
  };
  const first = await send(`${cycle}\n`);
  expect(first).toMatchObject({ status: 201, body: { dataset: { rows: 1 } } });
  expect(await send(`${cycle}\n`)).toMatchObject({ status: 201, body: first.body });
  const other = await send(`${cycle}\n${cycle.replace("1 1", "1 2")}\n`);
  expect(other).toMatchObject({ status: 409, body: { code: "request.key-reused" } });
});

test("lists of twins come page by page", async () => {
  for (const id of ["gauge-2", "gauge-3"]) await call("POST", "/v1/twins", { body: { id, type: "broken.gauge@1" } });
  const ids: string[] = [];
  for (let next: unknown = ""; next !== null;) {
    const { body } = await call("GET", `/v1/twins?limit=2${next === "" ? "" : `&cursor=${next}`}`);
    ids.push(...(body["items"] as { id: string }[]).map(({ id }) => id));
    next = body["next"];
  }
  expect(ids).toEqual(["gauge-1", "gauge-2", "gauge-3"]);
});
