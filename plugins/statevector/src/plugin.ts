// The plugin: one backend, no capability.

import { definePlugin, type Plugin } from "@eigentwin/core";
import { backendOf } from "./backend.ts";
import { loadSimulator } from "./simulator.ts";

export const statevectorPlugin = (module: WebAssembly.Module): Plugin =>
  definePlugin({
    name: "statevector",
    version: "0.2.0",
    contract: 1,
    title: "State vector simulator",
    backends: [backendOf(loadSimulator(module))],
  });
