// Whether each bound plugin answers now, and as what. Writes nothing.

import type { Env } from "../env.ts";
import type { PluginHealth } from "./contract.ts";
import { registerPlugins } from "./plugins.ts";

export async function pluginHealth(env: Env): Promise<Record<string, PluginHealth>> {
  const { plugins, refused, silent } = await registerPlugins(env);
  return Object.fromEntries([
    ...plugins.map(({ manifest: { name, version } }) => [name, { state: "ok", version }]),
    ...refused.map(({ name, reason }) => [name, { state: "refused", version: null, reason }]),
    ...silent.map(({ name, reason }) => [name, { state: "down", version: null, reason }]),
  ]);
}
