// The default deployment and one more plugin under workerd, with two tenants: what flow tests talk to over HTTP.

import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { CatalogueService } from "@eigentwin/runs";
import { createTestHarness, unstable_readConfig } from "wrangler";

const root = join(import.meta.dirname, "../../..");

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export interface Call {
  key?: string | null;
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  raw?: string | FormData;
  headers?: Record<string, string>;
}

/** A plugin beside those of the default deployment. */
export interface TestPlugin {
  /** `PLUGIN_BROKEN` */
  binding: string;
  service: string;
  /** The file that is its Worker, from the root. */
  main: string;
  /** Where that file has several. */
  entrypoint?: string;
}

const BROKEN: TestPlugin = {
  binding: "PLUGIN_BROKEN",
  service: "eigentwin-broken",
  main: "core/conformance/faulty/worker.ts",
};

export interface TestDeployment {
  url: URL;
  call(method: string, path: string, options?: Call): Promise<Answer>;
  /** Starts workerd anew over the same state, with these plugins in place of the ones before. */
  redeploy(plugins: readonly TestPlugin[]): Promise<void>;
  /** Kills workerd and starts it anew over the same state. */
  restart(): Promise<void>;
  /** Brings the catalogue up to date now: the gateway does so once a minute. */
  refreshCatalogue(): Promise<void>;
  /** For answers that are no JSON. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  harness: ReturnType<typeof createTestHarness>;
  stop(): Promise<void>;
}

export const OWN_KEY = "et_test_own";
export const OTHER_KEY = "et_test_other";

/** `vars` take the place of variables of the gateway. */
export async function startTestDeployment(
  plugins: readonly TestPlugin[] = [BROKEN],
  vars: Record<string, string> = {},
): Promise<TestDeployment> {
  const optionsWith = (bound: readonly TestPlugin[]) => optionsOf(bound, vars);
  const harness = createTestHarness(optionsWith(plugins));
  let { url } = await harness.listen();
  const gateway = harness.getWorker<{ INDEX: D1Database }>("eigentwin-gateway");
  await gateway.applyD1Migrations("INDEX");
  const { INDEX } = await gateway.getEnv();
  for (const [tenant, key] of [
    ["own", OWN_KEY],
    ["other", OTHER_KEY],
  ] as const) {
    const hash = `sha256:${createHash("sha256").update(key).digest("hex")}`;
    await INDEX.prepare("INSERT INTO tenant (id, name, createdAt) VALUES (?, ?, ?)")
      .bind(tenant, tenant, "2026-01-01T00:00:00Z")
      .run();
    await INDEX.prepare("INSERT INTO api_key (hash, tenant, id, name, createdAt) VALUES (?, ?, ?, ?, ?)")
      .bind(hash, tenant, `key_${tenant}`, "test", "2026-01-01T00:00:00Z")
      .run();
  }
  let bound = plugins;
  const redeploy = async (others: readonly TestPlugin[]) => {
    bound = others;
    await harness.update(optionsWith(others));
    ({ url } = await harness.listen());
  };
  return {
    url: new URL(url),
    harness,
    stop: () => harness.close(),
    redeploy,
    restart: () => redeploy(bound),
    async refreshCatalogue() {
      const { CATALOGUE } = await harness
        .getWorker<{ CATALOGUE: DurableObjectNamespace }>("eigentwin-gateway")
        .getEnv();
      await (CATALOGUE.getByName("catalogue") as unknown as CatalogueService).refresh();
    },
    fetch: (path, init) => fetch(new URL(path, url), init),
    async call(method, path, { key = OWN_KEY, body, raw, headers = {} } = {}) {
      const encoded = raw instanceof FormData ? new Response(raw) : undefined;
      const payload = encoded
        ? await encoded.arrayBuffer()
        : (raw ?? (body === undefined ? undefined : JSON.stringify(body)));
      // Over a socket of our own: the harness's fetch leaves out headers without a value.
      const response = await fetch(new URL(path, url), {
        method,
        headers: {
          ...(key !== null && { authorization: `Bearer ${key}` }),
          ...(payload !== undefined && { "content-type": encoded?.headers.get("content-type") ?? "application/json" }),
          ...headers,
        },
        ...(payload !== undefined && { body: payload }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === "" ? {} : JSON.parse(text),
      };
    },
  };
}

const optionsOf = (plugins: readonly TestPlugin[], vars: Record<string, string>) => ({
  root,
  workers: [gatewayWith(vars), ...configs(), runsBinding(plugins), eventsOnLoopback(), ...workersOf(plugins)],
});

const COMPOSED = ["gateway", "runs", "events"].map((name) => join("workers", name));

/** Every Worker's own configuration; three are composed below. */
function configs(): { configPath: string }[] {
  const folders = ["workers", "plugins"].flatMap((kind) =>
    readdirSync(join(root, kind)).map((name) => join(kind, name)),
  );
  return folders
    .filter((folder) => !COMPOSED.includes(folder) && existsSync(join(root, folder, "wrangler.toml")))
    .map((folder) => ({ configPath: join(folder, "wrangler.toml") }));
}

/** The first Worker gets the port. */
function gatewayWith(more: Record<string, string>) {
  const { name, main, compatibility_date, compatibility_flags, durable_objects, d1_databases, r2_buckets, vars } =
    unstable_readConfig({ config: join(root, "workers/gateway/wrangler.toml") });
  return {
    config: {
      name,
      main,
      compatibility_date,
      compatibility_flags,
      durable_objects,
      d1_databases: d1_databases.map((one: object) => ({ ...one, migrations_dir: join(root, "migrations") })),
      r2_buckets,
      vars: { ...vars, ...more },
    },
  } as never;
}

/** Receivers of a test listen on this machine. */
function eventsOnLoopback() {
  const { name, main, compatibility_date, compatibility_flags, durable_objects, migrations, d1_databases, vars } =
    unstable_readConfig({ config: join(root, "workers/events/wrangler.toml") });
  return {
    config: {
      name,
      main,
      compatibility_date,
      compatibility_flags,
      durable_objects,
      migrations,
      d1_databases,
      vars: { ...vars, WEBHOOK_LOOPBACK: "allow" },
    },
  } as never;
}

function runsBinding(plugins: readonly TestPlugin[]) {
  const config = unstable_readConfig({ config: join(root, "workers/runs/wrangler.toml") });
  const {
    name,
    main,
    compatibility_date,
    compatibility_flags,
    durable_objects,
    migrations,
    d1_databases,
    r2_buckets,
    services = [],
  } = config;
  return {
    config: {
      name,
      main,
      compatibility_date,
      compatibility_flags,
      durable_objects,
      migrations,
      d1_databases,
      r2_buckets,
      services: [
        ...services,
        ...plugins.map(({ binding, service, entrypoint }) => ({ binding, service, ...(entrypoint && { entrypoint }) })),
      ],
    },
  } as never;
}

function workersOf(plugins: readonly TestPlugin[]) {
  const byService = new Map(plugins.map(({ service, main }) => [service, main]));
  return [...byService].map(([name, main]) => ({
    config: {
      name,
      main: join(root, main),
      compatibility_date: "2026-10-15",
      compatibility_flags: ["nodejs_compat", "enable_abortsignal_rpc"],
    },
  }));
}
