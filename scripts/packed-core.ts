// The npm package of core as a tarball, made and looked over as it would be before it is published.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildCore } from "./build-core.ts";
import { run } from "./command.ts";

export interface PackedCore {
  file: string;
  files: number;
}

/** Throws where the package holds what it should not, or cannot be used as its exports say. */
export async function packCore(into: string): Promise<PackedCore> {
  const dist = await buildCore();
  const lint = await run("publint", ["run", dist, "--strict", "--pack", "false"]);
  if (lint.code !== 0) throw new Error(`publint:\n${lint.output}`);
  const { status, stdout, stderr, error } = spawnSync("npm", ["pack", dist, "--json", "--pack-destination", into], {
    cwd: into,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`npm pack: ${error?.message ?? `${stdout}\n${stderr}`}`);
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  if (!packed) throw new Error("npm packed nothing");
  const stray = packed.files.filter(
    ({ path }) => !/(\.js|\.d\.ts|\.md|^LICENSE|^package\.json)$/.test(path) || /test/.test(path),
  );
  if (stray.length > 0) throw new Error(`the package holds ${stray.map(({ path }) => path).join(", ")}`);
  return { file: join(into, packed.filename), files: packed.files.length };
}
