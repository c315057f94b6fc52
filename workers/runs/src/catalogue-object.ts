// The one writer of the catalogue.

import { DurableObject } from "cloudflare:workers";
import type { Env } from "../env.ts";
import { drizzle } from "drizzle-orm/d1";
import { notInArray } from "drizzle-orm";
import { plugin } from "@eigentwin/index";
import type { CatalogueService, PluginHealth } from "./contract.ts";
import { pluginHealth } from "./plugin-health.ts";
import { boundNames, boundPlugins } from "./plugins.ts";

export class CatalogueObject extends DurableObject<Env> implements CatalogueService {
  health(): Promise<Record<string, PluginHealth>> {
    return pluginHealth(this.env);
  }

  async refresh(): Promise<void> {
    const index = drizzle(this.env.INDEX);
    const plugins = await boundPlugins(this.env);
    const registeredAt = new Date().toISOString();
    for (const { manifest } of plugins) {
      const row = { name: manifest.name, version: manifest.version, manifest, registeredAt };
      await index.insert(plugin).values(row).onConflictDoUpdate({ target: plugin.name, set: row });
    }
    // One that is bound and does not answer now stays as it was known.
    await index.delete(plugin).where(notInArray(plugin.name, boundNames(this.env)));
  }
}
