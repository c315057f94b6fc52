// Builds the kernels, or with --check compares: the committed .wasm files are what the sources say, byte for byte.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const folder = dirname(fileURLToPath(import.meta.url));
const check = process.argv.includes("--check");
const { targets } = JSON.parse(readFileSync(join(folder, "asconfig.json"), "utf8"));

for (const [target, { outFile }] of Object.entries(targets)) {
  let built;
  const config = ["--config", join(folder, "asconfig.json"), "--target", target, "--baseDir", folder];
  const { error, stderr } = await main(config, {
    writeFile: (_name, contents) => {
      built = contents;
    },
  });
  const file = join(folder, outFile);
  if (error) {
    console.error(stderr.toString());
    process.exitCode = 1;
  } else if (!check) {
    writeFileSync(file, built);
  } else if (!Buffer.from(built).equals(readFileSync(file))) {
    console.error(`${outFile} is stale: run \`pnpm --filter @eigentwin/statevector build\` and commit it`);
    process.exitCode = 1;
  } else {
    console.log(`${outFile} is what its sources say`);
  }
}
