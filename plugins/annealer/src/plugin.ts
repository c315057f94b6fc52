// The plugin: two backends, no capability.

import { definePlugin, type Plugin } from "@eigentwin/core";
import { loadAnnealer } from "./annealer.ts";
import { backendOf } from "./backend.ts";
import { METHODS } from "./methods.ts";

export function annealerPlugin(module: WebAssembly.Module): Plugin {
  const annealer = loadAnnealer(module);
  return definePlugin({
    name: "annealer",
    version: "0.1.0",
    contract: 1,
    title: "Simulated annealing, classical and of paths in imaginary time",
    backends: METHODS.map((method) => backendOf(annealer, method)),
  });
}
