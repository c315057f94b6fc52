// The catalogue as the gateway sees it: what the bound plugins declare, read from D1.

import { drizzle } from "drizzle-orm/d1";
import { createMiddleware } from "hono/factory";
import { refuse, type Manifest } from "@eigentwin/core";
import { plugin } from "@eigentwin/index";
import type { Env } from "../env.ts";
import type { Gateway } from "./context.ts";
import { catalogueOf } from "./services.ts";

let isFresh = false;

/** A fresh isolate follows a deployment, so each one has the catalogue brought up to date once, before its first answer. */
export const freshCatalogue = createMiddleware<Gateway>(async (c, next) => {
  if (!isFresh) {
    await catalogueOf(c.env).refresh();
    isFresh = true;
  }
  await next();
});

export async function manifests(env: Env): Promise<Manifest[]> {
  const rows = await drizzle(env.INDEX).select().from(plugin).orderBy(plugin.name);
  return rows.map((row) => row.manifest as Manifest);
}

export async function twinTypeNamed(env: Env, id: string): Promise<Manifest["twinTypes"][number]> {
  const types = (await manifests(env)).flatMap(({ twinTypes }) => twinTypes);
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
