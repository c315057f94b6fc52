// Whether each bound plugin answers now, and as what. Writes nothing, and tells nobody what a plugin says of its faults:
// that is in the catalogue, for keys, and in the log.

import type { Env } from "../env.ts";
import type { PluginHealth } from "./contract.ts";
import { registerPlugins } from "./plugins.ts";

export async function pluginHealth(env: Env): Promise<Record<string, PluginHealth>> {
  const { plugins, refused, silent } = await registerPlugins(env);
  return Object.fromEntries([
    ...plugins.map(({ manifest: { name, version } }) => [name, { state: "ok", version }]),
    ...refused.map(({ name }) => [name, { state: "refused", version: null, reason: "GET /v1/plugins says why" }]),
    ...silent.map(({ name }) => [name, { state: "down", version: null, reason: "it does not answer" }]),
  ]);
}
