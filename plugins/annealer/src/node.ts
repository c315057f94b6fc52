// The same annealer in Node, for tests and benchmarks: the committed kernels, read from disk.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "@eigentwin/core";
import { loadAnnealer, type Annealer } from "./annealer.ts";
import { annealerPlugin } from "./plugin.ts";

// The types are those of Workers, where compiling is refused and the constructor is therefore missing.
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;

export const annealerModule = (): WebAssembly.Module =>
  new Module(readFileSync(fileURLToPath(new URL("../kernels/annealer.wasm", import.meta.url).href)));

export const annealer = (): Annealer => loadAnnealer(annealerModule());

export const annealerPluginInNode = (): Plugin => annealerPlugin(annealerModule());
