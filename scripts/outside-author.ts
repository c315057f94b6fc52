// Somebody else's plugin, by docs/writing-a-plugin.md alone: core as its npm package, an empty folder outside of the
// workspace, the kit, and one line in a copy of the list. Nothing under core/ or workers/ is edited.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { readArguments } from "./arguments.ts";
import { root, run } from "./command.ts";
import { freePort, startDeployment, type Deployment } from "./deployment.ts";
import { blocksOf } from "./doc-blocks.ts";
import { configsWithPlugin, lineOf, openPlugin } from "./one-more-plugin.ts";
import { packCore } from "./packed-core.ts";

const USAGE = `usage: npm run test:outside-author

Follows docs/writing-a-plugin.md in a new folder outside of the workspace, from an empty folder to an answer over HTTP.

  --help`;
readArguments(USAGE, { options: { help: { type: "boolean" } } });

const started = performance.now();
const say = (line: string) =>
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);

const blocks = blocksOf(readFileSync(join(root, "docs/writing-a-plugin.md"), "utf8"));
const labelled = (label: string): string =>
  blocks.find((block) => block.label === label)?.text ?? stop(`docs/writing-a-plugin.md has no block "${label}"`);

function stop(why: string): never {
  throw new Error(why);
}

/** A command of the author's, in the author's folder. */
function command(file: string, args: readonly string[], cwd: string): string {
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`,
    // What npm has in its cache is good enough, and nobody reads its advice here.
    npm_config_prefer_offline: "true",
    npm_config_audit: "false",
    npm_config_update_notifier: "false",
  };
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd, env, encoding: "utf8" });
  if (status === 0) return stdout;
  return stop(`${file} ${args.join(" ")}: ${error?.message ?? `${stdout}\n${stderr}`}`);
}

/** Writes the files of the page and runs its commands; in place of the registry's core stands the tarball. */
function follow(folder: string, tarball: string): void {
  mkdirSync(join(folder, "src"), { recursive: true });
  for (const { language, label, text } of blocks) {
    if (["ts", "toml"].includes(language) && /^[\w/.-]+\.(ts|toml)$/.test(label))
      writeFileSync(join(folder, label), text);
    if (language !== "sh") continue;
    for (const line of text.trim().split("\n")) {
      const [file = "", ...words] = line.split(" ");
      command(
        file,
        words.map((word) => (word === "@eigentwin/core" ? tarball : word)),
        folder,
      );
      say(line);
    }
  }
}

/** The published types, as a strict author sees them. */
async function checkTypes(folder: string): Promise<void> {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    target: "ES2024",
    lib: ["ES2024", "ESNext.Disposable"],
    module: "Preserve",
    types: ["node", "@cloudflare/workers-types"],
    typeRoots: [join(root, "node_modules/@types"), join(root, "node_modules")],
  };
  // Types that could not be resolved would accept anything.
  const wrong = `import { definePlugin } from "@eigentwin/core";\n// @ts-expect-error\ndefinePlugin({ contract: 2 });\n`;
  writeFileSync(join(folder, "src/wrong.ts"), wrong);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
  const { code, output } = await run("tsc", ["-p", folder]);
  if (code !== 0) stop(`tsc:\n${output}`);
  say("types hold");
}

/** As `npm start -- --plugin` does. */
async function deploy(folder: string, author: string): Promise<Deployment> {
  const plugin = openPlugin(author);
  const line = labelled("the list").trimEnd();
  if (line !== lineOf(plugin)) stop(`the page names the line ${line}, and the plugin's is ${lineOf(plugin)}`);
  return startDeployment({
    stateFolder: join(folder, "state"),
    port: await freePort(8887),
    say,
    configs: configsWithPlugin(folder, plugin),
  });
}

async function post({ url, key }: Deployment, path: string, text: string): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await fetch(url + path, { method: "POST", headers, body: text });
  const body = (await response.json()) as Record<string, unknown>;
  return response.ok ? body : stop(`POST ${path} got ${response.status}: ${JSON.stringify(body)}`);
}

/** Angles come out with the last digits of arithmetic. */
const rounded = (result: unknown): unknown =>
  Object.fromEntries(Object.entries(result as object).map(([name, value]) => [name, Math.round(value * 1e9) / 1e9]));

const folder = mkdtempSync(join(tmpdir(), "eigentwin-outside-"));
let deployment: Deployment | undefined;
try {
  const author = join(folder, "bees");
  const packed = await packCore(folder);
  say(`packed core: ${packed.files} files`);
  follow(author, packed.file);
  await checkTypes(author);
  deployment = await deploy(folder, author);
  let answer: Record<string, unknown> = {};
  for (const { label, text } of blocks)
    if (label.startsWith("POST ")) answer = await post(deployment, label.slice("POST ".length), text);
  const wanted: unknown = JSON.parse(labelled("answer"));
  const result = rounded(answer["result"] ?? {});
  if (!isDeepStrictEqual(result, wanted))
    stop(`the answer is ${JSON.stringify(answer)}, not ${JSON.stringify(wanted)}`);
  say(`answered over HTTP: ${JSON.stringify(result)}`);
} catch (error) {
  console.error(`outside-author: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await deployment?.stop();
  rmSync(folder, { recursive: true, force: true });
}
