// Makes a fresh clone able to run: brings what the machine lacks (pnpm, dependencies, Node) from the npm registry, then
// runs the wanted script. Plain JavaScript without dependencies, because it comes before all of them.
//
//   node scripts/bootstrap.mjs <name | path/to/script.ts> [arguments]

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "node_modules", ".eigentwin-installed");
const bin = join(root, "node_modules", ".bin");
const windows = process.platform === "win32";
const pinnedNode = windows ? join(root, "node_modules", "node", "bin", "node.exe") : join(bin, "node");

// wrangler works without a network and tells nobody; what the user has set wins.
const quietTools = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_WRITE_LOGS: "false",
  X_LOCAL_OBSERVABILITY: "false",
  DO_NOT_TRACK: "1",
};

const say = (line) => console.error(`eigentwin: ${line}`);

function stop(...lines) {
  lines.forEach(say);
  process.exit(1);
}

/** Folders of the workspace: `core` as it is, `plugins/*` as its subfolders. */
function packageFolders() {
  const { 1: list = "" } =
    /^packages:\n((?: +- .*\n)+)/m.exec(readFileSync(join(root, "pnpm-workspace.yaml"), "utf8")) ?? [];
  return [...list.matchAll(/- ["']?([^"'\n]+)/g)].flatMap(([, pattern]) => {
    if (!pattern.endsWith("/*")) return [pattern];
    const parent = pattern.slice(0, -2);
    return existsSync(join(root, parent))
      ? readdirSync(join(root, parent))
          .sort()
          .map((name) => `${parent}/${name}`)
      : [];
  });
}

/** Digest of all that decides what an install brings, and of the machine it was brought for. */
function wantedInstall() {
  const manifests = packageFolders().map((folder) => `${folder}/package.json`);
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", ...manifests])
    if (existsSync(join(root, file))) hash.update(`\n${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

const isInstalled = (wanted) => existsSync(stamp) && existsSync(pinnedNode) && readFileSync(stamp, "utf8") === wanted;

/** Node 22.18 is the first that runs TypeScript without a flag; wrangler is content with 22.12. */
function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major > 23 || (major === 22 && minor >= 18) || (major === 23 && minor >= 6);
}

function install(wanted) {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const pnpm = packageManager.split("+")[0];
  const command = `npx --yes ${pnpm} install --frozen-lockfile`;
  say(`installing the dependencies of pnpm-lock.yaml, about 700 MB on disk (${command})`);
  if (!runsTypeScript(process.version))
    say(`warnings that Node ${process.version} is unsupported are expected: a newer Node is installed with the rest`);
  const started = Date.now();
  // CI: pnpm asks nothing. Its output goes to stderr, so that the script alone owns stdout.
  const { error, status, signal } = spawnSync("npx", ["--yes", pnpm, "install", "--frozen-lockfile"], {
    cwd: root,
    env: { ...process.env, CI: "true" },
    stdio: ["ignore", 2, 2],
    shell: windows,
  });
  if (error)
    stop(`cannot run npx: ${error.message}`, "npx comes with npm, and npm with Node 20 or newer: https://nodejs.org");
  if (status !== 0)
    stop(
      `the install failed (${signal ?? `exit code ${status}`}); its own words are above.`,
      "- no network or a proxy: `npm view pnpm version` must work; npm's own registry and proxy settings are used",
      `- a package.json was changed: bring the lockfile up to date with \`npx ${pnpm} install\``,
      `- else remove node_modules and try again, or run by hand: ${command}`,
    );
  if (!existsSync(pinnedNode))
    stop(
      "the install brought no Node: the script of the package `node` did not run, or has no build for this machine.",
      "- npm's setting `ignore-scripts` must be off for this install, and node_modules removed before the next try",
    );
  writeFileSync(stamp, wanted);
  say(`installed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function run(script, rest) {
  const node = runsTypeScript(process.version) ? process.execPath : pinnedNode;
  const path = `${bin}${delimiter}${process.env.PATH ?? ""}`;
  const child = spawn(node, [script, ...rest], {
    cwd: root,
    env: { ...quietTools, ...process.env, PATH: path },
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => {
      // A terminal has already sent its Ctrl-C to the child.
      if (!(signal === "SIGINT" && process.stdin.isTTY)) child.kill(signal);
    });
  child.on("error", (error) => stop(`cannot run ${node}: ${error.message}`, "remove node_modules and try again"));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

const [name, ...rest] = process.argv.slice(2);
const script = name && (name.includes("/") ? join(root, name) : join(root, "scripts", `${name}.ts`));
if (!script || !existsSync(script))
  stop(`there is no script "${name ?? ""}"`, "usage: node scripts/bootstrap.mjs <name of scripts/*.ts> [arguments]");
const wanted = wantedInstall();
if (!isInstalled(wanted)) install(wanted);
run(script, rest);
