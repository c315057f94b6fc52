// What aerospace brings: the engine twin, its file format, and its remaining life.

import { definePlugin } from "@eigentwin/core";
import { cmapssReader } from "./cmapss.ts";
import { engineType } from "./engine.ts";
import { remainingLife } from "./predict.ts";
import { trainRemainingLife } from "./train.ts";

export const aerospacePlugin = definePlugin({
  name: "aerospace",
  version: "0.1.0",
  contract: 1,
  title: "Aerospace: engines and their remaining life",
  twinTypes: [engineType],
  capabilities: [trainRemainingLife, remainingLife],
  readers: [cmapssReader],
});
