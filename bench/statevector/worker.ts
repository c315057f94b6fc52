// The same workloads inside workerd. Its clock stands still while it computes, so the caller takes the time.

import { WorkerEntrypoint } from "cloudflare:workers";
import { hasRelaxedSimd, loadSimulator } from "@eigentwin/statevector";
import relaxed from "@eigentwin/statevector/statevector-relaxed.wasm";
import plain from "@eigentwin/statevector/statevector.wasm";
import limitsRelaxed from "./kernels/limits-relaxed.wasm";
import limitsPlain from "./kernels/limits.wasm";
import { limitsOf, type Limit } from "./limits.ts";
import { repeat, titleOf, WORKLOADS } from "./workloads.ts";

const simulator = loadSimulator(hasRelaxedSimd() ? relaxed : plain);
let limits: ReturnType<typeof limitsOf> | undefined;

export default class extends WorkerEntrypoint {
  async workload(title: string, times: number): Promise<number> {
    const workload = WORKLOADS.find((one) => titleOf(one) === title);
    return workload ? repeat(simulator, workload, times) : Number.NaN;
  }

  limit(limit: Limit, times: number): number {
    limits ??= limitsOf(hasRelaxedSimd() ? limitsRelaxed : limitsPlain);
    return limits(limit, times);
  }
}
