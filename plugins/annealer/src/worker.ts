// The Worker: programs arrive over a service binding.

import { servePlugin } from "@eigentwin/core/serve";
import annealer from "../kernels/annealer.wasm";
import { annealerPlugin } from "./plugin.ts";

export default servePlugin(annealerPlugin(annealer));
