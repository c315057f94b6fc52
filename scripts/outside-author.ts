// Somebody else's plugin, by docs/writing-a-plugin.md alone: core as its npm package, an empty folder outside of the
// workspace, the kit, and one line in a copy of the list. Nothing under core/ or workers/ is edited.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { buildCore } from "./build-core.ts";
import { root, run } from "./command.ts";
import { freePort, startDeployment, type Deployment } from "./deployment.ts";
import { blocksOf } from "./doc-blocks.ts";
import { configsWith } from "./one-more-plugin.ts";

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

/** The tarball, made and looked over as it would be before it is published. */
async function packCore(into: string): Promise<string> {
  const dist = await buildCore();
  const lint = await run("publint", ["run", dist, "--strict", "--pack", "false"]);
  if (lint.code !== 0) stop(`publint:\n${lint.output}`);
  const packed = JSON.parse(command("npm", ["pack", dist, "--json", "--pack-destination", into], into)) as {
    filename: string;
    files: { path: string }[];
  }[];
  const [{ filename, files } = stop("npm packed nothing")] = packed;
  const stray = files.filter(
    ({ path }) => !/(\.js|\.d\.ts|\.md|^LICENSE|^package\.json)$/.test(path) || /test/.test(path),
  );
  if (stray.length > 0) stop(`the package holds ${stray.map(({ path }) => path).join(", ")}`);
  say(`packed core: ${files.length} files`);
  return join(into, filename);
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

const deploy = async (folder: string, author: string): Promise<Deployment> =>
  startDeployment({
    stateFolder: join(folder, "state"),
    port: await freePort(8887),
    say,
    configs: configsWith(folder, labelled("the list").trimEnd(), join(author, "wrangler.toml")),
  });

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
  follow(author, await packCore(folder));
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
