// The catalogue as the gateway sees it: what the bound plugins declare, read from D1.

import { drizzle } from "drizzle-orm/d1";
import { createMiddleware } from "hono/factory";
import { refuse, type Manifest } from "@eigentwin/core";
import { plugin, refusedPlugin } from "@eigentwin/index";
import type { OwnType } from "@eigentwin/twins";
import type { Env } from "../env.ts";
import { sees, type Caller } from "./caller.ts";
import type { Gateway } from "./context.ts";
import { keptFresh } from "./freshness.ts";
import { catalogueOf } from "./services.ts";
import { BELIEVED_MS } from "./verified.ts";

type TwinType = Manifest["twinTypes"][number];

const FRESH_MS = 60_000;
const keepFresh = keptFresh(FRESH_MS);

/** A plugin may be redeployed alone, so what it declares is asked for again; the stored catalogue outlives a failure. */
export const freshCatalogue = createMiddleware<Gateway>(async (c, next) => {
  await keepFresh({
    refresh: () => catalogueOf(c.env).refresh(),
    isStored: async () => (await manifests(c.env)).length > 0,
  });
  await next();
});

/** As they were last read, with when each was registered: most of a manifest is schemas, which take long to parse. */
let read: { registered: string; manifests: Manifest[] } | undefined;

export async function manifests(env: Env): Promise<Manifest[]> {
  const index = drizzle(env.INDEX);
  const stamps = index.select({ name: plugin.name, at: plugin.registeredAt }).from(plugin).orderBy(plugin.name);
  const registered = JSON.stringify(await stamps);
  if (read?.registered !== registered) {
    const rows = await index.select().from(plugin).orderBy(plugin.name);
    // Of this very moment: it may have been registered anew in between.
    const now = rows.map(({ name, registeredAt }) => ({ name, at: registeredAt }));
    read = { registered: JSON.stringify(now), manifests: rows.map(({ manifest }) => manifest) };
  }
  return read.manifests;
}

let believed: { types: TwinType[]; untilMs: number } = { types: [], untilMs: -Infinity };

/** The declared twin types, as they were in the last seconds: reading every manifest costs more than a write. */
export async function believedTypes(env: Env): Promise<readonly TwinType[]> {
  if (Date.now() >= believed.untilMs) {
    const types = (await manifests(env)).flatMap(({ twinTypes }) => twinTypes);
    believed = { types, untilMs: Date.now() + BELIEVED_MS };
  }
  return believed.types;
}

/** What is bound and is no sound plugin, in order of binding. */
export const refusedPlugins = (env: Env) =>
  drizzle(env.INDEX).select().from(refusedPlugin).orderBy(refusedPlugin.binding);

/** What a twin keeps of its type. */
export const ownType = ({ id, streams, personal }: Manifest["twinTypes"][number]): OwnType => ({
  id,
  streams,
  ...(personal && { personal }),
});

/** Of those that the caller sees. */
export async function twinTypeNamed(env: Env, caller: Caller, id: string): Promise<TwinType> {
  const types = (await manifests(env)).flatMap(({ twinTypes }) => twinTypes).filter((type) => sees(caller, type.id));
  return (
    types.find((type) => type.id === id) ??
    refuse("twin.type-unknown", `there is no twin type ${id}`, {
      at: "/type",
      hint: `There is ${types.map((type) => type.id).join(", ") || "none"}.`,
    })
  );
}

export async function capabilityNamed(env: Env, id: string): Promise<Manifest["capabilities"][number]> {
  const capabilities = (await manifests(env)).flatMap((manifest) => manifest.capabilities);
  return (
    capabilities.find((capability) => capability.id === id) ??
    refuse("capability.not-found", `there is no capability ${id}`, {
      at: "/capability",
      hint: "GET /v1/capabilities lists them.",
    })
  );
}
