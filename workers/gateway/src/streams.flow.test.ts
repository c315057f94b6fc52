// Streams over HTTP: every form of a batch, every way of reading, and a series that no single message carries.

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TwinService } from "@eigentwin/twins";
import { OWN_KEY, startTestDeployment, type Answer, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
});
afterAll(() => deployment.stop());

let made = 0;
async function newGauge(): Promise<string> {
  const id = `gauge-${(made += 1)}`;
  await deployment.call("POST", "/v1/twins", { body: { id, type: "broken.gauge@1" } });
  return `/v1/twins/${id}`;
}

const minute = (index: number) => new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString();
const points = (values: readonly number[]) =>
  values.map((value, index) => ({ stream: "level", observedAt: minute(index), value }));

async function send(path: string, body: string | Uint8Array, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(new URL(path, deployment.url), {
    method: "POST",
    headers: { authorization: `Bearer ${OWN_KEY}`, "content-type": "application/json", ...headers },
    body: body as Uint8Array<ArrayBuffer>,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer["body"] };
}

const readAll = async (path: string) =>
  ((await deployment.call("GET", `${path}/streams/level`)).body["points"] as { value: number }[]).map(
    ({ value }) => value,
  );

describe("a batch", () => {
  const CSV = { "content-type": "text/csv" };
  test("is the same as JSON, as long and as wide CSV, packed and plain", async () => {
    const values = [1, 2.5, -3];
    const json = JSON.stringify({ points: points(values) });
    const long = ["stream,observedAt,value", ...values.map((value, at) => `level,${minute(at)},${value}`)].join("\n");
    const wide = ["observedAt,level", ...values.map((value, at) => `${minute(at)},${value}`)].join("\r\n");
    for (const [body, headers] of [
      [json, {}],
      [long, CSV],
      [wide, CSV],
      [gzipSync(json), { "content-encoding": "gzip" }],
      [gzipSync(wide), { ...CSV, "content-encoding": "gzip" }],
    ] as const) {
      const path = await newGauge();
      expect(await send(`${path}/points`, body, headers)).toMatchObject({ status: 200, body: { accepted: 3 } });
      expect(await readAll(path)).toEqual(values);
    }
  });

  test("that unpacks into too much, or is no gzip, is refused", async () => {
    const path = `${await newGauge()}/points`;
    const packed = { "content-encoding": "gzip" };
    const bomb = gzipSync(new Uint8Array(17 * 1024 * 1024));
    expect(await send(path, bomb, packed)).toMatchObject({ status: 413, body: { code: "request.too-large" } });
    const cut = gzipSync(JSON.stringify({ points: points([1]) })).subarray(0, 30);
    expect(await send(path, cut, packed)).toMatchObject({ status: 400, body: { code: "request.malformed" } });
    expect(await send(path, "{}", { "content-encoding": "br" })).toMatchObject({ status: 415 });
  });

  test("taken in part keeps the good ones and tells each bad one", async () => {
    const path = await newGauge();
    await deployment.call("POST", `${path}/points`, { body: { points: points([1, 2]) } });
    const [first, second, third] = points([1, 9, 3]);
    const body = { points: [first, { ...first, stream: "depth" }, second, { ...first, observedAt: "soon" }, third] };
    const answer = await deployment.call("POST", `${path}/points?mode=partial&results=each`, { body });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        accepted: 1,
        unchanged: 1,
        corrected: 1,
        refused: [
          { index: 1, failure: { code: "stream.unknown", at: "/points/1/stream" } },
          { index: 3, failure: { code: "request.invalid", at: "/points/3/observedAt" } },
        ],
        results: ["unchanged", "refused", "corrected", "refused", "accepted"],
      },
    });
    expect(await readAll(path)).toEqual([1, 9, 3]);
    const all = await deployment.call("POST", `${path}/points`, { body });
    expect(all).toMatchObject({ status: 422, body: { code: "request.invalid", at: "/points/3/observedAt" } });
  });

  test("in another unit is converted, and is then the same point", async () => {
    const path = await newGauge();
    const body = { points: [{ stream: "level", observedAt: minute(0), value: 254, unit: "mm" }] };
    expect((await deployment.call("POST", `${path}/points`, { body })).body).toMatchObject({ accepted: 1 });
    expect(await readAll(path)).toEqual([0.254]);
    const inches = { points: [{ stream: "level", observedAt: minute(0), value: 10, unit: "[in_i]" }] };
    expect((await deployment.call("POST", `${path}/points`, { body: inches })).body).toMatchObject({ unchanged: 1 });
  });
});

describe("a stream", () => {
  let path: string;
  let before: string;
  const read = async (query: string) => (await deployment.call("GET", `${path}/streams/level?${query}`)).body;
  beforeAll(async () => {
    path = await newGauge();
    await deployment.call("POST", `${path}/points`, { body: { points: points([4, 1, 7, 2, 5, 5]) } });
    before = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await deployment.call("POST", `${path}/points`, { body: { points: points([4, 10]) } });
  });

  test("comes by buckets, page by page, as it is known now and as it was", async () => {
    const query = "every=PT4M&aggregate=min,max,mean,count,first,last";
    const first = { from: minute(0), min: 2, max: 10, mean: 5.75, count: 4, first: 4, last: 2 };
    expect(await read(query)).toMatchObject({
      every: "PT4M",
      buckets: [first, { from: minute(4), min: 5, max: 5, mean: 5, count: 2, first: 5, last: 5 }],
      next: null,
    });
    const { next, ...page } = await read(`${query}&limit=1`);
    expect(page["buckets"]).toEqual([first]);
    expect((await read(`${query}&limit=1&cursor=${next}`))["buckets"]).toMatchObject([{ from: minute(4) }]);
    expect((await read(`every=P1D&aggregate=max,count&asOf=${before}`))["buckets"]).toEqual([
      { from: minute(0), max: 7, count: 6 },
    ]);
  });

  test("is drawn with fewer points that keep its ends and its peak", async () => {
    for (const method of ["lttb", "minmax-lttb"]) {
      const body = await read(`points=3&method=${method}`);
      expect(body).toMatchObject({ method, of: 6 });
      expect((body["points"] as { value: number }[]).map(({ value }) => value)).toEqual([4, 10, 5]);
    }
    expect((await read("points=500"))["points"]).toHaveLength(6);
  });

  test.each([
    "every=P1M",
    "every=PT1H&aggregate=median",
    "aggregate=min",
    "points=2",
    "points=3&every=PT1H",
    "method=lttb",
  ])("refuses ?%s", async (query) => expect(await read(query)).toMatchObject({ status: 422, code: "request.invalid" }));
});

test("a series that no message carries reaches a run and comes back by pages, buckets and pictures", async () => {
  const path = await newGauge();
  const id = path.split("/").at(-1) ?? "";
  const { TWINS } = await deployment.harness.getWorker<{ TWINS: DurableObjectNamespace }>("eigentwin-gateway").getEnv();
  const twin = TWINS.getByName(`own/${id}`) as unknown as TwinService;
  // Larger than what a run is given at once, and old points move to a body on the way.
  const each = 220_000;
  for (let from = 0; from < 5 * each; from += each) {
    const observedAtMs = Float64Array.from({ length: each }, (_, at) => 1000 * (from + at));
    const values = observedAtMs.map((at) => (at / 1000) % 100);
    expect(await twin.appendSeries({ level: { observedAtMs, values } }, null)).toMatchObject({
      value: { accepted: each },
    });
  }
  const gateway = deployment.harness.getWorker<{ BODIES: R2Bucket }>("eigentwin-gateway");
  const { BODIES } = await gateway.getEnv();
  await expect
    .poll(async () => (await BODIES.list({ prefix: `streams/own/${id}/` })).objects.length, {
      timeout: 60_000,
    })
    .toBeGreaterThan(0);
  const stream = (query: string) => deployment.call("GET", `${path}/streams/level?${query}`);
  expect((await stream("every=P7D&aggregate=count,mean,max")).body["buckets"]).toMatchObject([
    { count: 604_800, max: 99 },
    { count: 495_200, max: 99 },
  ]);
  expect((await stream("points=100&method=lttb")).body).toMatchObject({ code: "stream.too-dense" });
  const picture = (await stream("points=100")).body;
  expect(picture).toMatchObject({ of: 1_100_000 });
  expect(picture["points"]).toHaveLength(100);
  const run = await deployment.call("POST", "/v1/runs", {
    body: { capability: "broken.healthy@1", subject: { kind: "twin", id }, input: {} },
    headers: { prefer: "wait=60" },
  });
  expect(run.body).toMatchObject({ state: "succeeded" });

  const archive = new TextDecoder("latin1").decode(
    await (
      await deployment.fetch("/v1/export", {
        headers: { authorization: `Bearer ${OWN_KEY}` },
      })
    ).arrayBuffer(),
  );
  const { objects } = await BODIES.list({ prefix: "streams/own/" });
  for (const { key } of objects) expect(archive).toContain(`bodies/${key}`);

  await twin.erase();
  expect((await BODIES.list({ prefix: "streams/own/" })).objects).toEqual([]);
}, 120_000);
