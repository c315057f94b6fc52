import { servePlugin } from "../../serve/index.ts";
import { brokenPlugin } from "./plugin.ts";

export default servePlugin(brokenPlugin);
