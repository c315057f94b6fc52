// Writes every committed file that follows from another: `npm run generate`; `--check` only tells what is stale.

import { globSync } from "node:fs";
import { dirname } from "node:path";
import { readArguments } from "./arguments.ts";
import { root } from "./command.ts";
import { runStages, type Stage } from "./stages.ts";

const USAGE = `usage: npm run generate -- [options]

  --check  write nothing; tell what is stale, with exit code 1
  --help`;

const { values } = readArguments(USAGE, {
  options: { check: { type: "boolean", default: false }, help: { type: "boolean" } },
});
const isCheck = values.check;
const flags = isCheck ? ["--check"] : [];

/** AssemblyScript: the committed `.wasm` is what the sources say, byte for byte. */
const kernels = globSync("{plugins,bench}/*/kernels/asconfig.json", { cwd: root }).map((config): Stage => {
  const folder = dirname(config);
  return { name: folder, tool: "node", args: ["scripts/build-kernels.mjs", folder, ...flags], cwd: root };
});

const failed = await runStages([
  { name: "composition", tool: "node", args: ["scripts/compose.ts", ...flags] },
  { name: "errors", tool: "node", args: ["scripts/errors-doc.ts", ...flags] },
  { name: "openapi", tool: "node", args: ["scripts/openapi.ts", ...flags] },
  { name: "env types", tool: "node", args: ["scripts/env-types.ts", ...flags] },
  ...kernels,
]);

if (failed.length > 0) process.exitCode = 1;
