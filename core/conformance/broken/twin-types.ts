// Plugins whose upgrade of twins is at fault.

import * as v from "valibot";
import { definePlugin, type Manifest, type Plugin } from "../../plugin.ts";
import { answersOf, type ServedPlugin } from "../../serve/served-plugin.ts";
import type { TwinType, Upgrade } from "../../twin.ts";
import type { Fault } from "./fault.ts";

const level = { title: "Level", unit: "m" };

const older: TwinType = {
  id: "broken.gauge@1",
  title: "A gauge",
  properties: v.strictObject({ place: v.string() }),
  streams: { level },
  links: {},
};

const soundUpgrade: Upgrade = {
  from: older.id,
  properties: ({ place }) => ({ site: { name: place } }),
  streams: { level: "depth" },
  example: () => ({ place: "harbour" }),
};

export const upgradingPlugin = (upgrade: Partial<Upgrade> = {}): Plugin =>
  definePlugin({
    name: "broken",
    version: "0.1.0",
    contract: 1,
    title: "Two majors of a gauge, with one fault or none",
    twinTypes: [
      older,
      {
        id: "broken.gauge@2",
        title: "A gauge at a site",
        properties: v.strictObject({ site: v.strictObject({ name: v.pipe(v.string(), v.minLength(3)) }) }),
        streams: { depth: level, temperature: { title: "Temperature", unit: "K" } },
        links: {},
        upgrade: { ...soundUpgrade, ...upgrade },
      },
    ],
  });

type DeclaredType = Manifest["twinTypes"][number];

/** The published manifest in place of what `definePlugin` would not let through. */
function publishing(change: (upgraded: DeclaredType) => DeclaredType): ServedPlugin {
  const sound = answersOf(upgradingPlugin());
  return {
    ...sound,
    async manifest() {
      const manifest = await sound.manifest();
      const twinTypes = manifest.twinTypes.map((type) => (type.upgradesFrom ? change(type) : type));
      return { ...manifest, twinTypes };
    },
  };
}

const leading = (streams: Record<string, string>): ServedPlugin =>
  publishing((type) => ({ ...type, upgradesFrom: { type: older.id, streams } }));

const broken = (rejectedBy: Fault["rejectedBy"], name: string, make: Fault["make"]): Fault => ({
  name,
  rejectedBy,
  make,
});

let upgrades = 0;

export const BROKEN_TWIN_TYPES: readonly Fault[] = [
  broken("twin-type.upgrades", "upgrades to a shape that its own schema refuses", () =>
    upgradingPlugin({ properties: () => ({ site: "harbour" }) }),
  ),
  broken("twin-type.upgrades", "changes the old properties", () =>
    upgradingPlugin({
      properties(old) {
        (old as Record<string, unknown>)["site"] = { name: "harbour" };
        return { site: { name: "harbour" } };
      },
    }),
  ),
  broken("twin-type.upgrades", "has an example that is none of the older major", () =>
    upgradingPlugin({ properties: () => ({ site: { name: "harbour" } }), example: () => ({ place: 7 }) }),
  ),
  broken("twin-type.upgrade-repeats", "counts how often it has upgraded", () =>
    upgradingPlugin({ properties: () => ({ site: { name: `harbour ${(upgrades += 1)}` } }) }),
  ),
  broken("twin-type.upgrade-repeats", "asks the clock", () =>
    upgradingPlugin({ properties: () => ({ site: { name: Date.now() > 0 ? "harbour" : "never" } }) }),
  ),
  broken("twin-type.upgrade-personal", "is personal from its second major on", () =>
    publishing((type) => ({ ...type, personal: true })),
  ),
  broken("twin-type.upgrade-streams", "leads a stream to one that it does not declare", () =>
    leading({ level: "height" }),
  ),
  broken("twin-type.upgrade-streams", "leads a stream to one of another unit", () => leading({ level: "temperature" })),
];
