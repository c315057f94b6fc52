// Runs the upgrade of one twin type: the old properties are frozen, and what comes of them fits the new type.

import { refuse } from "../failure.ts";
import type { Plugin } from "../plugin.ts";
import { parse } from "../shape.ts";

export function upgradeProperties(
  plugin: Plugin,
  type: string,
  properties: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const newer = plugin.twinTypes?.find(({ id }) => id === type);
  if (!newer?.upgrade) return refuse("twin.no-upgrade", `plugin ${plugin.name} upgrades no twin to ${type}`);
  const made = newer.upgrade.properties(frozen(structuredClone(properties)));
  parse(newer.properties, made, (where, why) =>
    refuse("plugin.broke-contract", `${plugin.name} upgraded properties to a wrong shape: ${why}`, {
      at: `${type} /properties${where}`,
    }),
  );
  return made;
}

/** To the last member: an upgrade that changes its input would change what undoing it brings back. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) frozen(member);
    Object.freeze(value);
  }
  return value;
}
