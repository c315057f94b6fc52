// The parts of `wrangler.toml` files that the composition and its checks read.

import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "smol-toml";

export interface ServiceBinding {
  binding: string;
  service: string;
}

export interface WranglerConfig {
  name?: string;
  workers_dev?: boolean;
  vars?: Record<string, unknown>;
  services?: ServiceBinding[];
  d1_databases?: ({ binding: string; migrations_dir?: string } & Record<string, string>)[];
  r2_buckets?: ({ binding: string } & Record<string, string>)[];
  durable_objects?: { bindings?: { name: string; class_name: string; script_name?: string }[] };
}

export interface Worker {
  /** `workers/gateway`, with `/` on every system. */
  folder: string;
  /** The name it deploys under; the folder's where none is given. */
  name: string;
  text: string;
  config: WranglerConfig;
}

export function readConfig(file: string): { text: string; config: WranglerConfig } {
  const text = readFileSync(file, "utf8");
  try {
    return { text, config: parse(text) as WranglerConfig };
  } catch (error) {
    throw new Error(`${file} is not valid TOML: ${(error as Error).message}`, { cause: error });
  }
}

export function readWorkers(root: string, parents: "workers" | "plugins"): Worker[] {
  return globSync(`${parents}/*/wrangler.toml`, { cwd: root })
    .map((file) => file.replaceAll("\\", "/"))
    .sort()
    .map((file) => {
      const { text, config } = readConfig(join(root, file));
      const folder = dirname(file);
      return { folder, name: config.name ?? folder, text, config };
    });
}

/** Names of the Workers that a configuration binds other than itself. */
export function boundBy({ name, config }: Pick<Worker, "name" | "config">): string[] {
  const services = (config.services ?? []).map(({ service }) => service);
  const objects = (config.durable_objects?.bindings ?? []).flatMap(({ script_name }) => script_name ?? []);
  return [...new Set([...services, ...objects])].filter((other) => other !== name);
}
