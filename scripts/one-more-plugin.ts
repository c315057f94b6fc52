// The default deployment with its list of plugins one line longer: what a deployer would change, in a folder of its own.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { root } from "./command.ts";
import { composed, USERS } from "./composition.ts";
import { defaultConfigs } from "./deployment.ts";
import type { WranglerConfig } from "./wrangler-config.ts";

/** Configurations for `startDeployment`. `line` goes into the list; `config` is the plugin's own. */
export function configsWith(folder: string, line: string, config: string): string[] {
  const list = readFileSync(join(root, "wrangler.toml"), "utf8").replace(
    /^services = \[\n/m,
    (head) => `${head}${line}\n`,
  );
  const runs = join(root, "workers/runs");
  const text = composed(
    readFileSync(join(runs, "wrangler.toml"), "utf8"),
    parse(list) as WranglerConfig,
    USERS["workers/runs"] ?? [],
  );
  mkdirSync(join(folder, "runs"), { recursive: true });
  const runsConfig = join(folder, "runs/wrangler.toml");
  writeFileSync(
    runsConfig,
    text
      .replace('main = "src', `main = "${join(runs, "src")}`)
      .replace('"../../migrations"', `"${join(root, "migrations")}"`),
  );
  const others = defaultConfigs().filter((one) => !one.startsWith(join("workers", "runs")));
  return [...others, runsConfig, config];
}
