import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestDeployment, type Answer, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
const subject = { kind: "twin", id: "gauge-1" };

beforeAll(async () => {
  deployment = await startTestDeployment();
  await deployment.call("POST", "/v1/twins", { body: { id: "gauge-1", type: "broken.gauge@1" } });
  const points = [0.2, 0.4, 0.9].map((value, day) => ({
    stream: "level",
    observedAt: `2026-01-0${day + 1}T00:00:00Z`,
    value,
  }));
  await deployment.call("POST", "/v1/twins/gauge-1/points", { body: { points } });
});
afterAll(() => deployment.stop());

const ask = (capability: string, more: object = {}, headers: Record<string, string> = {}): Promise<Answer> =>
  deployment.call("POST", "/v1/runs", { body: { capability: `broken.${capability}@1`, subject, ...more }, headers });

describe("a run that succeeds", () => {
  test("answers in the request with its result, cost, choice of backend and evidence digest", async () => {
    const { status, body, headers } = await ask("healthy");
    expect(status).toBe(200);
    expect(headers.get("location")).toBe(`/v1/runs/${body["id"]}`);
    expect(body["state"]).toBe("succeeded");
    expect((body["result"] as { value: number }).value).toBeCloseTo(Math.cos(0.5), 12);
    expect(body["spent"]).toMatchObject({ programs: 1, evaluations: 1, shots: 0, money: 0, qubits: 1 });
    expect(body["backend"]).toMatchObject({ name: "statevector", exact: true });
    expect(body["executedBy"]).toBe("statevector");
    expect(body["verdict"]).toMatchObject({ word: "not-compared" });
  });

  test("gives the same result digest for the same seed, and another draw for another seed", async () => {
    const [first, second, other] = [
      await ask("healthy", { seed: 7 }),
      await ask("healthy", { seed: 7 }),
      await ask("healthy", { seed: 8 }),
    ];
    expect(second.body["resultDigest"]).toBe(first.body["resultDigest"]);
    expect(second.body["id"]).not.toBe(first.body["id"]);
    expect(other.body["resultDigest"]).not.toBe(first.body["resultDigest"]);
  });

  test("leaves evidence whose text has the digest that the run names", async () => {
    const run = (await ask("healthy")).body;
    const response = await deployment.harness.fetch(`/v1/runs/${run["id"]}/evidence`, {
      headers: { authorization: "Bearer et_test_own" },
    });
    const text = await response.text();
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    expect(`sha256:${Buffer.from(hash).toString("hex")}`).toBe(run["evidenceDigest"]);
    const evidence = JSON.parse(text);
    expect(evidence.outcome.result).toBe(run["resultDigest"]);
    expect(evidence.materials.map(({ kind }: { kind: string }) => kind).sort()).toEqual(["program", "read", "step"]);
  });

  test("is another question with another seed", async () => {
    await ask("healthy", { seed: 1 }, { "idempotency-key": "k0" });
    expect((await ask("healthy", { seed: 2 }, { "idempotency-key": "k0" })).body["code"]).toBe("request.key-reused");
  });

  test("is found again under its idempotency key, which no other question may use", async () => {
    const first = await ask("healthy", {}, { "idempotency-key": "k1" });
    const again = await ask("healthy", {}, { "idempotency-key": "k1" });
    const other = await ask("slow", {}, { "idempotency-key": "k1" });
    expect(again.body["id"]).toBe(first.body["id"]);
    expect(other.status).toBe(409);
    expect(other.body["code"]).toBe("request.key-reused");
  });
});

describe("a backend that is far away", () => {
  const inTheEnd = async (backend: string, capability = "healthy") => {
    const budget = { money: 5, currency: "USD" };
    const begun = await ask(capability, { backend, budget }, { prefer: "wait=0" });
    return (await deployment.call("GET", `/v1/runs/${begun.body["id"]}?wait=30`)).body;
  };

  test("queues: the attempt is retired, the ticket asked about, and a later attempt takes the answer from the journal", async () => {
    const run = await inTheEnd("queueing");
    expect(run).toMatchObject({ state: "succeeded", attempts: 2, spent: { programs: 1, money: 0.25 } });
    expect((run["result"] as { value: number }).value).toBeCloseTo(Math.cos(0.5), 12);
  });

  test("loses its answer: the next attempt finds it by its key and sends nothing twice", async () => {
    const run = await inTheEnd("losing");
    expect(run).toMatchObject({ state: "succeeded", attempts: 2, spent: { programs: 1, money: 0.25 } });
  });

  test("queues again and again: waiting is not failing, however often", async () => {
    expect(await inTheEnd("queueing", "patient")).toMatchObject({
      state: "succeeded",
      spent: { programs: 8, money: 2 },
    });
  });

  test("queues while the caller loses patience: the run is cancelled and says so", async () => {
    const budget = { money: 5, currency: "USD" };
    const begun = await ask("healthy", { backend: "queueing", budget }, { prefer: "wait=0" });
    await expect
      .poll(async () => (await deployment.call("GET", `/v1/runs/${begun.body["id"]}`)).body["state"])
      .toBe("waiting");
    const cancelled = await deployment.call("POST", `/v1/runs/${begun.body["id"]}/cancel`);
    expect(cancelled.body).toMatchObject({ state: "cancelled", failure: { code: "run.cancelled" } });
  });

  test("charges, and the run has no budget: nothing is sent", async () => {
    const run = await ask("healthy", { backend: "queueing" });
    expect(run.body).toMatchObject({ state: "failed", failure: { code: "budget.exceeded" }, spent: { programs: 0 } });
    expect(run.body["executedBy"]).toBeNull();
  });

  test("costs more than the budget: nothing is sent", async () => {
    const run = await ask("healthy", { backend: "queueing", budget: { money: 0.1, currency: "USD" } });
    expect(run.body).toMatchObject({
      state: "failed",
      failure: { code: "budget.exceeded" },
      spent: { money: 0, programs: 0 },
    });
  });
});

describe("a plugin at fault", () => {
  test.each([
    ["throws", "plugin.broke-contract", "the plugin tripped"],
    ["wrong-shape", "plugin.broke-contract", "wrong shape"],
    ["no-comparison", "plugin.broke-contract", "answer of the wrong shape"],
    ["ill-compared", "plugin.broke-contract", "answer of the wrong shape"],
    ["hangs", "plugin.never-settled", "ended without an answer"],
    ["never-settles", "plugin.never-settled", "neither answered nor asked"],
  ])(
    "%s: the run fails with the plugin named, leaves evidence, and the gateway keeps serving",
    async (capability, code, words) => {
      const { status, body } = await ask(capability);
      expect(status).toBe(200);
      expect(body["state"]).toBe("failed");
      expect(body["failure"]).toMatchObject({ code, message: expect.stringContaining(words) });
      expect((body["failure"] as { message: string }).message).toContain("broken");
      const evidence = await deployment.call("GET", `/v1/runs/${body["id"]}/evidence`);
      expect(evidence.body["outcome"]).toMatchObject({ state: "failed", failure: { code } });
      expect((await ask("healthy")).status).toBe(200);
    },
  );
});

describe("a long run", () => {
  test("answers 202, shows progress, and can be cancelled", async () => {
    const started = await ask("slow", {}, { prefer: "wait=1" });
    expect(started.status).toBe(202);
    expect(started.body["state"]).toBe("running");
    const watched = await deployment.call("GET", `/v1/runs/${started.body["id"]}?wait=1`);
    expect((watched.body["progress"] as { fraction: number }).fraction).toBeGreaterThan(0);
    const early = await deployment.call("GET", `/v1/runs/${started.body["id"]}/evidence`);
    expect(early).toMatchObject({ status: 409, body: { code: "run.not-ended" } });
    const cancelled = await deployment.call("POST", `/v1/runs/${started.body["id"]}/cancel`);
    expect(cancelled.body["state"]).toBe("cancelled");
    const evidence = await deployment.call("GET", `/v1/runs/${started.body["id"]}/evidence`);
    expect(evidence.body["outcome"]).toMatchObject({ state: "cancelled" });
  });

  test("is listed with its state", async () => {
    const { body } = await deployment.call("GET", "/v1/runs?limit=200");
    const states = new Set((body["items"] as { state: string }[]).map(({ state }) => state));
    expect([...states].sort()).toEqual(["cancelled", "failed", "succeeded"]);
  });

  test("is listed after every later one, page by page, whatever its id", async () => {
    const late = await ask("healthy", {}, { "idempotency-key": "the latest" });
    const all = (await deployment.call("GET", "/v1/runs?limit=200")).body["items"] as {
      id: string;
      acceptedAt: string;
    }[];
    expect(all[0]?.id).toBe(late.body["id"]);
    const times = all.map(({ acceptedAt }) => acceptedAt);
    expect(times).toEqual([...times].sort().reverse());
    const paged: string[] = [];
    for (let next: unknown = ""; next !== null;) {
      const { body } = await deployment.call("GET", `/v1/runs?limit=3${next === "" ? "" : `&cursor=${next}`}`);
      paged.push(...(body["items"] as { id: string }[]).map(({ id }) => id));
      next = body["next"];
    }
    expect(paged).toEqual(all.map(({ id }) => id));
    const foreign = await deployment.call("GET", `/v1/runs?cursor=${btoa("gauge-1")}`);
    expect(foreign).toMatchObject({ status: 422, body: { code: "request.invalid", at: "query cursor" } });
  });
});
