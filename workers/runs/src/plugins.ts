// The plugins that the deployer bound: every binding whose name begins with PLUGIN_, in order of name.

import type { Manifest } from "@eigentwin/core";
import type { ServedPlugin } from "@eigentwin/core/serve";

export interface BoundPlugin {
  manifest: Manifest;
  stub: ServedPlugin;
}

/** Asks every plugin who it is. One that does not answer as contract 1 is left out and says so in the log. */
export async function boundPlugins(env: object): Promise<BoundPlugin[]> {
  const bindings = Object.entries(env)
    .filter(([name]) => name.startsWith("PLUGIN_"))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const asked = await Promise.all(
    bindings.map(async ([binding, stub]: [string, ServedPlugin]) => {
      try {
        const manifest = await stub.manifest();
        if (manifest.contract === 1) return [{ manifest, stub }];
        console.error(
          JSON.stringify({ level: "error", what: "plugin has another contract", binding, contract: manifest.contract }),
        );
      } catch (error) {
        console.error(
          JSON.stringify({ level: "error", what: "plugin does not answer", binding, error: String(error) }),
        );
      }
      return [];
    }),
  );
  return asked.flat();
}
