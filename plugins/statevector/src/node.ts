// The same simulator in Node, for tests and examples: the committed kernels, read from disk.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Backend, Plugin } from "@eigentwin/core";
import { backendOf } from "./backend.ts";
import type { Options } from "./plan.ts";
import { statevectorPlugin } from "./plugin.ts";
import type { PrecisionName } from "./precision.ts";
import { hasRelaxedSimd } from "./relaxed.ts";
import { loadSimulator, type Simulator } from "./simulator.ts";

// The types are those of Workers, where compiling is refused and the constructor is therefore missing.
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;

export const statevectorModule = (precision: PrecisionName, relaxed = hasRelaxedSimd()): WebAssembly.Module => {
  const file = `../kernels/statevector${precision === "f32" ? "-f32" : ""}${relaxed ? "-relaxed" : ""}.wasm`;
  return new Module(readFileSync(fileURLToPath(new URL(file, import.meta.url).href)));
};

/** `relaxed` chooses the build; where it is absent, whether this engine knows relaxed SIMD does. */
export const statevectorSimulator = (options: Options = {}, relaxed?: boolean): Simulator =>
  loadSimulator(statevectorModule(options.precision ?? "f64", relaxed), options);

export const statevectorBackend = (precision?: PrecisionName): Backend =>
  backendOf(statevectorSimulator(precision && { precision }));

export const statevectorPluginInNode = (): Plugin =>
  statevectorPlugin({ f64: statevectorModule("f64"), f32: statevectorModule("f32") });
