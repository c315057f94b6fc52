// The state of the deployment: every part is really asked, in a limited time, and nothing is written. Says nothing of any
// tenant, and of a failure no more than that there is one; the rest is in the log.

import { log } from "@eigentwin/logging";
import { within } from "@eigentwin/objects";
import type { PluginHealth } from "@eigentwin/runs";

export interface Part {
  state: "ok" | "down";
  reason?: string;
}

/** Without any of these nothing can be asked of a twin. */
export const PARTS = ["index", "bodies", "twins", "runs", "system", "catalogue"] as const;
export type PartName = (typeof PARTS)[number];

export interface Health {
  state: "ok" | "degraded" | "down";
  parts: Record<PartName, Part> & { plugins: Record<string, PluginHealth> };
}

/** How each part is asked: what rejects, or does not answer in time, is down. */
export type Probes = Record<Exclude<PartName, "catalogue">, () => Promise<unknown>> & {
  catalogue: () => Promise<Record<string, PluginHealth>>;
};

const ASKING_MS = 3_000;

export async function takeHealth(probes: Probes): Promise<Health> {
  let plugins: Record<string, PluginHealth> = {};
  const asked = PARTS.map(async (name): Promise<[PartName, Part]> => {
    try {
      // Never thrown here at once: a binding that is missing is a part that is down.
      const answer = await within(ASKING_MS, Promise.resolve().then(probes[name]));
      if (name === "catalogue") plugins = answer as Record<string, PluginHealth>;
      return [name, { state: "ok" }];
    } catch (error) {
      log("error", "a part of the deployment is down", { part: name, error });
      return [name, { state: "down", reason: "it does not answer as it should; the log says more" }];
    }
  });
  const parts = Object.fromEntries(await Promise.all(asked)) as Record<PartName, Part>;
  const isDown = Object.values(parts).some(({ state }) => state === "down");
  const isDegraded = Object.values(plugins).some(({ state }) => state !== "ok");
  return { state: isDown ? "down" : isDegraded ? "degraded" : "ok", parts: { ...parts, plugins } };
}

/** What is taken is good for `forMs`, and taken once for all who ask meanwhile: whoever asks often costs little. */
export function keptHealth(forMs: number, nowMs: () => number = Date.now): (probes: Probes) => Promise<Health> {
  let kept: { health: Promise<Health>; untilMs: number } | undefined;
  return (probes) => {
    if (!kept || nowMs() >= kept.untilMs) kept = { health: takeHealth(probes), untilMs: nowMs() + forMs };
    return kept.health;
  };
}
