import { servePlugin } from "@eigentwin/core/serve";
import { aerospacePlugin } from "./plugin.ts";

export default servePlugin(aerospacePlugin);
