// The one writer of the catalogue: what each sound plugin declares, and which bindings are left out.

import { DurableObject } from "cloudflare:workers";
import type { Env } from "../env.ts";
import { drizzle } from "drizzle-orm/d1";
import { notInArray } from "drizzle-orm";
import { plugin, refusedPlugin } from "@eigentwin/index";
import type { CatalogueService, PluginHealth } from "./contract.ts";
import { pluginHealth } from "./plugin-health.ts";
import { registerPlugins } from "./plugins.ts";

export class CatalogueObject extends DurableObject<Env> implements CatalogueService {
  health(): Promise<Record<string, PluginHealth>> {
    return pluginHealth(this.env);
  }

  async refresh(): Promise<void> {
    const index = drizzle(this.env.INDEX);
    const { plugins, refused, silent } = await registerPlugins(this.env);
    const now = new Date().toISOString();
    for (const { manifest } of plugins) {
      const row = { name: manifest.name, version: manifest.version, manifest, registeredAt: now };
      await index.insert(plugin).values(row).onConflictDoUpdate({ target: plugin.name, set: row });
    }
    // One that is bound and does not answer now stays as it was known.
    const kept = [...plugins.map(({ manifest }) => manifest.name), ...silent.map(({ name }) => name)];
    await index.delete(plugin).where(notInArray(plugin.name, kept));
    const known = new Set((await index.select({ name: plugin.name }).from(plugin)).map(({ name }) => name));
    const leftOut = [...refused, ...silent.filter(({ name }) => !known.has(name))];
    for (const { binding, reason } of leftOut) {
      const row = { binding, reason, refusedAt: now };
      const set = { reason };
      await index.insert(refusedPlugin).values(row).onConflictDoUpdate({ target: refusedPlugin.binding, set });
    }
    await index.delete(refusedPlugin).where(
      notInArray(
        refusedPlugin.binding,
        leftOut.map(({ binding }) => binding),
      ),
    );
  }
}
