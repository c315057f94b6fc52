// The Worker: programs arrive over a service binding.

import { servePlugin } from "@eigentwin/core/serve";
import singleRelaxed from "../kernels/statevector-f32-relaxed.wasm";
import single from "../kernels/statevector-f32.wasm";
import doubleRelaxed from "../kernels/statevector-relaxed.wasm";
import double from "../kernels/statevector.wasm";
import { statevectorPlugin } from "./plugin.ts";
import { hasRelaxedSimd } from "./relaxed.ts";

const modules = hasRelaxedSimd() ? { f64: doubleRelaxed, f32: singleRelaxed } : { f64: double, f32: single };

export default servePlugin(statevectorPlugin(modules));
