// The Worker: programs arrive over a service binding.

import { servePlugin } from "@eigentwin/core/serve";
import relaxed from "../kernels/statevector-relaxed.wasm";
import plain from "../kernels/statevector.wasm";
import { statevectorPlugin } from "./plugin.ts";
import { hasRelaxedSimd } from "./relaxed.ts";

export default servePlugin(statevectorPlugin(hasRelaxedSimd() ? relaxed : plain));
