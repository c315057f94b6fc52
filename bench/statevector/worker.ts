// The same workloads inside workerd. Its clock stands still while it computes, so the caller takes the time.

import { WorkerEntrypoint } from "cloudflare:workers";
import { hasRelaxedSimd, loadSimulator, openMemoryPool, type PrecisionName } from "@eigentwin/statevector";
import singleRelaxed from "@eigentwin/statevector/statevector-f32-relaxed.wasm";
import single from "@eigentwin/statevector/statevector-f32.wasm";
import doubleRelaxed from "@eigentwin/statevector/statevector-relaxed.wasm";
import double from "@eigentwin/statevector/statevector.wasm";
import limitsRelaxed from "./kernels/limits-relaxed.wasm";
import limitsPlain from "./kernels/limits.wasm";
import { limitsOf, type Limit } from "./limits.ts";
import { repeat, workloadOf } from "./workloads.ts";

const isRelaxed = hasRelaxedSimd();
const pool = openMemoryPool();
const simulators = {
  f64: loadSimulator(isRelaxed ? doubleRelaxed : double, { precision: "f64" }, pool),
  f32: loadSimulator(isRelaxed ? singleRelaxed : single, { precision: "f32" }, pool),
};
let limits: ReturnType<typeof limitsOf> | undefined;

export default class extends WorkerEntrypoint {
  workload(title: string, precision: PrecisionName, times: number): Promise<number> {
    return repeat(simulators[precision], workloadOf(title), times);
  }

  limit(limit: Limit, times: number): number {
    limits ??= limitsOf(isRelaxed ? limitsRelaxed : limitsPlain);
    return limits(limit, times);
  }
}
