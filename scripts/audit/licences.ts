// Licences of what is shipped: every production dependency of a package of the workspace, and theirs, as installed.

import { existsSync, globSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** Permissive: they ask for a notice, and for nothing of the code around them. */
const PERMISSIVE = new Set(
  ["MIT", "MIT-0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD", "Zlib", "Unlicense", "CC0-1.0"].concat([
    "BlueOak-1.0.0",
    "Python-2.0",
  ]),
);

interface Manifest {
  name?: string;
  version?: string;
  license?: unknown;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export interface Licensed {
  name: string;
  version: string;
  licence: string;
}

/** An SPDX expression: of an OR one choice is enough, of an AND all must do. */
export function isPermissive(expression: string): boolean {
  const inner = expression.trim().replace(/^\(([^()]*)\)$/, "$1");
  if (/[()]/.test(inner)) return false;
  return inner.split(/\s+OR\s+/).some((choice) => choice.split(/\s+AND\s+/).every((one) => PERMISSIVE.has(one.trim())));
}

/** Packages of the workspace themselves are ours. Throws where one is not installed. */
export function shippedPackages(root: string): Licensed[] {
  const ours = globSync("{core,migrations,plugins/*,workers/*}/package.json", { cwd: root }).map((file) =>
    dirname(join(root, file)),
  );
  const seen = new Map<string, Licensed>();
  const visit = (folder: string): void => {
    const manifest = read(folder);
    if (!ours.includes(folder)) {
      const { name = folder, version = "", license } = manifest;
      if (seen.has(folder)) return;
      seen.set(folder, { name, version, licence: typeof license === "string" ? license : "none declared" });
    }
    for (const name of Object.keys(manifest.dependencies ?? {})) visitDependency(folder, name, true);
    for (const name of Object.keys(manifest.optionalDependencies ?? {})) visitDependency(folder, name, false);
  };
  const visitDependency = (from: string, name: string, isNeeded: boolean): void => {
    const found = installed(from, name);
    if (found === undefined && isNeeded) throw new Error(`${name}, which ${from} needs, is not installed`);
    if (found !== undefined && !ours.includes(found)) visit(found);
  };
  for (const folder of ours) visit(folder);
  return [...seen.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const read = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

/** Where Node would find it: in the nearest node_modules that has it. */
function installed(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, "node_modules", name);
    if (existsSync(join(place, "package.json"))) return realpathSync(place);
    if (dirname(folder) === folder) return undefined;
  }
}
