// Which package may import which: `workers → core ← plugins`, and nobody past the public exports of another.

import { posix } from "node:path";
import { isTest, type Import, type Package, type Source } from "./sources.ts";

const LIBRARY = "plugins/algorithms";
const SIMULATORS = ["plugins/statevector", "plugins/annealer"];

/** What would tie the core to a server or a store. */
const NOT_FOR_CORE =
  /^(hono|express|fastify|koa|itty-router|@hono\/.*|drizzle-orm|kysely|knex|prisma|@prisma\/.*|pg|mysql2|better-sqlite3|node:sqlite)(\/|$)/;

const areaOf = ({ folder }: Package): string => folder.split("/")[0] ?? "";

function ownerOf(path: string, packages: readonly Package[]): Package | undefined {
  return packages
    .filter(({ folder }) => folder === "" || path.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** The package that an import leads to, and the public path by which it does; none for a package from outside. */
function targetOf(
  path: string,
  specifier: string,
  packages: readonly Package[],
): { to: Package; by?: string } | undefined {
  if (specifier.startsWith(".")) {
    const to = ownerOf(posix.join(posix.dirname(path), specifier), packages);
    return to && { to };
  }
  const to = packages.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  return to && { to, by: `.${specifier.slice(to.name.length)}` };
}

/** Why a plugin may not import another one. */
function refusePlugin(path: string, from: Package, to: Package, by = "."): string | undefined {
  if (to.folder === LIBRARY && !SIMULATORS.includes(from.folder))
    return by === "." ? undefined : `a plugin imports only the index of ${to.name}`;
  const isBesideThePlugin = isTest(path) || path.startsWith(`${from.folder}/emulator/`);
  if (SIMULATORS.includes(to.folder) && isBesideThePlugin)
    return by === "./worker" ? `${to.name} is a library here, not a Worker` : undefined;
  return `a plugin imports no other plugin (${to.name})`;
}

function refuseArrow(path: string, from: Package, to: Package, by?: string): string | undefined {
  const [area, other] = [areaOf(from), areaOf(to)];
  if (area === "core") return `core imports no other package of the workspace (${to.name})`;
  if (area === "plugins" && other === "plugins") return refusePlugin(path, from, to, by);
  if (area === "plugins" && other !== "core") return `a plugin imports only core (${to.name})`;
  if ((area === "workers" || area === "migrations") && other === "plugins")
    return `${area} import no plugin (${to.name})`;
  return undefined;
}

function refuseOutside(path: string, from: Package, specifier: string): string | undefined {
  if (areaOf(from) !== "core") return undefined;
  if (specifier.startsWith("cloudflare:") && !path.startsWith("core/serve/"))
    return `only core/serve imports ${specifier}`;
  return NOT_FOR_CORE.test(specifier) ? `core has no HTTP framework and no database (${specifier})` : undefined;
}

function refusals(path: string, { specifier }: Import, packages: readonly Package[]): string[] {
  const from = ownerOf(path, packages);
  if (!from) return [];
  const target = targetOf(path, specifier, packages);
  if (!target) return [refuseOutside(path, from, specifier)].filter((reason) => reason !== undefined);
  const { to, by } = target;
  if (to === from) return [];
  const isPublic = by !== undefined && to.exports.includes(by);
  const past = isPublic ? undefined : `"${specifier}" reaches past the public exports of ${to.name || "the root"}`;
  return [past, refuseArrow(path, from, to, by)].filter((reason) => reason !== undefined);
}

export function importViolations(sources: readonly Source[], packages: readonly Package[]): string[] {
  return sources.flatMap(({ path, imports }) =>
    imports.flatMap((found) => refusals(path, found, packages).map((reason) => `${path}:${found.line} ${reason}`)),
  );
}
