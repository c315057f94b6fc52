import { servePlugin } from "@eigentwin/core/serve";
import { algorithmsPlugin } from "./plugin.ts";

export default servePlugin(algorithmsPlugin);
