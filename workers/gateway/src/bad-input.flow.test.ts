// Bad input over HTTP: each line gives a problem with its stable code, and nothing is half-written.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OTHER_KEY, startTestDeployment, type Answer, type Call, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
  await deployment.call("POST", "/v1/twins", { body: { id: "gauge-1", type: "broken.gauge@1" } });
  await deployment.call("POST", "/v1/twins", { body: { id: "engine-1", type: "aerospace.engine@1" } });
});
afterAll(() => deployment.stop());

const call = (method: string, path: string, options?: Call): Promise<Answer> => deployment.call(method, path, options);

function expectProblem({ status, headers, body }: Answer, expectedStatus: number, code: string): void {
  expect(body).toMatchObject({ status: expectedStatus, code, type: `urn:eigentwin:problem:${code}` });
  expect(status).toBe(expectedStatus);
  expect(headers.get("content-type")).toContain("application/problem+json");
  expect(body["title"]).toBeTypeOf("string");
  expect(body["detail"]).toBeTypeOf("string");
}

describe("keys and tenants", () => {
  test("no key, a wrong key, and a header that is no bearer key", async () => {
    const nobody = await call("GET", "/v1/twins", { key: null });
    expectProblem(nobody, 401, "auth.missing-key");
    expect(nobody.headers.get("www-authenticate")).toBe("Bearer");
    expectProblem(await call("GET", "/v1/twins", { key: "et_wrong" }), 401, "auth.wrong-key");
    expectProblem(
      await call("GET", "/v1/twins", { key: null, headers: { authorization: "Basic eDp5" } }),
      401,
      "auth.wrong-key",
    );
  });

  test("another tenant's twin answers exactly as one that is not there", async () => {
    const theirs = await call("GET", "/v1/twins/gauge-1", { key: OTHER_KEY });
    const nobodys = await call("GET", "/v1/twins/gauge-2", { key: OTHER_KEY });
    expectProblem(theirs, 404, "twin.not-found");
    expect(JSON.stringify(theirs.body)).toBe(JSON.stringify(nobodys.body));
    const run = { capability: "broken.healthy@1", subject: { kind: "twin", id: "gauge-1" } };
    expectProblem(await call("POST", "/v1/runs", { key: OTHER_KEY, body: run }), 404, "twin.not-found");
    const points = [{ stream: "level", observedAt: "2026-01-01T00:00:00Z", value: 1 }];
    expectProblem(
      await call("POST", "/v1/twins/gauge-1/points", { key: OTHER_KEY, body: { points } }),
      404,
      "twin.not-found",
    );
    expect((await call("GET", "/v1/twins", { key: OTHER_KEY })).body["items"]).toEqual([]);
  });
});

test("a packed body is not unpacked", async () => {
  const packed = { raw: "not read", headers: { "content-encoding": "gzip" } };
  expectProblem(await call("POST", "/v1/twins", packed), 415, "request.unsupported-media-type");
  expectProblem(await call("POST", "/v1/imports", packed), 415, "request.unsupported-media-type");
});

test("asking for ids that are not there leaves no object behind", async () => {
  const twins = deployment.harness.getWorker("eigentwin-twins");
  const before = await twins.listDurableObjectIds("TwinObject");
  for (let id = 0; id < 20; id++) await call("GET", `/v1/twins/nobody-${id}`);
  const points = [{ stream: "level", observedAt: "2026-01-01T00:00:00Z", value: 1 }];
  expectProblem(await call("POST", "/v1/twins/nobody-1/points", { body: { points } }), 404, "twin.not-found");
  expect(await twins.listDurableObjectIds("TwinObject")).toEqual(before);
});

describe("bodies", () => {
  test("of nobody are not read, however large they are", async () => {
    const raw = "x".repeat(3 * 1024 * 1024);
    expectProblem(await call("POST", "/v1/twins", { key: null, raw }), 401, "auth.missing-key");
  });

  test("that are not JSON, where JSON is taken", async () => {
    for (const path of ["/v1/twins", "/v1/twins/gauge-1/points", "/v1/datasets", "/v1/runs"])
      expectProblem(
        await call("POST", path, { raw: "{}", headers: { "content-type": "text/plain" } }),
        415,
        "request.unsupported-media-type",
      );
  });

  test("with properties that no object could hold leave the id free", async () => {
    const body = (length: number) => ({
      id: "gauge-8",
      type: "broken.gauge@1",
      properties: { place: "x".repeat(length) },
    });
    const answer = await call("POST", "/v1/twins", { body: body(2_050_000) });
    expectProblem(answer, 413, "request.too-large");
    expect(answer.body["at"]).toBe("/properties");
    expectProblem(await call("GET", "/v1/twins/gauge-8"), 404, "twin.not-found");
    expect((await call("POST", "/v1/twins", { body: body(10) })).status).toBe(201);
  });

  test("malformed JSON", async () => {
    expectProblem(await call("POST", "/v1/twins", { raw: '{"type":' }), 400, "request.malformed");
    expectProblem(
      await call("POST", "/v1/twins/gauge-1/points", { raw: '{"points":[{"value":NaN}]}' }),
      400,
      "request.malformed",
    );
  });

  test("a body over the limit", async () => {
    const raw = JSON.stringify({ type: "broken.gauge@1", properties: { place: "x".repeat(2 * 1024 * 1024) } });
    expectProblem(await call("POST", "/v1/twins", { raw }), 413, "request.too-large");
  });

  test("a member that is not known, and one of the wrong type, are named", async () => {
    expectProblem(
      await call("POST", "/v1/twins", { body: { type: "broken.gauge@1", colour: "red" } }),
      422,
      "request.invalid",
    );
    const wrong = await call("POST", "/v1/twins", { body: { type: 7 } });
    expectProblem(wrong, 422, "request.invalid");
    expect(wrong.body["at"]).toBe("/type");
    const property = await call("POST", "/v1/twins", {
      body: { id: "gauge-9", type: "broken.gauge@1", properties: { place: 7 } },
    });
    expectProblem(property, 422, "request.invalid");
    expect(property.body["at"]).toBe("/properties/place");
    expectProblem(await call("GET", "/v1/twins/gauge-9"), 404, "twin.not-found");
  });
});

test("a parameter that is not known is refused by its name: a typo must not give another answer", async () => {
  const answer = await call("GET", "/v1/twins/gauge-1/streams/level?asof=2026-01-01T00:00:00Z");
  expectProblem(answer, 422, "request.invalid");
  expect(answer.body["detail"]).toBe('there is no "asof" here');
  const missing = await call("POST", "/v1/twins", { body: { id: "gauge-3" } });
  expect(missing.body["detail"]).toBe('"type" is missing');
  expect((await call("GET", "/v1/runs/run_1?wait=forever")).body["detail"]).toBe(
    "wait is a number of seconds from 0 to 60",
  );
  const input = { capability: "broken.healthy@1", subject: { kind: "twin", id: "gauge-1" }, input: { colour: 1 } };
  expect((await call("POST", "/v1/runs", { body: input })).body).toMatchObject({
    code: "request.invalid",
    detail: 'there is no "colour" here',
    at: "/input/colour",
  });
  const form = new FormData();
  form.set("as", "dataset");
  const unread = await call("POST", "/v1/imports", { raw: form });
  expect(unread.body).toMatchObject({ detail: '"reader" is missing', at: "form reader" });
  expect(unread.body["hint"]).toContain("GET /v1/plugins");
});

describe("points", () => {
  const append = (points: unknown[]) => call("POST", "/v1/twins/gauge-1/points", { body: { points } });
  const good = { stream: "level", observedAt: "2026-02-01T00:00:00Z", value: 1.25 };
  const read = async () => (await call("GET", "/v1/twins/gauge-1/streams/level")).body["points"];

  test.each([
    ["an infinite value", { ...good, value: "INFINITE" }, "stream.value-not-finite", "/points/1/value"],
    ["an unknown stream", { ...good, stream: "depth" }, "stream.unknown", "/points/1/stream"],
    ["an unknown unit", { ...good, unit: "[degF]" }, "stream.unit-unknown", "/points/1/unit"],
    ["a time without a zone", { ...good, observedAt: "2026-02-01 00:00" }, "request.invalid", "/points/1/observedAt"],
    ["a zone alone", { ...good, observedAt: "+05" }, "request.invalid", "/points/1/observedAt"],
    ["no such day", { ...good, observedAt: "2026-02-31T00:00:00Z" }, "request.invalid", "/points/1/observedAt"],
    ["a name that every object has", { ...good, stream: "constructor" }, "stream.unknown", "/points/1/stream"],
  ])("%s refuses the whole batch and is named by its place", async (_what, bad, code, at) => {
    const before = await read();
    const raw = JSON.stringify({ points: [{ ...good, observedAt: "2026-03-01T00:00:00Z" }, bad] }).replace(
      '"INFINITE"',
      "1e999",
    );
    const answer = await call("POST", "/v1/twins/gauge-1/points", { raw });
    expectProblem(answer, 422, code);
    expect(answer.body["at"]).toBe(at);
    expect(await read()).toEqual(before);
  });

  test("the same points again are nothing new; another value is a correction and both are kept", async () => {
    expect((await append([good])).body).toEqual({ accepted: 1, unchanged: 0, corrected: 0 });
    const known = new Date().toISOString();
    expect((await append([good])).body).toEqual({ accepted: 0, unchanged: 1, corrected: 0 });
    expect((await append([{ ...good, value: 2.5 }])).body).toEqual({ accepted: 0, unchanged: 0, corrected: 1 });
    expect(await read()).toEqual([{ observedAt: "2026-02-01T00:00:00.000Z", value: 2.5 }]);
    const then = await call("GET", `/v1/twins/gauge-1/streams/level?asOf=${known}`);
    expect(then.body["points"]).toEqual([{ observedAt: "2026-02-01T00:00:00.000Z", value: 1.25 }]);
  });
});

describe("runs", () => {
  const ask = (body: object) => call("POST", "/v1/runs", { body });
  const subject = { kind: "twin", id: "gauge-1" };

  test("an unknown capability, and an unknown backend", async () => {
    expectProblem(await ask({ capability: "broken.nothing@1", subject }), 404, "capability.not-found");
    expectProblem(await ask({ capability: "broken.healthy@1", subject, backend: "nowhere" }), 404, "backend.not-found");
  });

  test("a subject of the wrong type or kind", async () => {
    expectProblem(
      await ask({ capability: "broken.healthy@1", subject: { kind: "twin", id: "engine-1" } }),
      422,
      "subject.wrong-type",
    );
    expectProblem(
      await ask({ capability: "broken.healthy@1", subject: { kind: "dataset", id: "d" } }),
      422,
      "subject.wrong-type",
    );
  });

  test("an input that does not fit the capability's schema", async () => {
    const answer = await ask({ capability: "broken.healthy@1", subject, input: { angle: "wide" } });
    expectProblem(answer, 422, "request.invalid");
    expect(answer.body["at"]).toBe("/input/angle");
  });

  test("an infinite number, which a run would read as null", async () => {
    const raw = JSON.stringify({ capability: "broken.healthy@1", subject, input: { angle: "INFINITE" } });
    const answer = await call("POST", "/v1/runs", { raw: raw.replace('"INFINITE"', "1e999") });
    expectProblem(answer, 422, "request.invalid");
    expect(answer.body["at"]).toBe("/input/angle");
    const twin = '{"id":"gauge-7","type":"broken.gauge@1","properties":{"height":-1e999}}';
    const refused = await call("POST", "/v1/twins", { raw: twin });
    expectProblem(refused, 422, "request.invalid");
    expect(refused.body["at"]).toBe("/properties/height");
    expectProblem(await call("GET", "/v1/twins/gauge-7"), 404, "twin.not-found");
  });

  test("a budget without an end", async () => {
    const body = JSON.stringify({
      capability: "broken.healthy@1",
      subject,
      budget: { money: "INFINITE", currency: "USD" },
    });
    const answer = await call("POST", "/v1/runs", { raw: body.replace('"INFINITE"', "1e999") });
    expectProblem(answer, 422, "request.invalid");
    expect(answer.body["at"]).toBe("/budget/money");
  });

  test("an idempotency key that is empty or too long", async () => {
    for (const key of ["", "k".repeat(256)])
      for (const path of ["/v1/runs", "/v1/datasets", "/v1/imports"]) {
        const body = { capability: "broken.healthy@1", subject };
        const answer = await call("POST", path, { body, headers: { "idempotency-key": key } });
        expectProblem(answer, 422, "request.invalid");
        expect(answer.body["at"]).toBe("header idempotency-key");
      }
  });

  test("a refused question leaves no run", async () => {
    expect((await call("GET", "/v1/runs")).body["items"]).toEqual([]);
  });
});

describe("datasets and files", () => {
  const line = (engine: number, cycle: number) =>
    [engine, cycle, ...Array.from({ length: 24 }, (_, k) => k + 0.5)].join(" ");
  const send = (text: string, fields: Record<string, string> = {}) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ reader: "aerospace.cmapss", as: "dataset", ...fields }))
      form.set(name, value);
    form.append("file", new File([text], "train.txt"));
    return call("POST", "/v1/imports", { raw: form });
  };
  const datasets = async () => (await call("GET", "/v1/datasets")).body["items"];

  test("a dataset without an individual column", async () => {
    const columns = [{ name: "x", role: "feature", unit: "1", values: [1, 2] }];
    expectProblem(await call("POST", "/v1/datasets", { body: { title: "t", columns } }), 422, "dataset.no-individual");
    expect(await datasets()).toEqual([]);
  });

  test("a dataset of more values than a table holds as JSON", async () => {
    const values = Array.from({ length: 1_000_001 }, () => 1);
    const columns = ["a", "b"].map((name) => ({ name, role: "individual", unit: "1", values }));
    expectProblem(await call("POST", "/v1/datasets", { body: { title: "t", columns } }), 413, "request.too-large");
  });

  test("a file of more text than one message carries, and a dense one of more numbers", async () => {
    expectProblem(await send(`${line(1, 1)}\n`.repeat(200_000)), 413, "request.too-large");
    const dense = Array.from({ length: 190_000 }, (_, cycle) => `1 ${cycle + 1}${" 1".repeat(24)}`).join("\n");
    for (const as of ["dataset", "twins"])
      expectProblem(await send(`${dense}\n`, { as, idPrefix: "dense-" }), 413, "request.too-large");
    expectProblem(await call("GET", "/v1/twins/dense-1"), 404, "twin.not-found");
  });

  test("an import that starts on no day, and names that cannot be ids, write nothing", async () => {
    const text = `${line(1, 1)}\n${line(2, 1)}\n`;
    const never = await send(text, { as: "twins", idPrefix: "never-", startsAt: "2026-02-31T00:00:00Z" });
    expectProblem(never, 422, "request.invalid");
    expect(never.body["at"]).toBe("form startsAt");
    expectProblem(await send(text, { as: "twins", idPrefix: "n".repeat(128) }), 422, "dataset.malformed");
    expectProblem(await call("GET", "/v1/twins/never-1"), 404, "twin.not-found");
  });

  test.each([
    ["cut in the middle of a line", `${line(1, 1)}\n${line(1, 2)}\n${line(1, 3).slice(0, 40)}`, 3],
    ["cut in the middle of a number", `${line(1, 1)}\n${line(1, 2).slice(0, -2)}`, 2],
    ["25 columns", `${line(1, 1)}\n${line(1, 2).split(" ").slice(1).join(" ")}\n`, 2],
    ["a word among the numbers", `${line(1, 1)}\n${line(1, 2).replace("0.5", "abc")}\n`, 2],
    ["a cycle left out", `${line(1, 1)}\n${line(1, 3)}\n`, 2],
  ])("a C-MAPSS file with %s is refused with its line", async (_what, text, number) => {
    const answer = await send(text);
    expectProblem(answer, 422, "dataset.malformed");
    expect(answer.body["at"]).toBe(`train.txt line ${number}`);
    expect(await datasets()).toEqual([]);
    const twins = await send(text, { as: "twins", idPrefix: "cut-" });
    expectProblem(twins, 422, "dataset.malformed");
    expectProblem(await call("GET", "/v1/twins/cut-1"), 404, "twin.not-found");
  });

  test("an unknown reader, and a form without a file", async () => {
    expectProblem(await send("", { reader: "nobody.nothing" }), 404, "capability.not-found");
    const form = new FormData();
    form.set("reader", "aerospace.cmapss");
    form.set("as", "dataset");
    expectProblem(await call("POST", "/v1/imports", { raw: form }), 422, "request.invalid");
  });

  test("a whole file becomes a dataset, and twins whose second import adds nothing", async () => {
    const text = `${line(1, 1)}\n${line(1, 2)}\n${line(2, 1)}\n`;
    expect((await send(text)).body).toMatchObject({ dataset: { rows: 3 } });
    const first = await send(text, { as: "twins", idPrefix: "unit-" });
    expect(first.body["twins"]).toMatchObject([
      { id: "unit-1", created: true, points: { accepted: 50 } },
      { id: "unit-2", points: { accepted: 25 } },
    ]);
    const second = await send(text, { as: "twins", idPrefix: "unit-" });
    expect(second.body["twins"]).toMatchObject([
      { created: false, points: { accepted: 0, unchanged: 50 } },
      { points: { unchanged: 25 } },
    ]);
  });
});

describe("routes", () => {
  test("a path that is not there, and the document that says which are", async () => {
    expectProblem(await call("GET", "/v2/twins"), 404, "route.not-found");
    const wrongMethod = await call("DELETE", "/v1/models/any");
    expectProblem(wrongMethod, 405, "route.method-not-allowed");
    expect(wrongMethod.headers.get("allow")).toBe("GET, HEAD");
    const { body } = await call("GET", "/openapi.json", { key: null });
    expect(body["openapi"]).toBe("3.1.0");
    expect(Object.keys(body["paths"] as object)).toEqual(
      expect.arrayContaining(["/v1/twins/{id}/points", "/v1/runs", "/v1/imports"]),
    );
  });

  test("the document says what a form holds and which headers are read", async () => {
    const { body } = await call("GET", "/openapi.json", { key: null });
    const paths = body["paths"] as Record<string, Record<string, unknown>>;
    expect(paths["/v1/imports"]?.["post"]).toMatchObject({
      requestBody: { content: { "multipart/form-data": { schema: { required: ["reader", "as", "file"] } } } },
      parameters: [
        { in: "header", name: "Idempotency-Key" },
        { in: "header", name: "Eigentwin-Reason" },
      ],
    });
    expect(paths["/v1/runs"]?.["post"]).toMatchObject({
      parameters: [{ name: "Idempotency-Key" }, { name: "Eigentwin-Purpose" }, { name: "Prefer" }],
    });
    expect(paths["/v1/runs"]?.["get"]).toMatchObject({ parameters: [{ name: "limit", schema: { default: 50 } }, {}] });
    expect(paths["/v1/twins/{id}"]?.["get"]).toMatchObject({ responses: { 304: {} } });
  });
});
