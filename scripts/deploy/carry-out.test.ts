// The sequence of a deployment over an account that answers in wrangler's own words (recorded from wrangler 4.156.2).

import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { root } from "../command.ts";
import { carryOut } from "./carry-out.ts";
import { cloudOf, DeployFailure } from "./cloud.ts";
import type { Outside } from "./outside.ts";
import { findIn, LOCAL_ID, tellPlan, wantedBy, writeDatabaseId } from "./plan.ts";

const ID = "11111111-2222-4333-8444-555555555555";
const ADDRESS = "https://eigentwin-gateway.example.workers.dev";

const failure = (path: string, words: string): string =>
  `\n✘ [ERROR] A request to the Cloudflare API (/accounts/0123456789abcdef0123456789abcdef/${path}) failed.\n\n  ${words}\n  \n  If you think this is a bug, please open an issue at: https://github.com/cloudflare/workers-sdk/issues/new/choose\n\n`;
const WHO = `{\n    "loggedIn": true,\n    "authType": "User API Token",\n    "email": "deployer@example.com",\n    "accounts": [\n        {\n            "id": "0123456789abcdef0123456789abcdef",\n            "name": "Example"\n        }\n    ]\n}\n`;

let tree: string;
beforeEach(() => {
  vi.stubEnv("CLOUDFLARE_ACCOUNT_ID", undefined);
  tree = mkdtempSync(join(tmpdir(), "eigentwin-deploy-"));
  for (const file of globSync(["wrangler.toml", "{workers,plugins}/*/wrangler.toml", "migrations/*.sql"], {
    cwd: root,
  })) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    cpSync(join(root, file), join(tree, file));
  }
  // Whoever has deployed has an id of their own in it.
  writeDatabaseId(tree, wantedBy(tree).database.id, LOCAL_ID);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(tree, { recursive: true });
});

/** An account that remembers, and refuses a Worker that binds one that is not there. `failing` fails as often as it says. */
function account({ failing = {} }: { failing?: Record<string, number> } = {}) {
  const there = { database: false, bucket: false, applied: [] as string[], workers: [] as string[] };
  const calls: string[] = [];
  const said: string[] = [];
  const bound = new Map(wantedBy(tree).workers.map(({ folder, name, config }) => [folder, { name, config }]));
  const ok = (output: string) => ({ code: 0, output });
  const no = (output: string) => ({ code: 1, output });
  const migrations = wantedBy(tree).migrations;
  const table = (names: readonly string[]) => names.map((name) => `│ ${name.padEnd(25)} │\n`).join("├───────┤\n");
  const fromConfig = () => /database_id = "(.*)"/.exec(readFileSync(join(tree, "wrangler.toml"), "utf8"))?.[1];

  function answer(args: readonly string[]): { code: number; output: string } {
    const line = args.join(" ");
    if ((failing[line] ?? 0) > 0) {
      failing[line] = (failing[line] ?? 0) - 1;
      return no("✘ [ERROR] fetch failed");
    }
    if (line === "whoami --json") return ok(WHO);
    if (line === "d1 list --json")
      return ok(there.database ? JSON.stringify([{ uuid: ID, name: "eigentwin-index", version: "production" }]) : "[]");
    if (line === "d1 create eigentwin-index") {
      there.database = true;
      return ok("✅ Successfully created DB 'eigentwin-index'");
    }
    if (line === "r2 bucket info eigentwin-bodies --json")
      return there.bucket
        ? ok(`{\n    "name": "eigentwin-bodies",\n    "object_count": "0"\n}`)
        : no(failure("r2/buckets/eigentwin-bodies", "The specified bucket does not exist. [code: 10006]"));
    if (line === "r2 bucket create eigentwin-bodies") {
      there.bucket = true;
      return ok("Creating bucket 'eigentwin-bodies'...");
    }
    if (line.startsWith("d1 migrations") && fromConfig() !== ID) return no("✘ [ERROR] there is no such database");
    const pending = migrations.filter((name) => !there.applied.includes(name));
    if (line === "d1 migrations list eigentwin-index --remote")
      return ok(
        `Resource location: remote \n\n${pending.length > 0 ? `Migrations to be applied:\n${table(pending)}` : "✅ No migrations to apply!"}\n`,
      );
    if (line === "d1 migrations apply eigentwin-index --remote") {
      there.applied.push(...pending);
      return ok(`Migrations to be applied:\n${table(pending)}`);
    }
    const listed = /^deployments list --name (\S+) --json$/.exec(line)?.[1];
    if (listed !== undefined)
      return there.workers.includes(listed)
        ? ok("[]")
        : no(
            failure(
              `workers/scripts/${listed}/deployments`,
              "This Worker does not exist on your account. [code: 10007]",
            ),
          );
    const deployed = bound.get(/^deploy --config (.*)\/wrangler\.toml$/.exec(line)?.[1] ?? "");
    if (!deployed) throw new Error(`no recording of wrangler ${line}`);
    const { name, config } = deployed;
    const needs = [
      ...(config.services ?? []).map(({ service }) => service),
      ...(config.durable_objects?.bindings ?? []).flatMap(({ script_name }) => script_name ?? []),
    ];
    const missing = needs.find((need) => !there.workers.includes(need));
    if (missing !== undefined)
      return no(failure(`workers/scripts/${name}`, `could not resolve ${missing} [code: 10143]`));
    if (!there.database || there.applied.length < migrations.length) return no("a Worker before its tables");
    if (!there.workers.includes(name)) there.workers.push(name);
    return ok(
      `Uploaded ${name} (0.15 sec)\nDeployed ${name} triggers (0.01 sec)\n${config.workers_dev === false ? "" : `  https://${name}.example.workers.dev\n`}Current Version ID: d1d1d1d1-d1d1-4d1d-8d1d-d1d1d1d1d1d1\n`,
    );
  }

  const outside: Outside = {
    wrangler: async (args) => {
      calls.push(args.join(" "));
      return answer(args);
    },
    generate: async () => (calls.push("generate"), ok("")),
    get: async (url) => (calls.push(`GET ${url}`), { status: 200, text: `{"state":"ok"}` }),
    pause: async () => undefined,
    confirm: async () => true,
    say: (line) => said.push(line),
  };
  const deploy = async (more: Partial<Outside> = {}) => {
    calls.length = 0;
    const cloud = cloudOf(outside);
    const wanted = wantedBy(tree);
    const found = await findIn(cloud, wanted);
    return carryOut({ root: tree, wanted, found, cloud, outside: { ...outside, ...more }, url: undefined });
  };
  const plan = async () => tellPlan(wantedBy(tree), await findIn(cloudOf(outside), wantedBy(tree)));
  const changes = () => calls.filter((call) => /create|apply|^deploy |^generate|^GET/.test(call));
  return { there, deploy, plan, changes, said };
}

const workers = () => wantedBy(tree).workers.map(({ folder }) => `deploy --config ${folder}/wrangler.toml`);

test("from nothing: create, write the id, migrate, deploy in order, ask for health", async () => {
  const { deploy, changes, plan } = account();
  expect(await plan()).toMatch(
    /eigentwin-index: will be created[^]*0000_first\.sql[^]*eigentwin-gateway: will be created/,
  );
  expect(await deploy()).toBe(ADDRESS);
  expect(changes()).toEqual([
    "d1 create eigentwin-index",
    "generate",
    "r2 bucket create eigentwin-bodies",
    "d1 migrations apply eigentwin-index --remote",
    ...workers(),
    `GET ${ADDRESS}/healthz`,
  ]);
  expect(wantedBy(tree).database.id).toBe(ID);
});

test("again: nothing is created and nothing migrated, every Worker gets its new version", async () => {
  const { deploy, changes, plan } = account();
  await deploy();
  await deploy();
  expect(changes()).toEqual([...workers(), `GET ${ADDRESS}/healthz`]);
  expect(await plan()).toMatch(/eigentwin-index: is there[^]*none is new[^]*eigentwin-gateway: is there/);
});

test.each([
  ["r2 bucket create eigentwin-bodies", 2],
  ["d1 migrations apply eigentwin-index --remote", 3],
  ["deploy --config workers/runs/wrangler.toml", undefined],
])("a failure at %s stops, and the next try goes on from there", async (call, done) => {
  const { deploy, changes, there } = account({ failing: { [call]: 1 } });
  await expect(deploy()).rejects.toThrow(`wrangler ${call} failed:\n✘ [ERROR] fetch failed`);
  expect(changes().at(-1)).toBe(call);
  if (done !== undefined) expect(changes()).toHaveLength(done + 1);
  const made = { ...there, workers: [...there.workers] };
  expect(await deploy()).toBe(ADDRESS);
  expect(changes()).not.toContain("d1 create eigentwin-index");
  expect(made.workers.every((name, index) => there.workers[index] === name)).toBe(true);
});

test("a question that fails is no answer: nothing is created because a list could not be read", async () => {
  const { deploy, changes } = account({ failing: { "r2 bucket info eigentwin-bodies --json": 1 } });
  await expect(deploy()).rejects.toThrow(DeployFailure);
  expect(changes()).toEqual([]);
});

test("a database of another account is not taken for this one", async () => {
  const { deploy, there } = account();
  await deploy();
  there.database = false;
  await expect(deploy()).rejects.toThrow("Sign in to the account that the database is in");
});

test("a deployment that is not healthy in the end has failed, with what it says", async () => {
  const { deploy } = account();
  await expect(deploy({ get: async () => ({ status: 503, text: "index: down" }) })).rejects.toThrow("503 index: down");
});

test("who is not signed in, or to several accounts, is told what to set", async () => {
  const answering = (output: string) => cloudOf({ wrangler: async () => ({ code: 1, output }) });
  await expect(answering(`{"loggedIn":false}\n`).account()).rejects.toThrow("CLOUDFLARE_API_TOKEN");
  const two = WHO.replace(`"accounts": [`, `"accounts": [{"id":"b","name":"Other"},`);
  await expect(answering(two).account()).rejects.toThrow("b (Other), 0123456789abcdef0123456789abcdef (Example)");
});
