// Everything about the code that needs no running Worker: `npm run check`, and with `--fix` what can be put right.

import { parseArgs } from "node:util";
import { runStages } from "./stages.ts";

const { fix } = parseArgs({ options: { fix: { type: "boolean", default: false } } }).values;

const failed = await runStages([
  { name: "generated", tool: "node", args: ["scripts/generate.ts", ...(fix ? [] : ["--check"])] },
  { name: "format", tool: "oxfmt", args: [fix ? "--write" : "--check"] },
  { name: "lint", tool: "oxlint", args: fix ? ["--fix"] : [] },
  { name: "types", tool: "tsc", args: [] },
  { name: "boundaries", tool: "node", args: ["scripts/boundaries.ts"] },
]);

if (failed.length > 0) {
  console.log(`check: ${failed.join(", ")} failed`);
  if (!fix && failed.some((name) => name === "generated" || name === "format"))
    console.log("`npm run check -- --fix` formats and regenerates.");
  process.exitCode = 1;
}
