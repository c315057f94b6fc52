// Builds the kernels anew and compares: the committed .wasm is what the sources say, byte for byte.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const folder = dirname(fileURLToPath(import.meta.url));
let built;
const { error, stderr } = await main(["--config", join(folder, "asconfig.json"), "--target", "release", "--baseDir", folder], {
  writeFile: (_name, contents) => {
    built = contents;
  },
});
if (error) {
  console.error(stderr.toString());
  process.exitCode = 1;
} else if (!Buffer.from(built).equals(readFileSync(join(folder, "annealer.wasm")))) {
  console.error("kernels/annealer.wasm is stale: run `pnpm --filter @eigentwin/annealer build` and commit it");
  process.exitCode = 1;
} else {
  console.log("kernels/annealer.wasm is what its sources say");
}
