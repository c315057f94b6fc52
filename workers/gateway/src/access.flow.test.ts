// Every route by every kind of caller: the table is made from the routes and what they declare, so that a new route is in it
// or fails it. Nothing is readable or writable that should not be, and "not yours" is "not there" to the last byte.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAdministrator, makeKey, makeTenant } from "../testing/administration.ts";
import { startTestDeployment, type Answer, type TestDeployment } from "../testing/deployment.ts";
import { declaredRoutes, scopesOf, type DeclaredRoute } from "./access.ts";
import { SCOPES, type Scope } from "./scopes.ts";
import app from "./worker.ts";

/** What a route is asked with. Ids of `mine` are there for the tenant; those of nobody are not there for anyone. */
interface Fixture {
  path?: Record<string, string>;
  query?: string;
  body?: () => unknown;
  form?: () => FormData;
  /** Of the body; JSON where not given. */
  type?: string;
  /** The scope that this request needs, where the route takes one of several. */
  scope?: Scope;
  /** The status for who may; 200 where not given. */
  status?: number;
  /** Set where the request names something that may be there or not: the same request about what is not. */
  nobody?: Partial<Fixture>;
  /** Where a request names something: whether who sees only other twin types is told that it is not there. */
  isOfTwinType?: boolean;
  /** Set where the request makes what it names, so that nothing of anybody's is named. */
  makes?: true;
  /** Set where the answer has no end of its own. */
  isStream?: boolean;
}

let deployment: TestDeployment;
let count = 0;
const fresh = (what: string) => `${what}-${(count += 1)}`;
const ids = { run: "", dataset: "", key: "", rotated: "", deleted: "", webhook: "", removed: "", erasure: "" };
/** Sent to by nobody. */
const hookRules = { verification: { by: "key" }, mapping: { twin: { id: "gauge-1" } } };

const cycle = ["1 1", ...Array.from({ length: 24 }, (_, column) => column)].join(" ");
const form = (as: string, idPrefix: string) => () => {
  const data = new FormData();
  for (const [name, value] of Object.entries({ reader: "aerospace.cmapss", as, idPrefix })) data.set(name, value);
  data.append("file", new File([`${cycle}\n`], "train.txt"));
  return data;
};
const columns = [{ name: "who", role: "individual", unit: "1", values: [1] }];
const points = [{ stream: "level", observedAt: "2026-01-01T00:00:00Z", value: 1 }];
const question = (id: string) => ({ capability: "broken.healthy@1", subject: { kind: "twin", id } });
/** On this machine, where nothing listens: it never answers its challenge. */
const NOBODYS_ADDRESS = "http://127.0.0.1:9/";
const lists = { query: "?limit=200" };
const twin = (more: Partial<Fixture> = {}): Fixture => ({
  path: { id: "gauge-1" },
  nobody: { path: { id: "gauge-nobody" } },
  isOfTwinType: true,
  ...more,
});
const run = (more: Partial<Fixture> = {}): Fixture => ({
  ...twin(),
  get path() {
    return { id: ids.run };
  },
  nobody: { path: { id: "run_nobody" } },
  ...more,
});
const webhook = (more: Partial<Fixture> = {}): Fixture => ({
  get path() {
    return { id: ids.webhook };
  },
  nobody: { path: { id: "webhook_nobody" } },
  isOfTwinType: true,
  ...more,
});

const hook = (more: Partial<Fixture> = {}): Fixture => ({
  path: { id: "hook-mine" },
  nobody: { path: { id: "hook-nobody" } },
  isOfTwinType: true,
  ...more,
});

/** What stands at a path of a twin, or does not; a deletion says that it needs If-Match. */
const part = (more: Record<string, string>, rest: Partial<Fixture> = {}): Fixture =>
  twin({ path: { id: "gauge-1", ...more }, nobody: { path: { id: "gauge-nobody", ...more } }, ...rest });
/** The same of a branch of that twin. */
const branched = ({ path = {}, nobody, ...rest }: Fixture): Fixture => ({
  ...rest,
  path: { ...path, id: "gauge-1~trial" },
  nobody: { path: { ...nobody?.path, id: "gauge-nobody~trial" } },
});
const both = (fixture: Fixture): readonly Fixture[] => [fixture, branched(fixture)];
const merge = { type: "application/merge-patch+json", body: () => ({}) };
const partRoutes = (name: "properties" | "desired"): Record<string, readonly Fixture[]> => ({
  [`GET /v1/twins/:id/${name}`]: both(twin()),
  [`PUT /v1/twins/:id/${name}`]: both(twin({ body: () => ({}) })),
  [`PATCH /v1/twins/:id/${name}`]: both(twin(merge)),
  [`DELETE /v1/twins/:id/${name}`]: both(twin()),
  [`GET /v1/twins/:id/${name}/:pointer{.+}`]: both(part({ pointer: "note" }, { status: 404 })),
  [`PUT /v1/twins/:id/${name}/:pointer{.+}`]: both(part({ pointer: "note" }, { body: () => "x", status: 201 })),
  [`PATCH /v1/twins/:id/${name}/:pointer{.+}`]: both(part({ pointer: "note" }, merge)),
  [`DELETE /v1/twins/:id/${name}/:pointer{.+}`]: both(part({ pointer: "note" }, { status: 428 })),
});
const feeds = { name: "feeds" };
const loop = { name: "feeds", target: "gauge-1" };

const FIXTURES: Readonly<Record<string, readonly Fixture[]>> = {
  "POST /v1/twins": [{ body: () => ({ id: fresh("made"), type: "broken.gauge@1" }), status: 201 }],
  "GET /v1/twins": [lists, { query: "?type=broken.gauge@1&filter=streams.level.value%20%3E%200&limit=200" }],
  "GET /v1/twins/:id": both(twin()),
  "PUT /v1/twins/:id": [
    {
      get path() {
        return { id: fresh("put") };
      },
      body: () => ({ type: "broken.gauge@1" }),
      status: 201,
      makes: true,
    },
    branched(twin({ body: () => ({ type: "broken.gauge@1" }) })),
  ],
  "PATCH /v1/twins/:id": both(twin(merge)),
  "DELETE /v1/twins/:id": both(twin({ status: 428 })),
  "POST /v1/twins/batch": [{ body: () => ({ items: [{ create: { id: fresh("batch"), type: "broken.gauge@1" } }] }) }],
  ...partRoutes("properties"),
  ...partRoutes("desired"),
  "GET /v1/twins/:id/links": both(twin()),
  "PUT /v1/twins/:id/links": both(twin({ body: () => ({}) })),
  "PATCH /v1/twins/:id/links": both(twin(merge)),
  "DELETE /v1/twins/:id/links": both(twin()),
  "GET /v1/twins/:id/links/:name": both(part(feeds, { status: 404 })),
  "PUT /v1/twins/:id/links/:name": both(part(feeds, { body: () => [] })),
  "PATCH /v1/twins/:id/links/:name": both(part(feeds, { ...merge, status: 404 })),
  "DELETE /v1/twins/:id/links/:name": both(part(feeds, { status: 404 })),
  "GET /v1/twins/:id/links/:name/:target": both(part(loop, { status: 404 })),
  "PUT /v1/twins/:id/links/:name/:target": both(part(loop, { status: 201 })),
  "DELETE /v1/twins/:id/links/:name/:target": both(part(loop, { status: 428 })),
  "GET /v1/twins/:id/linked-from": both(twin()),
  "GET /v1/twins/:id/history": both(twin()),
  "GET /v1/twins/:id/diff": both(twin({ query: "?from=1" })),
  "POST /v1/twins/:id/upgrade": [twin({ body: () => ({}) }), branched(twin({ body: () => ({}), status: 409 }))],
  "POST /v1/twins/:id/undo-upgrade": both(twin({ status: 409 })),
  "POST /v1/twins/:id/branches": [twin({ body: () => ({ name: fresh("b") }), status: 201 })],
  "GET /v1/twins/:id/branches": [twin()],
  "GET /v1/twins/:id/promotion": [branched(twin())],
  "POST /v1/twins/:id/promotion": [branched(twin({ status: 428 }))],
  "POST /v1/twins/:id/points": both(twin({ body: () => ({ points }) })),
  "GET /v1/twins/:id/streams/:stream": [
    {
      path: { id: "gauge-1", stream: "level" },
      query: "?asOf=2026-06-01T00:00:00Z",
      nobody: { path: { id: "gauge-nobody", stream: "level" } },
      isOfTwinType: true,
    },
  ],
  "GET /v1/twins/:id/consent": [twin()],
  "PUT /v1/twins/:id/consent/:purpose": [part({ purpose: "care" }, { status: 409 })],
  "DELETE /v1/twins/:id/consent/:purpose": [part({ purpose: "care" }, { status: 409 })],
  "POST /v1/twins/:id/erasure": [twin({ body: () => ({ confirm: "not this one" }), status: 422 })],
  "GET /v1/erasures": [lists],
  "GET /v1/erasures/:id": [
    {
      get path() {
        return { id: ids.erasure };
      },
      nobody: { path: { id: "erasure_nobody" } },
      isOfTwinType: true,
    },
  ],
  "GET /v1/audit": [{ query: "?limit=200" }],
  "GET /v1/audit/verification": [{}],
  "POST /v1/datasets": [{ body: () => ({ title: "t", columns }), status: 201 }],
  "GET /v1/datasets": [lists],
  "GET /v1/datasets/:id": [
    {
      get path() {
        return { id: ids.dataset };
      },
      nobody: { path: { id: "dataset_nobody" } },
      isOfTwinType: false,
    },
  ],
  "POST /v1/imports": [
    { form: form("twins", "imported-"), scope: "twins:write", status: 201 },
    { form: form("dataset", "x-"), scope: "datasets:write", status: 201 },
  ],
  "GET /v1/models": [lists],
  "GET /v1/models/:id": [{ path: { id: "model_mine" }, nobody: { path: { id: "model_nobody" } }, isOfTwinType: false }],
  "POST /v1/runs": ["gauge-1", "gauge-1~trial"].map((id) => ({
    body: () => question(id),
    nobody: { body: () => question(id.replace("1", "nobody")) },
    isOfTwinType: true,
  })),
  "GET /v1/runs": [lists],
  "GET /v1/runs/:id": [run()],
  "POST /v1/runs/:id/cancel": [run()],
  "GET /v1/runs/:id/evidence": [run()],
  "GET /v1/runs/:id/bundle": [run()],
  "GET /v1/runs/:id/events": [run()],
  "GET /v1/events": [{ isStream: true }],
  "GET /v1/twins/:id/events": both(twin({ isStream: true })),
  "POST /v1/webhooks": [{ body: () => ({ url: NOBODYS_ADDRESS }), status: 201 }],
  "GET /v1/webhooks": [lists],
  "GET /v1/webhooks/:id": [webhook()],
  "PATCH /v1/webhooks/:id": [webhook({ body: () => ({ title: "t" }) })],
  "DELETE /v1/webhooks/:id": [
    {
      ...webhook(),
      get path() {
        return { id: ids.removed };
      },
      status: 204,
    },
  ],
  "POST /v1/webhooks/:id/pause": [webhook()],
  "POST /v1/webhooks/:id/resume": [webhook()],
  "POST /v1/webhooks/:id/rotate": [webhook({ body: () => ({ overlapSeconds: 0 }), status: 201 })],
  "POST /v1/webhooks/:id/test": [webhook({ status: 409 })],
  "GET /v1/webhooks/:id/deliveries": [webhook()],
  "POST /v1/webhooks/:id/redrive": [webhook({ body: () => ({}) })],
  "POST /v1/webhooks/:id/replay": [webhook({ body: () => ({ from: "2026-01-01T00:00:00Z" }) })],
  "POST /v1/hooks": [{ body: () => ({ id: fresh("hook"), ...hookRules }), status: 201 }],
  "GET /v1/hooks": [lists],
  "GET /v1/hooks/:id": [hook()],
  "PATCH /v1/hooks/:id": [hook({ body: () => ({ title: "t" }) })],
  "DELETE /v1/hooks/:id": [hook({ path: { id: "hook-removed" }, status: 204 })],
  "POST /v1/hooks/:id/rotate": [hook({ body: () => ({ overlapSeconds: 0 }), status: 201 })],
  "POST /v1/hooks/:id/dry-run": [hook({ body: () => ({ message: {} }) })],
  "POST /v1/inbound/:tenant/:hook": [
    { path: { tenant: "mine", hook: "hook-mine" }, body: () => ({}), status: 401, makes: true },
  ],
  "GET /healthz": [{}],
  "GET /v1/export": [{}],
  "GET /v1/tenants/:id/archive": [{ path: { id: "nobody" }, status: 404 }],
  "PUT /v1/tenants/:id/archive": [{ path: { id: "own" }, status: 415 }],
  "GET /metrics": [{}],
  "GET /openapi.json": [{}],
  "GET /.well-known/eigentwin-keys.json": [{}],
  "GET /v1/plugins": [{}],
  "GET /v1/capabilities": [{}],
  "GET /v1/backends": [{}],
  "GET /v1/twin-types": [{}],
  "POST /v1/setup": [{ body: () => ({ token: "none", name: "n" }), status: 401 }],
  "POST /v1/session": [{ body: () => ({ key: "none" }), status: 401 }],
  "GET /v1/session": [{}],
  "DELETE /v1/session": [{ status: 401 }],
  "POST /v1/stream-tickets": [{ body: () => ({ path: "/v1/runs/r/events" }), status: 201 }],
  "POST /v1/keys": [{ body: () => ({ name: "n", scopes: ["keys:write"] }), status: 201 }],
  "GET /v1/keys": [lists],
  "GET /v1/keys/:id": [
    {
      get path() {
        return { id: ids.key };
      },
      nobody: { path: { id: "key_nobody" } },
      isOfTwinType: false,
    },
  ],
  "POST /v1/keys/:id/rotate": [
    {
      get path() {
        return { id: ids.rotated };
      },
      body: () => ({ overlapSeconds: 60 }),
      status: 201,
      nobody: { path: { id: "key_nobody" } },
      isOfTwinType: false,
    },
  ],
  "DELETE /v1/keys/:id": [
    {
      get path() {
        return { id: ids.deleted };
      },
      nobody: { path: { id: "key_nobody" } },
      isOfTwinType: false,
    },
  ],
  "PUT /v1/credentials/:plugin/:name": [
    { path: { plugin: "broken", name: "token" }, body: () => ({ value: "a long secret" }), makes: true },
  ],
  "GET /v1/credentials": [lists],
  "DELETE /v1/credentials/:plugin/:name": [
    {
      path: { plugin: "broken", name: "token" },
      status: 204,
      nobody: { path: { plugin: "broken", name: "none" } },
      isOfTwinType: false,
    },
  ],
  "POST /v1/tenants": [{ body: () => ({ id: fresh("tenant"), name: "n" }), status: 201 }],
  "GET /v1/tenants": [lists],
  "GET /v1/tenants/:id": [{ path: { id: "mine" } }],
  "POST /v1/tenants/:id/suspend": [{ path: { id: "bystander" } }],
  "POST /v1/tenants/:id/resume": [{ path: { id: "bystander" } }],
  "POST /v1/tenants/:id/keys": [{ path: { id: "bystander" }, status: 201 }],
  "DELETE /v1/tenants/:id": [{ path: { id: "nobody" }, query: "?confirm=nobody", status: 404 }],
};

const routes = declaredRoutes(app);
const nameOf = ({ method, path }: DeclaredRoute) => `${method} ${path}`;
const table = routes.flatMap((route) => (FIXTURES[nameOf(route)] ?? []).map((fixture) => ({ route, fixture })));
const rows = table.map(
  ({ route, fixture }) =>
    [
      `${nameOf(route)}${fixture.scope ? ` (${fixture.scope})` : ""}${fixture.path?.["id"]?.includes("~") ? " of a branch" : ""}`,
      route,
      fixture,
    ] as const,
);

/** By who asks. `*` keys of the tenants are their first ones. */
const keys = { mine: "", other: "", suspended: "", revoked: "", administrator: "" };
const byScope = new Map<string, { having: string; lacking: string; elsewhere: string }>();
const isBeyond = (scope: Scope) => /^(tenants|metrics):/.test(scope);

async function ask(
  { method, path }: DeclaredRoute,
  fixture: Fixture,
  key: string | null,
): Promise<Answer & { text: string }> {
  const filled = path.replace(
    /:(\w+)(?:\{.+?\})?/g,
    (_, name: string) => fixture.path?.[name] ?? `no-${name}-in-the-fixture`,
  );
  const raw = fixture.form?.();
  const payload = raw ?? (fixture.body && JSON.stringify(fixture.body()));
  const response = await fetch(new URL(filled + (fixture.query ?? ""), deployment.url), {
    method,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(typeof payload === "string" && { "content-type": fixture.type ?? "application/json" }),
    },
    ...(payload !== undefined && { body: payload }),
  });
  const isEndless = fixture.isStream === true && response.ok;
  if (isEndless) await response.body?.cancel();
  const text = isEndless ? "" : await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
}

/** Everything of an answer that its reader sees, but what differs from moment to moment. */
const seenOf = ({ status, headers, text }: Answer & { text: string }) => ({
  status,
  text,
  headers: Object.fromEntries(
    [...headers].filter(([name]) => !["date", "server-timing", "x-request-id", "ratelimit"].includes(name)),
  ),
});

const neededBy = (route: DeclaredRoute, { scope }: Fixture): Scope | undefined => scope ?? scopesOf(route)[0];

beforeAll(async () => {
  deployment = await startTestDeployment();
  keys.administrator = (await makeAdministrator(deployment)).key;
  const first = async (id: string) => (await makeTenant(deployment, keys.administrator, id)).key;
  keys.mine = await first("mine");
  keys.other = await first("stranger");
  keys.suspended = await first("suspended");
  await first("bystander");
  for (const scope of Object.keys(SCOPES) as Scope[]) {
    const by = isBeyond(scope) ? keys.administrator : keys.mine;
    const all = (Object.keys(SCOPES) as Scope[]).filter((one) =>
      isBeyond(scope) ? isBeyond(one) || one.startsWith("keys:") : !isBeyond(one),
    );
    if (isBeyond(scope) && scope === "metrics:read" && !routes.some((route) => scopesOf(route).includes(scope)))
      continue;
    byScope.set(scope, {
      having: (await makeKey(deployment, by, { scopes: [scope] })).key,
      lacking: (await makeKey(deployment, by, { scopes: all.filter((one) => one !== scope) })).key,
      elsewhere: isBeyond(scope)
        ? ""
        : (await makeKey(deployment, by, { scopes: [scope], twinTypes: ["aerospace.engine"] })).key,
    });
  }
  const revoked = await makeKey(deployment, keys.mine, { scopes: ["*"] });
  keys.revoked = revoked.key;
  await deployment.call("DELETE", `/v1/keys/${revoked.id}`, { key: keys.mine });
  for (const key of [keys.mine, keys.suspended]) {
    await deployment.call("POST", "/v1/twins", { key, body: { id: "gauge-1", type: "broken.gauge@1" } });
    await deployment.call("POST", "/v1/twins/gauge-1/branches", { key, body: { name: "trial" } });
  }
  const { body: made } = await deployment.call("POST", "/v1/runs", { key: keys.mine, body: question("gauge-1") });
  const { body: stored } = await deployment.call("POST", "/v1/datasets", {
    key: keys.mine,
    body: { title: "t", columns },
  });
  const { INDEX, BODIES } = await deployment.harness
    .getWorker<{ INDEX: D1Database; BODIES: R2Bucket }>("eigentwin-gateway")
    .getEnv();
  await BODIES.put("models/00", "a body");
  await INDEX.exec(
    `INSERT INTO model VALUES ('mine', 'model_mine', 'a model', 'broken', '0.1.0', 'sha256:00', 'models/00', 'run_0', '{"word":"not-compared"}', 0, '2026-01-01', 'broken.model@1', NULL)`,
  );
  Object.assign(ids, { run: made["id"], dataset: stored["id"], key: revoked.id });
  await deployment.call("POST", "/v1/twins", { key: keys.mine, body: { id: "gone", type: "broken.gauge@1" } });
  const { body: erasing } = await deployment.call("POST", "/v1/twins/gone/erasure", {
    key: keys.mine,
    body: { confirm: "gone" },
  });
  ids.erasure = String(erasing["id"]);
  ids.rotated = (await makeKey(deployment, keys.mine, { scopes: ["keys:write"] })).id;
  ids.deleted = (await makeKey(deployment, keys.mine, { scopes: ["keys:write"] })).id;
  for (const name of ["webhook", "removed"] as const) {
    const { body: hook } = await deployment.call("POST", "/v1/webhooks", {
      key: keys.mine,
      body: { url: NOBODYS_ADDRESS },
    });
    ids[name] = (hook["webhook"] as { id: string }).id;
  }
  for (const id of ["hook-mine", "hook-removed"])
    await deployment.call("POST", "/v1/hooks", { key: keys.mine, body: { id, ...hookRules } });
  const value = "a secret to be deleted";
  await deployment.call("PUT", "/v1/credentials/broken/token", { key: keys.mine, body: { value } });
  await deployment.call("POST", "/v1/tenants/suspended/suspend", { key: keys.administrator });
});
afterAll(() => deployment.stop());

test("every route has a fixture, and every fixture a route", () => {
  expect(Object.keys(FIXTURES).sort()).toEqual(routes.map(nameOf).sort());
});

test("every fixture of a tenant's own thing says what is not there, and whether it has a twin type", () => {
  const names = routes.filter((route) => route.path.includes(":") && !scopesOf(route).some(isBeyond)).map(nameOf);
  const open = names.flatMap((name) =>
    (FIXTURES[name] ?? []).filter(
      ({ nobody, isOfTwinType, makes }) => !makes && !(nobody && isOfTwinType !== undefined),
    ),
  );
  expect(names.length).toBeGreaterThan(10);
  expect(open).toEqual([]);
});

test("a route that does not declare who may come in is refused when the gateway loads", async () => {
  const { Hono } = await import("hono");
  expect(() => declaredRoutes(new Hono().get("/v1/open", (c) => c.text("hello")) as never)).toThrow("GET /v1/open");
});

describe.each(rows)("%s", (_name, route, fixture) => {
  const scope = neededBy(route, fixture);
  const isPublic = route.needs === "public";
  const allowed = fixture.status ?? 200;

  if (!isPublic)
    test("refuses no key, a revoked key and a suspended tenant's, each the same as on every route", async () => {
      expect(await ask(route, fixture, null)).toMatchObject({ status: 401, body: { code: "auth.missing-key" } });
      const revoked = await ask(route, fixture, keys.revoked);
      expect(revoked).toMatchObject({ status: 401, body: { code: "auth.wrong-key" } });
      expect(seenOf(revoked)).toEqual(seenOf(await ask(route, fixture, "et_never_made")));
      const suspended = await ask(route, fixture, keys.suspended);
      expect(suspended).toMatchObject({ status: 403, body: { code: "auth.tenant-suspended" } });
    });

  if (scope !== undefined)
    test("refuses who has every other scope of the tenant", async () => {
      const answer = await ask(route, fixture, byScope.get(scope ?? "")?.lacking ?? "");
      expect(answer).toMatchObject({ status: 403, body: { code: "auth.scope-missing" } });
    });

  if (fixture.nobody)
    test("is not there for another tenant, to the last byte", async () => {
      const theirs = await ask(route, fixture, keys.other);
      const nobodys = await ask(route, { ...fixture, ...fixture.nobody }, keys.other);
      expect(theirs.status).toBe(404);
      expect(masked(theirs, fixture)).toEqual(masked(nobodys, { ...fixture, ...fixture.nobody }));
    });

  if (fixture.isOfTwinType)
    test("is not there for a key of another twin type, to the last byte", async () => {
      const key = byScope.get(scope ?? "")?.elsewhere ?? "";
      const hidden = await ask(route, fixture, key);
      const nobodys = await ask(route, { ...fixture, ...fixture.nobody }, key);
      expect(hidden.status).toBe(404);
      expect(seenOf(hidden)).toEqual(seenOf(nobodys));
    });

  // Last: what was refused before has changed nothing.
  test("answers who has the scope", async () => {
    const key = scope === undefined ? keys.mine : (byScope.get(scope)?.having ?? "");
    const answer = await ask(route, fixture, isPublic ? null : key);
    expect(answer.status, answer.text).toBe(allowed);
  });
});

/** The answer may repeat the id that was asked for. */
const masked = (answer: Answer & { text: string }, { path }: Fixture) => {
  const { id } = path ?? {};
  const seen = seenOf(answer);
  const length = { ...seen.headers, "content-length": "" };
  return { ...seen, headers: length, text: id === undefined ? seen.text : seen.text.replaceAll(id, "<id>") };
};

test("a key that is limited to some twin types takes no archive of all", async () => {
  const limited = byScope.get("export:read")?.elsewhere ?? "";
  const answer = await deployment.call("GET", "/v1/export", { key: limited });
  expect(answer).toMatchObject({ status: 403, body: { code: "auth.scope-missing" } });
});

describe("a list shows nothing of", () => {
  const listed = routes.filter(({ method, path }) => method === "GET" && FIXTURES[`${method} ${path}`]?.[0] === lists);
  const ofTenant = listed.filter((route) => !isBeyond(neededBy(route, {}) as Scope));

  test.each(ofTenant.map((route) => [nameOf(route), route] as const))("another tenant: %s", async (_name, route) => {
    const { body } = await ask(route, lists, keys.other);
    const items = body["items"] as { name?: string }[];
    expect(items.filter(({ name }) => name !== "first")).toEqual([]);
  });

  test.each(["twins", "runs"])("another twin type: %s", async (what) => {
    const key = byScope.get(`${what}:read`)?.elsewhere ?? "";
    const { body } = await deployment.call("GET", `/v1/${what}?limit=200`, { key });
    const types = (body["items"] as { type?: string }[]).map(({ type }) => type);
    expect(types.filter((type) => type !== "aerospace.engine@1")).toEqual([]);
    const all = await deployment.call("GET", `/v1/${what}?limit=200`, { key: keys.mine });
    expect((all.body["items"] as unknown[]).length).toBeGreaterThan(types.length);
  });
});

describe("a key of one twin type", () => {
  const key = () => byScope.get("twins:write")?.elsewhere ?? "";

  test("creates twins of it and no others, and imports no others", async () => {
    const create = (type: string) =>
      deployment.call("POST", "/v1/twins", { key: key(), body: { id: fresh("t"), type } });
    expect((await create("aerospace.engine@1")).status).toBe(201);
    const hidden = await create("broken.gauge@1");
    expect(hidden).toMatchObject({ status: 422, body: { code: "twin.type-unknown" } });
    const nobodys = await create("broken.nothing@1");
    expect(JSON.stringify(hidden.body).replace("gauge", "nothing")).toBe(JSON.stringify(nobodys.body));
    const gauges = await makeKey(deployment, keys.mine, { scopes: ["twins:write"], twinTypes: ["broken.gauge"] });
    const imported = await deployment.call("POST", "/v1/imports", { key: gauges.key, raw: form("twins", "no-")() });
    expect(imported).toMatchObject({ status: 422, body: { code: "twin.type-unknown" } });
  });

  test("has no runs about datasets", async () => {
    const runner = byScope.get("runs:write")?.elsewhere ?? "";
    const about = (id: string) =>
      deployment.call("POST", "/v1/runs", {
        key: runner,
        body: { capability: "aerospace.train-remaining-life@1", subject: { kind: "dataset", id } },
      });
    const hidden = await about(ids.dataset);
    expect(hidden).toMatchObject({ status: 404, body: { code: "dataset.not-found" } });
    expect(JSON.stringify(hidden.body).replace(ids.dataset, "x")).toBe(JSON.stringify((await about("x")).body));
  });

  test("does not notice that an idempotency key was used for another type", async () => {
    const headers = { "idempotency-key": "shared" };
    const first = await deployment.call("POST", "/v1/runs", { key: keys.mine, body: question("gauge-1"), headers });
    const gauges = await makeKey(deployment, keys.mine, { scopes: ["runs:write"], twinTypes: ["broken.gauge"] });
    const body = { ...question("gauge-1"), seed: 9 };
    const second = await deployment.call("POST", "/v1/runs", { key: gauges.key, body, headers });
    expect(second.status).toBe(200);
    expect(second.body["id"]).not.toBe(first.body["id"]);
  });
});
