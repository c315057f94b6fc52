import { servePlugin } from "../../serve/index.ts";
import { faultyPlugin } from "./plugin.ts";

export default servePlugin(faultyPlugin);
