// Versions over HTTP: capability majors side by side, models and who reads them, twins of an older major.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OTHER_KEY, startTestDeployment, type Answer, type Call, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
  await call("POST", "/v1/twins", { body: { id: "gauge-1", type: "broken.gauge@1" } });
});
afterAll(() => deployment.stop());

const call = (method: string, path: string, options?: Call): Promise<Answer> => deployment.call(method, path, options);
const ask = (capability: string, id: string, input: object = {}): Promise<Answer> =>
  call("POST", "/v1/runs", { body: { capability, subject: { kind: "twin", id }, input } });
const learned = async (capability: string) =>
  ((await ask(capability, "gauge-1")).body["result"] as { model: string }).model;

describe("two majors of one capability", () => {
  test("are both listed, each with its own schemas", async () => {
    const { body } = await call("GET", "/v1/capabilities");
    const items = body["items"] as { id: string; input: { required: string[] } }[];
    const required = (id: string) => items.find((one) => one.id === id)?.input.required;
    expect(required("broken.recall@1")).toEqual(["model"]);
    expect(required("broken.recall@2")).toEqual(["models"]);
  });

  test("are both asked, each in its own words", async () => {
    const model = await learned("broken.learn@1");
    const [one, several] = [
      await ask("broken.recall@1", "gauge-1", { model }),
      await ask("broken.recall@2", "gauge-1", { models: [model, model] }),
    ];
    expect(one.body).toMatchObject({ state: "succeeded", result: { slope: 0.5 } });
    expect(several.body).toMatchObject({ state: "succeeded", result: { slopes: [0.5, 0.5] } });
    const mixed = await ask("broken.recall@2", "gauge-1", { model });
    expect(mixed).toMatchObject({ status: 422, body: { code: "request.invalid" } });
  });
});

describe("a saved model", () => {
  test("tells its format, the version that saved it, and which capabilities read it", async () => {
    const [first, second] = [await learned("broken.learn@1"), await learned("broken.learn-anew@1")];
    expect((await call("GET", `/v1/models/${first}`)).body).toMatchObject({
      plugin: "broken",
      pluginVersion: "0.1.0",
      format: "broken.fit@1",
      readBy: ["broken.recall@1", "broken.recall@2"],
    });
    expect((await call("GET", `/v1/models/${second}`)).body).toMatchObject({ readBy: ["broken.recall@2"] });
    const items = (await call("GET", "/v1/models")).body["items"] as { id: string }[];
    expect(items.find(({ id }) => id === second)).toMatchObject({
      format: "broken.fit@2",
      readBy: ["broken.recall@2"],
    });
  });

  test("is refused where its format is not read, with who saved it and what is read", async () => {
    const model = await learned("broken.learn-anew@1");
    const { body } = await ask("broken.recall@1", "gauge-1", { model });
    expect(body).toMatchObject({ state: "failed", spent: { programs: 0 } });
    expect(body["failure"]).toEqual({
      code: "model.unreadable",
      message: `model ${model} was saved by broken 0.1.0 as broken.fit@2, which broken.recall@1 does not read`,
      hint: `broken.recall@1 reads broken.fit@1. GET /v1/models/${model} says what reads this one.`,
      at: "/input/model",
    });
  });

  test("is not saved in a format of another plugin", async () => {
    const { body } = await ask("broken.learn-abroad@1", "gauge-1");
    expect(body).toMatchObject({ state: "failed", failure: { code: "plugin.broke-contract" } });
  });
});

describe("a twin of an older major", () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  const send = (id: string, stream: string, ...values: [minute: number, value: number][]) =>
    call("POST", `/v1/twins/${id}/points`, {
      body: { points: values.map(([minute, value]) => ({ stream, observedAt: at(minute), value })) },
    });
  const read = async (id: string, stream: string) => {
    const { status, body } = await call("GET", `/v1/twins/${id}/streams/${stream}`);
    return status === 200 ? (body["points"] as { value: number }[]).map(({ value }) => value) : body["code"];
  };
  const twinOf = async (id: string) => (await call("GET", `/v1/twins/${id}`)).body;
  const tank = async (id: string, place = "harbour") => {
    await call("POST", "/v1/twins", { body: { id, type: "broken.tank@1", properties: { place } } });
    await send(id, "level", [0, 1], [1, 2]);
    await send(id, "pressure", [0, 101]);
  };

  test("is upgraded at the first question that needs the newer one, and the run is about the new revision", async () => {
    await tank("lazy");
    expect((await ask("broken.tank-seen@1", "lazy")).body).toMatchObject({ result: { values: [1, 2], revision: 1 } });
    expect(await twinOf("lazy")).toMatchObject({ type: "broken.tank@1", revision: 1 });
    const { body } = await ask("broken.tank-seen@2", "lazy");
    expect(body).toMatchObject({
      state: "succeeded",
      subject: { kind: "twin", id: "lazy", revision: 2 },
      result: { values: [1, 2], properties: { site: { name: "harbour" } }, revision: 2 },
    });
    const twin = await twinOf("lazy");
    expect(twin).toMatchObject({ type: "broken.tank@2", revision: 2, properties: { site: { name: "harbour" } } });
    expect(twin["streams"]).toEqual({
      depth: { title: "Level", unit: "m", points: 2, lastObservedAt: at(1), lastValue: 2 },
      temperature: { title: "Temperature", unit: "K", points: 0, lastObservedAt: null, lastValue: null },
    });
    await expect
      .poll(async () => (await call("GET", "/v1/twins?type=broken.tank@2")).body["items"], { timeout: 10_000 })
      .toMatchObject([{ id: "lazy", revision: 2 }]);
  });

  test("goes through every major on the way, and comes back exactly", async () => {
    await tank("far");
    const before = await twinOf("far");
    const { status, body } = await call("POST", "/v1/twins/far/upgrade", { body: {} });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      type: "broken.tank@3",
      revision: 2,
      properties: { site: { name: "harbour" }, owner: "nobody" },
    });
    // The name `level` means another quantity now.
    await send("far", "depth", [2, 3]);
    await send("far", "level", [0, 60]);
    expect([await read("far", "depth"), await read("far", "level"), await read("far", "pressure")]).toEqual([
      [1, 2, 3],
      [60],
      "stream.unknown",
    ]);

    const undone = (await call("POST", "/v1/twins/far/undo-upgrade")).body;
    expect(undone).toMatchObject({ type: before["type"], properties: before["properties"], revision: 3 });
    expect(Object.keys(undone["streams"] as object)).toEqual(Object.keys(before["streams"] as object));
    expect([await read("far", "level"), await read("far", "pressure")]).toEqual([[1, 2, 3], [101]]);
    expect((await ask("broken.tank-seen@1", "far")).body).toMatchObject({ result: { values: [1, 2, 3], revision: 3 } });

    await call("POST", "/v1/twins/far/upgrade", { body: { to: "broken.tank@3" } });
    expect([await read("far", "depth"), await read("far", "level")]).toEqual([[1, 2, 3], [60]]);
  });

  test("stays what it is where the upgrade fails, and says why", async () => {
    await tank("stuck", "unknown");
    const { status, body } = await ask("broken.tank-seen@2", "stuck");
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: "twin.upgrade-failed",
      detail: "twin stuck could not become a broken.tank@2: a site needs a name",
      hint: expect.stringContaining("It stays a broken.tank@1"),
    });
    const twin = await twinOf("stuck");
    expect(twin).toMatchObject({
      type: "broken.tank@1",
      revision: 1,
      properties: { place: "unknown" },
      upgrade: { to: "broken.tank@2", failure: { code: "capability.refused", message: "a site needs a name" } },
    });
    expect((await ask("broken.tank-seen@1", "stuck")).body).toMatchObject({ result: { values: [1, 2] } });
    expect((await send("stuck", "level", [2, 5])).body).toMatchObject({ accepted: 1 });
    const again = await call("POST", "/v1/twins/stuck/upgrade", { body: {} });
    expect(again.body["code"]).toBe("twin.upgrade-failed");
    expect((await twinOf("stuck"))["upgrade"]).toMatchObject({ to: "broken.tank@3" });
    expect(await call("POST", "/v1/twins/stuck/undo-upgrade")).toMatchObject({
      status: 409,
      body: { code: "twin.not-upgraded" },
    });
  });

  test("asked several things at once is upgraded once", async () => {
    await tank("busy");
    const answers = await Promise.all([1, 2, 3].map(() => ask("broken.tank-seen@2", "busy")));
    expect(answers.map(({ body }) => (body["result"] as { revision: number }).revision)).toEqual([2, 2, 2]);
  });

  test("and one of a newer major answers no older question, with the way out", async () => {
    await tank("ahead");
    await call("POST", "/v1/twins/ahead/upgrade", { body: { to: "broken.tank@2" } });
    expect(await ask("broken.tank-seen@1", "ahead")).toMatchObject({
      status: 422,
      body: { code: "subject.wrong-type", hint: expect.stringContaining("undo-upgrade") },
    });
    expect(await call("POST", "/v1/twins/ahead/upgrade", { body: { to: "broken.tank@2" } })).toMatchObject({
      status: 200,
      body: { revision: 2 },
    });
    for (const to of ["broken.tank@1", "broken.gauge@1", "nobody.knows@9"])
      expect(await call("POST", "/v1/twins/ahead/upgrade", { body: { to } })).toMatchObject({
        status: 422,
        body: { code: "twin.no-upgrade", at: "/to" },
      });
  });

  test("of another tenant is as one that is not there", async () => {
    for (const way of ["upgrade", "undo-upgrade"]) {
      const [theirs, nobodys] = [`/v1/twins/far/${way}`, `/v1/twins/none/${way}`].map((path) =>
        call("POST", path, { key: OTHER_KEY, body: {} }),
      );
      expect((await theirs)?.status).toBe(404);
      expect((await theirs)?.body).toEqual((await nobodys)?.body);
    }
  });
});
