// What algorithms offers by itself; industries import the library.

import { definePlugin } from "@eigentwin/core";
import { personalRegression } from "./personal-regression/capability.ts";

export const algorithmsPlugin = definePlugin({
  name: "algorithms",
  version: "0.1.0",
  contract: 1,
  title: "Learning algorithms, quantum and classical",
  capabilities: [personalRegression],
});
