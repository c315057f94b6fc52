import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { violations } from "./violations.ts";

const trees: string[] = [];

afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true });
});

const manifest = (name: string, exports: Record<string, string> = { ".": "./index.ts" }): string =>
  JSON.stringify({ name: `@eigentwin/${name}`, exports });

const sound: Record<string, string> = {
  "wrangler.toml": `services = [ { binding = "PLUGIN_AEROSPACE", service = "eigentwin-aerospace" } ]`,
  "package.json": JSON.stringify({ name: "eigentwin" }),
  "core/package.json": manifest("core", { ".": "./index.ts", "./serve": "./serve/index.ts" }),
  "core/index.ts": `// "aerospace.engine@1" and @eigentwin/aerospace in a comment\nexport * from "./twin.ts";\nimport "valibot";`,
  "core/twin.ts": "export interface Twin { id: string }",
  "core/serve/index.ts": `import { WorkerEntrypoint } from "cloudflare:workers";`,
  "plugins/aerospace/package.json": manifest("aerospace"),
  "plugins/aerospace/index.ts": `import type { Twin } from "@eigentwin/core";\nimport { fit } from "@eigentwin/algorithms";`,
  "plugins/aerospace/index.test.ts": `import { simulate } from "@eigentwin/statevector";`,
  "plugins/aerospace/wrangler.toml": `name = "eigentwin-aerospace"`,
  "plugins/algorithms/package.json": manifest("algorithms", { ".": "./index.ts", "./worker": "./worker.ts" }),
  "plugins/algorithms/wrangler.toml": `name = "eigentwin-algorithms"`,
  "plugins/statevector/package.json": manifest("statevector", { ".": "./index.ts", "./worker": "./worker.ts" }),
  "plugins/ionq/package.json": manifest("ionq"),
  "plugins/ionq/emulator/answers.ts": `import { simulate } from "@eigentwin/statevector";`,
  "workers/twins/package.json": manifest("twins"),
  "workers/twins/wrangler.toml": `name = "eigentwin-twins"`,
  "workers/gateway/package.json": manifest("gateway"),
  "workers/gateway/index.ts": `import { Hono } from "hono";\nimport type { Twins } from "@eigentwin/twins";`,
  "workers/gateway/index.test.ts": `const capability = "aerospace.remaining-life@1";`,
  "workers/gateway/env.ts": `export interface Env { TWINS: import("../twins/index").Twins }`,
  "workers/gateway/wrangler.toml": `name = "eigentwin-gateway"\n[[services]]\nbinding = "TWINS"\nservice = "eigentwin-twins"`,
  "workers/runs/package.json": manifest("runs"),
  "workers/runs/index.ts": `export default { fetch: (request) => stub.fetch(request), async fetch(request: Request): Promise<Response> {} };`,
  "workers/runs/wrangler.toml": `name = "eigentwin-runs"
# composed from ../../wrangler.toml
[[services]]
binding = "PLUGIN_AEROSPACE"
service = "eigentwin-aerospace"
# end of composition`,
  "examples/engines/package.json": manifest("example-engines"),
  "examples/engines/run.ts": `import "@eigentwin/core";\nimport "@eigentwin/aerospace";`,
};

function violationsWith(changes: Record<string, string>): string[] {
  const tree = mkdtempSync(join(tmpdir(), "eigentwin-boundaries-"));
  trees.push(tree);
  for (const [path, text] of Object.entries({ ...sound, ...changes })) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  return violations(tree);
}

test("a sound tree has no violation", () => {
  expect(violationsWith({})).toEqual([]);
});

test.each<[rule: string, changes: Record<string, string>, violation: RegExp]>([
  [
    "core imports no plugin",
    { "core/a.ts": `import "@eigentwin/aerospace";` },
    /core\/a\.ts:1 core imports no other package/,
  ],
  [
    "core imports no plugin's type",
    { "core/a.ts": `\nimport type { A } from "@eigentwin/aerospace";` },
    /core\/a\.ts:2 core imports no/,
  ],
  ["core imports no Worker", { "core/a.ts": `export * from "@eigentwin/twins";` }, /core imports no other package/],
  ["core has no HTTP framework", { "core/a.ts": `import { Hono } from "hono/tiny";` }, /no HTTP framework/],
  ["core has no database", { "core/a.ts": `import { drizzle } from "drizzle-orm/d1";` }, /no database/],
  [
    "only core/serve binds the platform",
    { "core/a.ts": `import { env } from "cloudflare:workers";` },
    /only core\/serve/,
  ],
  [
    "a plugin imports no other",
    { "plugins/ionq/a.ts": `import "@eigentwin/statevector";` },
    /a plugin imports no other plugin/,
  ],
  [
    "a test imports no industry",
    { "plugins/ionq/a.test.ts": `import "@eigentwin/aerospace";` },
    /a plugin imports no other plugin/,
  ],
  [
    "a simulator does not use the library",
    { "plugins/statevector/a.ts": `import "@eigentwin/algorithms";` },
    /a plugin imports no other plugin/,
  ],
  [
    "only the library's index",
    { "plugins/aerospace/a.ts": `import "@eigentwin/algorithms/worker";` },
    /only the index/,
  ],
  [
    "no simulator as a Worker",
    { "plugins/ionq/emulator/a.ts": `import "@eigentwin/statevector/worker";` },
    /not a Worker/,
  ],
  [
    "a plugin imports no Worker",
    { "plugins/ionq/a.ts": `type T = import("@eigentwin/twins").T;` },
    /a plugin imports only core/,
  ],
  [
    "a Worker imports no plugin",
    { "workers/runs/a.ts": `const a = await import("@eigentwin/aerospace");` },
    /workers import no plugin/,
  ],
  [
    "no relative import across packages",
    { "workers/runs/a.ts": `import "../../core/twin.ts";` },
    /reaches past the public exports/,
  ],
  [
    "no import past the exports",
    { "examples/engines/a.ts": `import "@eigentwin/core/twin.ts";` },
    /reaches past the public exports/,
  ],
  [
    "a plugin binds nothing",
    {
      "plugins/aerospace/wrangler.toml": `name = "eigentwin-aerospace"\n[[services]]\nbinding = "A"\nservice = "eigentwin-algorithms"`,
    },
    /may bind nothing/,
  ],
  [
    "no arrow backwards",
    {
      "workers/twins/wrangler.toml": `name = "eigentwin-twins"\n[[durable_objects.bindings]]\nname = "R"\nclass_name = "RunObject"\nscript_name = "eigentwin-runs"`,
    },
    /twins\/wrangler\.toml binds workers\/runs/,
  ],
  [
    "no binding to nobody",
    {
      "workers/gateway/wrangler.toml": `name = "eigentwin-gateway"\n[[services]]\nbinding = "A"\nservice = "eigentwin-nobody"`,
    },
    /no Worker is called/,
  ],
  [
    "the list names real plugins",
    { "wrangler.toml": `services = [ { binding = "A", service = "eigentwin-twins" } ]` },
    /no plugin is called/,
  ],
  [
    "core names no capability of a plugin",
    { "core/a.ts": `const id = "aerospace.engine@1";` },
    /core\/a\.ts:1 names the plugin aerospace/,
  ],
  [
    "a Worker names no binding of a plugin",
    { "workers/runs/a.ts": `env.PLUGIN_AEROSPACE.run();` },
    /names the plugin aerospace/,
  ],
  [
    "no Worker calls console",
    { "workers/runs/a.ts": `// console\nconst { log } = console;` },
    /runs\/a\.ts:2 calls console/,
  ],
  [
    "only the generated section names a plugin",
    { "workers/twins/wrangler.toml": `name = "eigentwin-twins"\n[vars]\nFIRST = "eigentwin-aerospace"` },
    /twins\/wrangler\.toml:3 names the plugin/,
  ],
  [
    "a Worker opens no connection",
    { "workers/runs/a.ts": `const told = async (url: string) => fetch(new URL(url));` },
    /runs\/a\.ts:1 opens a connection/,
  ],
  ["nor a socket", { "workers/runs/a.ts": `new WebSocket(url)` }, /opens a connection/],
])("%s", (_rule, changes, violation) => {
  expect(violationsWith(changes).join("\n")).toMatch(violation);
});
