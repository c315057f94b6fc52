// Secrets are planted wherever somebody may send or be given one; then everything that was written is searched for them: what
// the Workers print, every byte of the storage, every answer, problem, evidence and archive.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "./command.ts";
import { freePort, startDeployment, type Deployment } from "./deployment.ts";
import { mintToken } from "./mint-token.ts";
import { configsWith } from "./one-more-plugin.ts";

const folder = mkdtempSync(join(tmpdir(), "eigentwin-canaries-"));
const stateFolder = join(folder, "state");
const printed: string[] = [];
/** What was answered, beside the one answer that tells a secret to its owner. */
const answered: string[] = [];
const canaries = new Map<string, string>();
let deployment: Deployment;

/** With a name of its own in a failure message; a longer text, so that no other one contains it by chance. */
function plant<Value extends string>(name: string, value: Value): Value {
  expect(value.length, name).toBeGreaterThan(20);
  canaries.set(name, value);
  return value;
}

interface Sent {
  key?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

async function send(method: string, path: string, { key, headers = {}, body }: Sent = {}): Promise<Response> {
  return fetch(deployment.url + path, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

/** An answer that nothing secret belongs into. */
async function ask(method: string, path: string, sent?: Sent): Promise<string> {
  const response = await send(method, path, sent);
  const text = await response.text();
  answered.push(`${JSON.stringify([...response.headers])} ${text}`);
  return text;
}

/** An answer that tells a secret, once. */
const told = async (method: string, path: string, sent?: Sent): Promise<{ body: never; cookie: string }> => {
  const response = await send(method, path, sent);
  expect(response.ok, path).toBe(true);
  return { body: (await response.json()) as never, cookie: response.headers.get("set-cookie") ?? "" };
};

beforeAll(async () => {
  const config = join(folder, "broken/wrangler.toml");
  mkdirSync(join(folder, "broken"));
  const lines = [
    'name = "eigentwin-broken"',
    `main = "${join(root, "core/conformance/faulty/worker.ts")}"`,
    'compatibility_date = "2026-10-15"',
    'compatibility_flags = ["nodejs_compat", "enable_abortsignal_rpc"]',
    "workers_dev = false",
  ];
  writeFileSync(config, lines.join("\n"));
  const configs = configsWith(folder, '  { binding = "PLUGIN_BROKEN", service = "eigentwin-broken" },', config);
  const onOutput = (chunk: string) => void printed.push(chunk);
  const start = async () =>
    startDeployment({ stateFolder, port: await freePort(8900), say: () => {}, configs, onOutput });
  // A token is minted beside Workers that do not run: two processes must not write the index at once.
  await (await start()).stop();
  const { token } = await mintToken({ stateFolder });
  deployment = await start();
  const administrator = await told("POST", "/v1/setup", { body: { token: plant("setup token", token), name: "a" } });
  plant("administrator's key", (administrator.body as { key: string }).key);
});
afterAll(async () => {
  await deployment?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("no planted secret is in anything that was written", async () => {
  const administrator = canaries.get("administrator's key") ?? "";
  const tenant = await told("POST", "/v1/tenants", { key: administrator, body: { id: "canary", name: "Canary" } });
  const { key: first } = tenant.body as { key: { id: string; key: string } };
  const key = plant("tenant's key", first.key);
  const rotated = await told("POST", `/v1/keys/${first.id}/rotate`, { key, body: { overlapSeconds: 600 } });
  plant("rotated key", (rotated.body as { key: string }).key);
  const session = await told("POST", "/v1/session", { body: { key } });
  const cookie = plant("session", /=([^;]+)/.exec(session.cookie)?.[1] ?? "");
  plant("csrf token", (session.body as { csrfToken: string }).csrfToken);
  const credential = plant("credential", `provider "secret" & more/${crypto.randomUUID()}`);
  await ask("PUT", "/v1/credentials/broken/token", { key, body: { value: credential } });

  // Right and wrong places for each of them.
  await ask("POST", "/v1/twins", { key, body: { id: "gauge-1", type: "broken.gauge@1" } });
  const run = JSON.parse(
    await ask("POST", "/v1/runs", {
      key,
      headers: { prefer: "wait=30" },
      body: {
        capability: "broken.healthy@1",
        subject: { kind: "twin", id: "gauge-1" },
        backend: "indiscreet",
        budget: { money: 5, currency: "USD" },
      },
    }),
  ) as { id: string; state: string };
  expect(run.state).toBe("failed");
  const ticket = await told("POST", "/v1/stream-tickets", { key, body: { path: `/v1/runs/${run.id}/events` } });
  const { ticket: once } = ticket.body as { ticket: string };
  plant("stream ticket", once);
  for (const _use of [1, 2]) await ask("GET", `/v1/runs/${run.id}/events?ticket=${once}`);
  const given = plant("hook's given secret", `sender's own ${crypto.randomUUID()}`);
  const mapping = { twin: { id: "gauge-1" } };
  const hook = { id: "in", verification: { by: "key" }, mapping, secret: given };
  await ask("POST", "/v1/hooks", { key, body: hook });
  const turned = await told("POST", "/v1/hooks/in/rotate", { key, body: { overlapSeconds: 600 } });
  const made = plant("hook's made secret", (turned.body as { secret: string }).secret);
  for (const secret of [given, made, `${made} not`])
    await ask("POST", "/v1/inbound/canary/in", { headers: { authorization: `Bearer ${secret}` }, body: {} });
  for (const secret of canaries.values()) {
    await ask("GET", "/v1/twins", { key: secret });
    await ask("GET", `/v1/twins?cursor=${encodeURIComponent(secret)}&ticket=${encodeURIComponent(secret)}`, { key });
    await ask("GET", "/v1/twins", { headers: { authorization: `Basic ${btoa(secret)}` } });
    // A session is told its CSRF token, as often as its page is loaded anew.
    if (secret !== cookie)
      await ask("GET", "/v1/session", { headers: { cookie: `eigentwin=${encodeURIComponent(secret)}` } });
    await ask("POST", "/v1/session", { body: { key: `${secret}x` } });
    await ask("POST", "/v1/setup", { body: { token: secret, name: "again" } });
    await ask("POST", "/v1/twins", { key, headers: { authorization: `Bearer ${key} ${secret}` }, body: "{" });
  }
  for (const path of [
    "runs",
    `runs/${run.id}`,
    `runs/${run.id}/evidence`,
    `runs/${run.id}/bundle`,
    "keys",
    "credentials",
    "hooks",
    "hooks/in",
  ])
    await ask("GET", `/v1/${path}`, { key });
  const archive = await ask("GET", "/v1/export", { key });
  expect(archive).toContain("manifest.json");
  await ask("GET", "/metrics", { key: administrator });
  await ask("GET", "/healthz");

  await deployment.stop();
  const places = new Map([
    ["a line of the log", printed.join("")],
    ["an answer", answered.join("\n")],
    ...filesUnder(stateFolder).map((file): [string, string] => [basename(file), readFileSync(file, "latin1")]),
  ]);
  expect(places.get("a line of the log")).toContain('"what":"request"');
  expect([...places.keys()].filter((name) => name.endsWith(".sqlite")).length).toBeGreaterThan(3);
  const found = [...canaries].flatMap(([name, secret]) =>
    [...places].flatMap(([place, text]) =>
      writingsOf(secret).some((one) => text.includes(one)) ? [`${name} in ${place}`] : [],
    ),
  );
  expect(found).toEqual([]);
});

/** As it is, and as it may come out of a URL, of JSON and of base64 at any offset. */
function writingsOf(secret: string): string[] {
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.from(" ".repeat(offset) + secret)
      .toString("base64")
      .slice(4, -4),
  );
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...base64];
}

/** The two files of keys are where a local start keeps them for its owner; what was planted is in neither. */
const filesUnder = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
