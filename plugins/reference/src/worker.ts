import { servePlugin } from "@eigentwin/core/serve";
import { referencePlugin } from "./plugin.ts";

export default servePlugin(referencePlugin);
