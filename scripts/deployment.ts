// Runs the whole default deployment under workerd on this machine, behind one port of the loopback interface.

import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { root, run } from "./command.ts";
import { administratorFile, demoKey, tokenForAdministrator } from "./demo-tenant.ts";
import { takeLock } from "./lock.ts";
import { DATABASE } from "./mint-token.ts";

export interface Deployment {
  url: string;
  /** Key of the demo tenant, which exists in local deployments only. */
  key: string;
  /** Holds the key of an administrator of this deployment. */
  administratorFile: string;
  /** Ends every process that was started; the first call counts. */
  stop(): Promise<void>;
  /** As if the power went: no process of the deployment gets a chance to say good-bye. */
  kill(): Promise<void>;
  /** True from the first sign of the end: what fails then is no fault. */
  isStopping(): boolean;
}

export interface DeploymentOptions {
  /** Where twins, runs and datasets are kept between starts. One deployment at a time. */
  stateFolder: string;
  port: number;
  say(line: string): void;
  /** In place of those of every Worker and plugin here. */
  configs?: readonly string[];
  /** Called when everything has stopped, also after Ctrl-C. */
  onStopped?(): void;
  /** Everything that the Workers print. */
  onOutput?(text: string): void;
}

const READY_WITHIN_MS = 90_000;
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export async function startDeployment({
  stateFolder,
  port,
  say,
  configs = defaultConfigs(),
  onStopped,
  onOutput = () => {},
}: DeploymentOptions): Promise<Deployment> {
  mkdirSync(stateFolder, { recursive: true });
  const lock = takeLock(stateFolder, port);
  let server: ChildProcess | undefined;
  let stopping: Promise<void> | undefined;
  const stop = () =>
    (stopping ??= (server ? stopGroup(server) : Promise.resolve()).then(() => {
      lock.release();
      onStopped?.();
    }));
  // From the first moment on: a Ctrl-C while Workers start must not leave them behind.
  for (const [signal, code] of Object.entries(SIGNALS))
    process.on(signal, () => void stop().then(() => process.exit(code)));
  process.once("exit", () => server && signalGroup(server, "SIGKILL"));
  try {
    await migrate(stateFolder, say);
    const token = await tokenForAdministrator(stateFolder);
    say(`starting ${configs.length} Workers under workerd`);
    server = spawnWorkers(configs, stateFolder, port);
    for (const stream of [server.stdout, server.stderr])
      stream?.on("data", (chunk: Buffer) => onOutput(chunk.toString()));
    lock.belongTo(server.pid);
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url, server);
    if (token !== undefined) say("making an administrator, by a setup token");
    const key = await demoKey(url, stateFolder, token);
    const kill = async () => {
      if (server) await goneAfter(server, "SIGKILL");
      lock.release();
    };
    return {
      url,
      key,
      administratorFile: administratorFile(stateFolder),
      stop,
      kill,
      isStopping: () => stopping !== undefined,
    };
  } catch (error) {
    if (stopping !== undefined) return stopping.then(() => new Promise<never>(() => undefined));
    await stop();
    throw error;
  }
}

/** What the Workers said last, told when they end before they are ready. */
const lastWords = new WeakMap<ChildProcess, string[]>();

function spawnWorkers(configs: readonly string[], stateFolder: string, port: number): ChildProcess {
  const server = spawn(
    "wrangler",
    [
      "dev",
      ...configs.flatMap((config) => ["-c", config]),
      "--ip=127.0.0.1",
      `--port=${port}`,
      `--persist-to=${stateFolder}`,
      "--show-interactive-dev-session=false",
    ],
    // A process group of its own, so that stopping it stops everything that it started. Requests are not to be recorded
    // beside the state, headers and all, whatever the tools' default is.
    {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, X_LOCAL_OBSERVABILITY: "false" },
    },
  );
  const words: string[] = [];
  lastWords.set(server, words);
  for (const stream of [server.stdout, server.stderr])
    stream?.on("data", (chunk: Buffer) => {
      words.push(chunk.toString());
      if (words.length > 200) words.shift();
    });
  return server;
}

/** Of every Worker and plugin, the gateway first: it gets the port. */
export const defaultConfigs = (): string[] =>
  [...wranglerConfigs("workers"), ...wranglerConfigs("plugins")].sort(
    (a, b) => Number(b.includes("gateway")) - Number(a.includes("gateway")),
  );

const wranglerConfigs = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .sort()
    .map((name) => join(folder, name, "wrangler.toml"))
    .filter((file) => existsSync(join(root, file)));

/** Applied by wrangler, and only when a migration is new: starting wrangler takes seconds. */
async function migrate(stateFolder: string, say: (line: string) => void): Promise<void> {
  const stamp = join(stateFolder, "migrated");
  const files = readdirSync(join(root, "migrations")).filter((name) => name.endsWith(".sql"));
  const wanted = createHash("sha256")
    .update(
      files
        .sort()
        .map((name) => readFileSync(join(root, "migrations", name), "utf8"))
        .join("\n"),
    )
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say(`applying ${files.length} migration${files.length === 1 ? "" : "s"} to the local index`);
  await wrangler(["d1", "migrations", "apply", DATABASE, "--local", "--persist-to", stateFolder]);
  writeFileSync(stamp, wanted);
}

async function wrangler(args: readonly string[]): Promise<void> {
  const { code, output } = await run("wrangler", args);
  if (code !== 0) throw new Error(`wrangler ${args.slice(0, 3).join(" ")} failed:\n${output}`);
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end; await pause(200)) {
    if (server.exitCode !== null)
      throw new Error(`wrangler dev ended before it was ready\n${lastWords.get(server)?.join("") ?? ""}`);
    const answer = await fetch(`${url}/openapi.json`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error(
    `the deployment was not ready after ${READY_WITHIN_MS / 1000} s\n${lastWords.get(server)?.join("") ?? ""}`,
  );
}

async function stopGroup(server: ChildProcess): Promise<void> {
  await Promise.race([goneAfter(server, "SIGTERM"), pause(5_000)]);
  signalGroup(server, "SIGKILL");
}

async function goneAfter(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once("exit", resolve));
  signalGroup(server, signal);
  await gone;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // the group is gone already
  }
}

/** A port that the user named: taken is an error, not a reason for another one. */
export async function namedPort(text: string): Promise<number> {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`"${text}" is no port; use 1 to 65535`);
  if (!(await isFree(port))) throw new Error(`port ${port} is taken; name another one, or leave --port out`);
  return port;
}

/** The wished port, or the next free one after it. */
export async function freePort(wished: number): Promise<number> {
  for (let port = wished; port < wished + 50; port++) if (await isFree(port)) return port;
  throw new Error(`no port is free from ${wished} to ${wished + 49}; name one with --port`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
