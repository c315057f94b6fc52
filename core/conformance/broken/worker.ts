// A broken plugin behind a real binding: the kit must reject it there as it does in one process.

import { servePlugin } from "../../serve/index.ts";
import { pluginOf } from "./sound.ts";

let asked = 0;

export default servePlugin(pluginOf({ answer: (answer) => ({ ...answer, result: { value: (asked += 1) } }) }));
