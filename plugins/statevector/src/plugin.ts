// The plugin: two backends, no capability.

import { definePlugin, type Plugin } from "@eigentwin/core";
import { backendOf, noisyBackendOf } from "./backend.ts";
import { loadSimulator } from "./simulator.ts";

export const statevectorPlugin = (module: WebAssembly.Module): Plugin => {
  // One simulator, so that both count the same memory.
  const simulator = loadSimulator(module);
  return definePlugin({
    name: "statevector",
    version: "0.2.0",
    contract: 1,
    title: "State vector simulator",
    backends: [backendOf(simulator), noisyBackendOf(simulator)],
  });
};
