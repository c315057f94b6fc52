// Builds the AssemblyScript of a folder, or with --check compares: its committed .wasm files are what the sources say.
//
//   node scripts/build-kernels.mjs <folder> [--check]

import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { main } from "assemblyscript/asc";

const check = process.argv.includes("--check");
const folder = resolve(process.argv.slice(2).find((argument) => !argument.startsWith("--")) ?? ".");
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
    console.error(`${outFile} is stale: run \`npm run generate\` and commit it`);
    process.exitCode = 1;
  } else {
    console.log(`${outFile} is what its sources say`);
  }
}
