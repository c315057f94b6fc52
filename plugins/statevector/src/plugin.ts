// The plugin: three backends, no capability.

import { definePlugin, type Plugin } from "@eigentwin/core";
import { backendOf, noisyBackendOf } from "./backend.ts";
import { openMemoryPool } from "./memory.ts";
import type { PrecisionName } from "./precision.ts";
import { loadSimulator } from "./simulator.ts";

/** The kernels of each precision. */
export type Modules = Readonly<Record<PrecisionName, WebAssembly.Module>>;

export const statevectorPlugin = ({ f64, f32 }: Modules): Plugin => {
  // One pool, so that all count the same memory.
  const pool = openMemoryPool();
  const double = loadSimulator(f64, { precision: "f64" }, pool);
  const single = loadSimulator(f32, { precision: "f32" }, pool);
  return definePlugin({
    name: "statevector",
    version: "0.3.0",
    contract: 1,
    title: "State vector simulator",
    backends: [backendOf(double), noisyBackendOf(double), backendOf(single)],
  });
};
