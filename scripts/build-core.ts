// Builds the npm package of core into core/dist: JavaScript, types, README, licence and the walk through a plugin.

import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./command.ts";

/** What an author needs beside the code; all else of the folder is reached from the exports. */
const BESIDE = { "core/README.md": "README.md", LICENSE: "LICENSE", "docs/writing-a-plugin.md": "writing-a-plugin.md" };

interface Manifest {
  exports: Record<string, string>;
  [member: string]: unknown;
}

/** The folder that is the package. */
export async function buildCore(): Promise<string> {
  const dist = join(root, "core/dist");
  rmSync(dist, { recursive: true, force: true });
  const { code, output } = await run("tsc", ["-p", "core/tsconfig.build.json"]);
  if (code !== 0) throw new Error(`tsc:\n${output}`);
  for (const file of globSync("**/*.d.ts", { cwd: dist })) nameBuiltFiles(join(dist, file));
  for (const [from, to] of Object.entries(BESIDE)) copyFileSync(join(root, from), join(dist, to));
  const manifest = JSON.parse(readFileSync(join(root, "core/package.json"), "utf8")) as Manifest;
  const { exports, ...facts } = manifest;
  const built = Object.fromEntries(
    Object.entries(exports).map(([name, file]) => {
      const stem = file.replace(/\.ts$/, "");
      return [name, { types: `${stem}.d.ts`, default: `${stem}.js` }];
    }),
  );
  writeFileSync(join(dist, "package.json"), `${JSON.stringify({ ...facts, exports: built }, null, 2)}\n`);
  return dist;
}

/** tsc names the built files in JavaScript, and leaves the sources' names in declarations. */
function nameBuiltFiles(file: string): void {
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace(/((?:from|import\()\s*"\.[^"]*)\.ts"/g, '$1.js"'));
}
