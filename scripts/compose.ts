// Copies the bindings of the root `wrangler.toml` into the Workers that use them; `--check` only tells which are stale.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { root } from "./command.ts";
import { USERS, composed } from "./composition.ts";
import { readConfig } from "./wrangler-config.ts";

const check = process.argv.includes("--check");
const { config: composition } = readConfig(join(root, "wrangler.toml"));
for (const [folder, parts] of Object.entries(USERS)) {
  const file = join(root, folder, "wrangler.toml");
  if (!existsSync(file)) {
    console.error(`${folder}/wrangler.toml is missing: it gets these bindings`);
    process.exitCode = 1;
    continue;
  }
  const { text } = readConfig(file);
  const wanted = composed(text, composition, parts);
  if (wanted === text) continue;
  try {
    parse(wanted);
  } catch (error) {
    throw new Error(`${folder}/wrangler.toml: write its own bindings as [[services]] tables, not as an inline list`, {
      cause: error,
    });
  }
  if (check) {
    console.error(`${folder}/wrangler.toml is stale: run \`npm run generate\``);
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
    console.log(`wrote ${folder}/wrangler.toml`);
  }
}
