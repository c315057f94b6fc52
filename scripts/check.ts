// Everything about the code that needs no running Worker: `npm run check`, and with `--fix` what can be put right.

import { readArguments } from "./arguments.ts";
import { runStages } from "./stages.ts";

const USAGE = `usage: npm run check -- [options]

  --fix  format, regenerate, and put right what the linter can
  --help`;

const { fix } = readArguments(USAGE, {
  options: { fix: { type: "boolean", default: false }, help: { type: "boolean" } },
}).values;

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
