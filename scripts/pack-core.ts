// Makes the npm package @eigentwin/core, for plugins outside this repository: `npm run pack:core`.

import { mkdirSync } from "node:fs";
import { fromHere, readArguments } from "./arguments.ts";
import { packCore } from "./packed-core.ts";

const USAGE = `usage: npm run pack:core -- [options]

  --out FOLDER  where the tarball goes (default: this folder)
  --help`;

const { values: options } = readArguments(USAGE, { options: { out: { type: "string" }, help: { type: "boolean" } } });

try {
  const into = fromHere(options.out ?? ".");
  mkdirSync(into, { recursive: true });
  const { file } = await packCore(into);
  console.log(`${file}\n\nIn the folder of your plugin: npm install ${file}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
