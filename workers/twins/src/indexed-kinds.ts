// Which properties a twin type declares `indexed`, and of what kind they are, from the catalogue.

import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { plugin } from "@eigentwin/index";
import { kindsOfProperties, type Kind } from "@eigentwin/core";

type Kinds = Readonly<Record<string, Kind>>;

const FRESH_MS = 60_000;
const MOST_KEPT = 1_000;
const kept = new Map<string, { kinds: Kinds; untilMs: number }>();

/** Of a type that is not in the catalogue, none. `isAnew`: as it stands there now. */
export async function indexedKinds(d1: D1Database, type: string, isAnew: boolean): Promise<Kinds> {
  const known = kept.get(type);
  if (known && !isAnew && Date.now() < known.untilMs) return known.kinds;
  const [row] = await drizzle(d1)
    .select({ manifest: plugin.manifest })
    .from(plugin)
    .where(eq(plugin.name, type.split(".")[0] ?? ""));
  const declared = row?.manifest.twinTypes.find(({ id }) => id === type);
  const kinds = declared ? kindsOfProperties(declared) : {};
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(type, { kinds, untilMs: Date.now() + FRESH_MS });
  return kinds;
}
