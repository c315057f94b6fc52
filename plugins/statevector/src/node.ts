// The same simulator in Node, for tests and examples: the committed kernels, read from disk.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Backend, Plugin } from "@eigentwin/core";
import { backendOf } from "./backend.ts";
import { statevectorPlugin } from "./plugin.ts";
import { loadSimulator, type Simulator } from "./simulator.ts";

// The types are those of Workers, where compiling is refused and the constructor is therefore missing.
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;

const statevectorModule = (): WebAssembly.Module =>
  new Module(readFileSync(fileURLToPath(new URL("../kernels/statevector.wasm", import.meta.url).href)));

export const statevectorSimulator = (): Simulator => loadSimulator(statevectorModule());

export const statevectorBackend = (): Backend => backendOf(statevectorSimulator());

export const statevectorPluginInNode = (): Plugin => statevectorPlugin(statevectorModule());
