// Keys from their making to their end, a browser's session, and tickets for streams.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeKey } from "../testing/administration.ts";
import {
  OTHER_KEY,
  OWN_KEY,
  startTestDeployment,
  type Answer,
  type Call,
  type TestDeployment,
} from "../testing/deployment.ts";

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
  await deployment.call("POST", "/v1/twins", { body: { id: "gauge-1", type: "broken.gauge@1" } });
});
afterAll(() => deployment.stop());

const call = (method: string, path: string, options?: Call): Promise<Answer> => deployment.call(method, path, options);
const codeOf = ({ status, body }: Answer) => (status < 400 ? String(status) : `${status} ${body["code"]}`);
const asks = async (key: string) => codeOf(await call("GET", "/v1/twins", { key }));
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

describe("a key", () => {
  test("is told once, and its digest never", async () => {
    const made = await makeKey(deployment, OWN_KEY, { scopes: ["twins:read"], twinTypes: ["broken.gauge"] });
    expect(made.key).toMatch(/^et_[0-9a-f]{40}$/);
    const { body } = await call("GET", `/v1/keys/${made.id}`);
    expect(body).toMatchObject({ scopes: ["twins:read"], twinTypes: ["broken.gauge"], revokedAt: null });
    expect(Object.keys(body).sort()).toEqual(
      ["createdAt", "expiresAt", "id", "lastUsedAt", "name", "purposes", "revokedAt", "scopes", "twinTypes"].sort(),
    );
    const listed = await call("GET", "/v1/keys?limit=200");
    expect(JSON.stringify(listed.body)).not.toMatch(/sha256:|et_[0-9a-f]{40}/);
  });

  test("notes its last use to the minute, and never before it was made", async () => {
    const made = await makeKey(deployment, OWN_KEY, { scopes: ["twins:read"] });
    expect(await asks(made.key)).toBe("200");
    const lastUse = async () => (await call("GET", `/v1/keys/${made.id}`)).body["lastUsedAt"];
    await expect.poll(lastUse).not.toBeNull();
    const [used, madeAt] = [String(await lastUse()), made.createdAt];
    expect(used >= madeAt).toBe(true);
    expect(used === madeAt || used.endsWith(":00.000Z")).toBe(true);
  });

  test("of narrower rights revokes itself, and nobody wider", async () => {
    const wide = await makeKey(deployment, OWN_KEY, { scopes: ["*"] });
    const narrow = await makeKey(deployment, OWN_KEY, { scopes: ["keys:write"], twinTypes: ["broken.gauge"] });
    const refused = await call("DELETE", `/v1/keys/${wide.id}`, { key: narrow.key });
    expect(refused).toMatchObject({ status: 403, body: { code: "auth.scope-missing" } });
    expect((await call("DELETE", `/v1/keys/${narrow.id}`, { key: narrow.key })).status).toBe(200);
  });

  test("is revoked, and its sessions with it", async () => {
    const made = await makeKey(deployment, OWN_KEY, { scopes: ["twins:read"] });
    expect(await asks(made.key)).toBe("200");
    expect((await call("DELETE", `/v1/keys/${made.id}`)).body["revokedAt"]).toBeTypeOf("string");
    expect(await asks(made.key)).toBe("401 auth.wrong-key");
    expect(codeOf(await call("POST", "/v1/session", { key: null, body: { key: made.key } }))).toBe(
      "401 auth.wrong-key",
    );
  });

  test("that is over is not known any more", async () => {
    const made = await makeKey(deployment, OWN_KEY, { scopes: ["*"], expiresAt: inAnHour() });
    const { INDEX } = await deployment.harness.getWorker<{ INDEX: D1Database }>("eigentwin-gateway").getEnv();
    await INDEX.prepare("UPDATE api_key SET expiresAt = '2020-01-01T00:00:00.000Z' WHERE id = ?").bind(made.id).run();
    expect(await asks(made.key)).toBe("401 auth.wrong-key");
  });

  test("is not made with an end that is over already", async () => {
    const body = { name: "n", scopes: ["*"], expiresAt: "2020-01-01T00:00:00Z" };
    expect(await call("POST", "/v1/keys", { body })).toMatchObject({
      status: 422,
      body: { code: "request.invalid", at: "/expiresAt" },
    });
  });

  test("is never wider than the one that makes it: in scopes, twin types and time", async () => {
    const expiresAt = inAnHour();
    const rights = { scopes: ["keys:write", "twins:read"], twinTypes: ["broken.gauge"], expiresAt };
    const { key } = await makeKey(deployment, OWN_KEY, rights);
    const draft = async (more: object) =>
      codeOf(await call("POST", "/v1/keys", { key, body: { name: "n", scopes: ["twins:read"], ...more } }));
    expect(await draft({})).toBe("201");
    for (const wider of [
      { scopes: ["twins:write"] },
      { scopes: ["*"] },
      { twinTypes: ["aerospace.engine"] },
      { twinTypes: [] },
      { expiresAt: "2099-01-01T00:00:00Z" },
    ])
      expect(await draft(wider)).toBe("403 auth.scope-missing");
    const inherited = await call("POST", "/v1/keys", { key, body: { name: "n", scopes: ["twins:read"] } });
    expect(inherited.body).toMatchObject({ twinTypes: ["broken.gauge"], expiresAt });
  });

  test("rotates with an overlap, and only by one that is as wide", async () => {
    const wide = await makeKey(deployment, OWN_KEY, { scopes: ["twins:read", "runs:read"] });
    const { key: narrow } = await makeKey(deployment, OWN_KEY, { scopes: ["keys:write", "twins:read"] });
    const rotate = (id: string, overlapSeconds: number, key = OWN_KEY) =>
      call("POST", `/v1/keys/${id}/rotate`, { key, body: { overlapSeconds } });
    expect(codeOf(await rotate(wide.id, 60, narrow))).toBe("403 auth.scope-missing");
    const next = await rotate(wide.id, 60);
    expect(next).toMatchObject({ status: 201, body: { scopes: ["runs:read", "twins:read"] } });
    expect([await asks(wide.key), await asks(String(next.body["key"]))]).toEqual(["200", "200"]);
    const last = await rotate(String(next.body["id"]), 0);
    expect([await asks(String(next.body["key"])), await asks(String(last.body["key"]))]).toEqual([
      "401 auth.wrong-key",
      "200",
    ]);
    expect(codeOf(await rotate(String(next.body["id"]), 0))).toBe("404 key.not-found");
    expect(codeOf(await rotate(wide.id, 31 * 24 * 3600))).toBe("422 request.invalid");
  });
});

describe("a session", () => {
  const signIn = async (key: string, headers: Record<string, string> = {}) => {
    const answer = await call("POST", "/v1/session", { key: null, body: { key }, headers });
    const cookie = answer.headers.get("set-cookie") ?? "";
    return { answer, cookie, sent: cookie.split(";")[0] ?? "", csrf: String(answer.body["csrfToken"]) };
  };
  const origin = () => deployment.url.origin;
  const draft = () => ({ type: "broken.gauge@1" });

  test("is a cookie that no script reads, and knows whom it stands for", async () => {
    const { answer, cookie, sent, csrf } = await signIn(OWN_KEY);
    expect(answer.status).toBe(201);
    expect(cookie).toMatch(/^eigentwin=et_session_[0-9a-f]{40}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    const who = await call("GET", "/v1/session", { key: null, headers: { cookie: sent } });
    expect(who.body).toMatchObject({ tenant: "own", scopes: ["*"], csrfToken: csrf });
    expect((await call("GET", "/v1/session")).body).not.toHaveProperty("csrfToken");
  });

  test("changes something only with its token, from its own page", async () => {
    const { sent, csrf } = await signIn(OWN_KEY);
    const other = await signIn(OWN_KEY);
    const post = async (headers: Record<string, string>) =>
      codeOf(await call("POST", "/v1/twins", { key: null, body: draft(), headers: { cookie: sent, ...headers } }));
    expect(await post({ origin: origin(), "x-csrf-token": csrf })).toBe("201");
    expect(await post({ origin: origin() })).toBe("403 auth.csrf");
    expect(await post({ origin: origin(), "x-csrf-token": other.csrf })).toBe("403 auth.csrf");
    expect(await post({ "x-csrf-token": csrf })).toBe("403 auth.csrf");
    expect(await post({ origin: "https://elsewhere.example", "x-csrf-token": csrf })).toBe("403 auth.csrf");
  });

  test("does not begin on a page of another origin, which is told nothing either", async () => {
    const { answer, cookie } = await signIn(OWN_KEY, { origin: "https://elsewhere.example" });
    expect(codeOf(answer)).toBe("403 auth.csrf");
    expect(cookie).toBe("");
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("ends when the browser signs out, and when its key is revoked", async () => {
    const made = await makeKey(deployment, OWN_KEY, { scopes: ["twins:read"] });
    const [first, second] = [await signIn(made.key), await signIn(made.key)];
    const reads = async (sent: string) =>
      codeOf(await call("GET", "/v1/twins", { key: null, headers: { cookie: sent } }));
    expect([await reads(first.sent), await reads(second.sent)]).toEqual(["200", "200"]);
    const headers = { cookie: first.sent, origin: origin(), "x-csrf-token": first.csrf };
    const out = await call("DELETE", "/v1/session", { key: null, headers });
    expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
    expect([await reads(first.sent), await reads(second.sent)]).toEqual(["401 auth.wrong-key", "200"]);
    await call("DELETE", `/v1/keys/${made.id}`);
    expect(await reads(second.sent)).toBe("401 auth.wrong-key");
  });
});

describe("a stream of a run's events", () => {
  const begin = async (capability: string) => {
    const body = { capability: `broken.${capability}@1`, subject: { kind: "twin", id: "gauge-1" } };
    return String((await call("POST", "/v1/runs", { body, headers: { prefer: "wait=0" } })).body["id"]);
  };
  const ticketFor = async (path: string, key = OWN_KEY) =>
    String((await call("POST", "/v1/stream-tickets", { key, body: { path } })).body["ticket"]);
  const open = (path: string) => fetch(new URL(path, deployment.url), { headers: { accept: "text/event-stream" } });

  interface Told {
    event: string;
    data: Record<string, unknown>;
  }

  /** Reads as an EventSource does: events end with an empty line, comments are passed over. */
  async function* eventsOf(response: Response): AsyncGenerator<Told> {
    let text = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const lines = text.slice(0, end).split("\n");
        text = text.slice(end + 2);
        const field = (name: string) =>
          lines
            .filter((line) => line.startsWith(`${name}: `))
            .map((line) => line.slice(name.length + 2))
            .join("\n");
        if (field("data") !== "") yield { event: field("event"), data: JSON.parse(field("data")) };
      }
    }
  }

  test("tells its progress and its end, and is over then", async () => {
    const path = `/v1/runs/${await begin("slow")}/events`;
    const response = await open(`${path}?ticket=${await ticketFor(path)}`);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const told: Told[] = [];
    for await (const one of eventsOf(response)) {
      told.push(one);
      if (told.length === 3) await call("POST", path.replace("events", "cancel"));
    }
    expect(told.slice(0, 3).map(({ event }) => event)).toEqual(["run.progress", "run.progress", "run.progress"]);
    const fractions = told.flatMap(
      ({ data }) => (data["progress"] as { fraction: number } | undefined)?.fraction ?? [],
    );
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(told.at(-1)).toMatchObject({ event: "run.cancelled", data: { state: "cancelled" } });
  });

  test("of a run that has ended is its end alone", async () => {
    const id = await begin("healthy");
    await call("GET", `/v1/runs/${id}?wait=30`);
    const response = await fetch(new URL(`/v1/runs/${id}/events`, deployment.url), {
      headers: { authorization: `Bearer ${OWN_KEY}` },
    });
    const told = await Array.fromAsync(eventsOf(response));
    expect(told).toMatchObject([{ event: "run.succeeded", data: { id, state: "succeeded" } }]);
  });

  test("opens with a ticket once, for its path alone, and with the rights of the key", async () => {
    const id = await begin("healthy");
    const path = `/v1/runs/${id}/events`;
    const ticket = await ticketFor(path);
    expect((await open(`/v1/runs/${await begin("healthy")}/events?ticket=${ticket}`)).status).toBe(401);
    const [first, second] = await Promise.all([open(`${path}?ticket=${ticket}`), open(`${path}?ticket=${ticket}`)]);
    expect([first.status, second.status].sort()).toEqual([200, 401]);
    expect((await open(`${path}?ticket=${ticket}`)).status).toBe(401);
    await Promise.all([first.body?.cancel(), second.body?.cancel()]);
    expect((await open(`${path}?ticket=${await ticketFor(path, OTHER_KEY)}`)).status).toBe(404);
    const { key } = await makeKey(deployment, OWN_KEY, { scopes: ["twins:read"] });
    expect((await open(`${path}?ticket=${await ticketFor(path, key)}`)).status).toBe(403);
  });

  test("opens nothing else: a ticket is no key", async () => {
    const ticket = await ticketFor("/v1/runs/run_nobody/events");
    expect(codeOf(await call("GET", `/v1/twins?ticket=${ticket}`, { key: null }))).toBe("401 auth.missing-key");
    expect(codeOf(await call("GET", "/v1/twins", { key: ticket }))).toBe("401 auth.wrong-key");
  });

  test("is all that tickets are made for; whether it is there shows when it is opened", async () => {
    const asked = (path: string) => call("POST", "/v1/stream-tickets", { body: { path } });
    expect((await asked("/v1/runs/run_nobody/events")).status).toBe(201);
    for (const path of ["/v1/twins", "/v1/runs/r", "/v1/runs//events", "/v1/runs/r/events/more", "/v1/nothing"])
      expect(await asked(path)).toMatchObject({ status: 422, body: { code: "request.invalid", at: "/path" } });
    expect((await asked("/v1/twins")).body["hint"]).toMatch(/^These are: .*\/v1\/runs\/\{id\}\/events/);
  });

  test("ends soon after the key is revoked", async () => {
    const made = await makeKey(deployment, OWN_KEY, { scopes: ["*"] });
    const path = `/v1/runs/${await begin("slow")}/events`;
    const response = await open(`${path}?ticket=${await ticketFor(path, made.key)}`);
    const reading = Array.fromAsync(eventsOf(response));
    await call("DELETE", `/v1/keys/${made.id}`);
    const told = await reading;
    expect(told.every(({ event }) => event === "run.progress")).toBe(true);
    await call("POST", path.replace("events", "cancel"));
  });
});
