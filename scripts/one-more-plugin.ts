// The default deployment with its list of plugins one line longer: what a deployer would change, in a folder of its own.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { root } from "./command.ts";
import { composed, USERS } from "./composition.ts";
import { defaultConfigs } from "./deployment.ts";
import type { WranglerConfig } from "./wrangler-config.ts";

export interface PluginFolder {
  /** Of its Worker. */
  name: string;
  config: string;
}

/** Throws where the folder holds no plugin's Worker. */
export function openPlugin(folder: string): PluginFolder {
  const config = join(folder, "wrangler.toml");
  if (!existsSync(config)) throw new Error(`${folder} holds no wrangler.toml: docs/writing-a-plugin.md, section 4`);
  const { name = "" } = parse(readFileSync(config, "utf8")) as WranglerConfig;
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error(`${config}: the name of the Worker is a kebab-case word`);
  if (readFileSync(join(root, "wrangler.toml"), "utf8").includes(`service = "${name}"`))
    throw new Error(`${name} is on the list of the root wrangler.toml already: it needs no --plugin`);
  return { name, config };
}

/** Its line in the list. The plugin is called as its Worker, without the prefix that ours have. */
export function lineOf({ name }: PluginFolder): string {
  const binding = `PLUGIN_${name
    .replace(/^eigentwin-/, "")
    .toUpperCase()
    .replaceAll("-", "_")}`;
  return `  { binding = "${binding}", service = "${name}" },`;
}

/** Configurations for a deployment with one more plugin, composed in the folder. */
export const configsWithPlugin = (folder: string, plugin: PluginFolder): string[] =>
  configsWith(join(folder, "composed"), lineOf(plugin), plugin.config);

/** `line` goes into the list; `config` is the plugin's own. */
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
