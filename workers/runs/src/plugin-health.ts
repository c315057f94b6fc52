// Whether each bound plugin answers now, and as what. Writes nothing.

import { drizzle } from "drizzle-orm/d1";
import { refusedPlugin } from "@eigentwin/index";
import { log } from "@eigentwin/logging";
import type { ServedPlugin } from "@eigentwin/core/serve";
import { within } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import type { PluginHealth } from "./contract.ts";
import { boundStubs, nameOf } from "./plugins.ts";

const ASKING_MS = 2_000;

export async function pluginHealth(env: Env): Promise<Record<string, PluginHealth>> {
  const refused = new Map(
    (await drizzle(env.INDEX).select().from(refusedPlugin)).map(({ binding, reason }) => [binding, reason]),
  );
  const told = boundStubs(env).map(async ([binding, stub]): Promise<[string, PluginHealth]> => {
    const health = await asked(binding, stub);
    const reason = refused.get(binding);
    return [nameOf(binding), reason === undefined ? health : { ...health, state: "refused", reason }];
  });
  return Object.fromEntries(await Promise.all(told));
}

async function asked(binding: string, stub: ServedPlugin): Promise<PluginHealth> {
  try {
    const { contract, version } = await within(ASKING_MS, stub.manifest());
    return contract === 1
      ? { state: "ok", version }
      : { state: "refused", version, reason: `it has contract ${String(contract)}, the platform contract 1` };
  } catch (error) {
    log("error", "plugin does not answer", { binding, error });
    return { state: "down", version: null, reason: "it does not answer" };
  }
}
