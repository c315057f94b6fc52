// Where the workloads run: this process, one like it that checks every load and store, and a Worker in workerd.
//
// V8 lets the processor find an access beyond a WebAssembly memory where it may handle the trap. workerd's may not, so it
// compiles a check into every load and store; `--wasm-enforce-bounds-checks` makes Node do the same.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PrecisionName, Simulator } from "@eigentwin/statevector";
import { statevectorSimulator } from "@eigentwin/statevector/node";
import { createTestHarness } from "wrangler";
import type { Limit } from "./limits.ts";
import { repeat, workloadOf } from "./workloads.ts";

export interface Side {
  name: "node" | "checked" | "workerd";
  workload(title: string, precision: PrecisionName, times: number): Promise<number>;
  stop(): Promise<void>;
}

/** The answer of a child process is a value, or what went wrong in words. */
export interface Question {
  title: string;
  precision: PrecisionName;
  times: number;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url).href);

export function runnerInNode(): (question: Question) => Promise<number> {
  const simulators: Record<PrecisionName, Simulator> = {
    f64: statevectorSimulator({ precision: "f64" }),
    f32: statevectorSimulator({ precision: "f32" }),
  };
  return ({ title, precision, times }) => repeat(simulators[precision], workloadOf(title), times);
}

export function inNode(): Side {
  const run = runnerInNode();
  return {
    name: "node",
    workload: (title, precision, times) => run({ title, precision, times }),
    stop: async () => {},
  };
}

export function inCheckedNode(): Side {
  const child = fork(here("child.ts"), { execArgv: ["--wasm-enforce-bounds-checks"] });
  return {
    name: "checked",
    workload: async (title, precision, times) => {
      child.send({ title, precision, times } satisfies Question);
      const [answer] = (await once(child, "message")) as [number | string];
      if (typeof answer === "string") throw new Error(answer);
      return answer;
    },
    stop: async () => void child.kill(),
  };
}

export interface WorkerdSide extends Side {
  limit(limit: Limit, times: number): Promise<number>;
}

export async function inWorkerd(): Promise<WorkerdSide> {
  const server = createTestHarness({ workers: [{ configPath: here("wrangler.toml") }] });
  await server.listen();
  const worker = (await server.getWorker().getExport()) as unknown as Pick<WorkerdSide, "workload" | "limit">;
  return {
    name: "workerd",
    workload: (...of) => worker.workload(...of),
    limit: (...of) => worker.limit(...of),
    stop: () => server.close(),
  };
}
