import { servePlugin } from "../../../serve/index.ts";
import { nextFaultyPlugin } from "../plugin.ts";

export default servePlugin(nextFaultyPlugin);
