// Runs the whole default deployment under workerd on this machine, behind one port of the loopback interface.

import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { root, run } from "./command.ts";
import { administratorFile, demoKey, makeAdministrator, tokenForAdministrator } from "./demo-tenant.ts";
import { takeLock } from "./lock.ts";
import { DATABASE } from "./mint-token.ts";
import { goneAfter, howEnded, lastWordsOf, signalGroup, spawnWorkers, stopGroup } from "./workers-process.ts";

export interface Workers {
  url: string;
  /** Holds the key of an administrator of this deployment. */
  administratorFile: string;
  /** Ends every process that was started; the first call counts. */
  stop(): Promise<void>;
  /** As if the power went: no process of the deployment gets a chance to say good-bye. */
  kill(): Promise<void>;
  /** True from the first sign of the end: what fails then is no fault. */
  isStopping(): boolean;
}

export interface Deployment extends Workers {
  /** Key of the demo tenant, which exists in local deployments only. */
  key: string;
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
  /** Called when the Workers have ended by themselves, with how; what is left of them has been stopped. */
  onDied?(how: string): void;
  /** Everything that the Workers print. */
  onOutput?(text: string): void;
}

const READY_WITHIN_MS = 90_000;
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** With the key of the demo tenant; throws where it is good for nothing any more. */
export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  const workers = await startWorkers(options);
  try {
    return { ...workers, key: await demoKey(workers.url, options.stateFolder) };
  } catch (error) {
    await workers.stop();
    throw error;
  }
}

/** The deployment with an administrator and no tenant of its own making. */
export async function startWorkers({
  stateFolder,
  port,
  say,
  configs = defaultConfigs(),
  onStopped,
  onDied = () => {},
  onOutput = () => {},
}: DeploymentOptions): Promise<Workers> {
  mkdirSync(stateFolder, { recursive: true });
  const lock = takeLock(stateFolder, port);
  let server: ChildProcess | undefined;
  let stopping: Promise<void> | undefined;
  const ended = () => {
    for (const [event, listener] of listeners) process.off(event, listener);
    lock.release();
  };
  const stop = () =>
    (stopping ??= (server ? stopGroup(server) : Promise.resolve()).then(() => {
      ended();
      onStopped?.();
    }));
  // From the first moment on: a Ctrl-C while Workers start must not leave them behind.
  const listeners: [string, () => void][] = [
    ...Object.entries(SIGNALS).map(([signal, code]): [string, () => void] => [
      signal,
      () => void stop().then(() => process.exit(code)),
    ]),
    ["exit", () => server && signalGroup(server, "SIGKILL")],
  ];
  for (const [event, listener] of listeners) process.on(event, listener);
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
    if (token !== undefined) {
      say("making an administrator, by a setup token");
      await makeAdministrator(url, stateFolder, token);
    }
    const up = server;
    let isKilled = false;
    up.once("exit", () => {
      if (stopping === undefined && !isKilled) void stop().then(() => onDied(howEnded(up)));
    });
    const kill = async () => {
      isKilled = true;
      await goneAfter(up, "SIGKILL");
      ended();
    };
    return {
      url,
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
    if (server.exitCode !== null) throw new Error(`wrangler dev ended before it was ready\n${lastWordsOf(server)}`);
    const answer = await fetch(`${url}/openapi.json`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error(`the deployment was not ready after ${READY_WITHIN_MS / 1000} s\n${lastWordsOf(server)}`);
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
