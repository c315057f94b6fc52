// The Worker: programs arrive over a service binding.

import { servePlugin } from "@eigentwin/core/serve";
import statevector from "../kernels/statevector.wasm";
import { statevectorPlugin } from "./plugin.ts";

export default servePlugin(statevectorPlugin(statevector));
