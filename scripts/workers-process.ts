// The process group of a deployment's Workers: wrangler, and the workerd that it starts.

import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { root } from "./command.ts";

/** What the Workers said last, told when they end before they are ready. */
const lastWords = new WeakMap<ChildProcess, string[]>();

export function spawnWorkers(configs: readonly string[], stateFolder: string, port: number): ChildProcess {
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

/** What the Workers printed of late. */
export const lastWordsOf = (server: ChildProcess): string => lastWords.get(server)?.join("") ?? "";

/** How a process ended, in words; it has. */
export const howEnded = ({ exitCode, signalCode }: ChildProcess): string =>
  signalCode === null ? `exit code ${exitCode}` : `signal ${constants.signals[signalCode]}`;

export async function stopGroup(server: ChildProcess): Promise<void> {
  await Promise.race([goneAfter(server, "SIGTERM"), pause(5_000)]);
  signalGroup(server, "SIGKILL");
}

export async function goneAfter(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once("exit", resolve));
  signalGroup(server, signal);
  await gone;
}

export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // the group is gone already
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
