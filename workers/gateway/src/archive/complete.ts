// From the staged members to an active tenant: all of them are there with their digests, or nothing happens.

import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { digestBytes, refuse } from "@eigentwin/core";
import { apiKey, tenant as tenantTable } from "@eigentwin/index";
import type { Env } from "../../env.ts";
import { applyUnit, clearIndex, unitsOf } from "./apply.ts";
import { digestOf, newKeyId, newSecret } from "../secret.ts";
import { MANIFEST, memberAt, ownerOf, readManifest, type Manifest } from "./layout.ts";
import { allStaged, forgetStaged, keepProgress, readProgress, staged } from "./stage.ts";

/** A request ends long before its caller loses patience; the next one goes on. */
const WITHIN_MS = 20_000;
const MOST_TOLD = 50;

export interface Restored {
  state: "restoring" | "active";
  applied: number;
  of: number;
  /** Of the tenant, told once. */
  key?: { id: string; secret: string };
}

/** `since` is when the tenant began: an earlier one of its name may have left progress of its own. */
export async function completeRestore(env: Env, tenant: string, since: string): Promise<Restored> {
  const text = await staged(env, tenant, MANIFEST);
  const manifest = readManifest(new TextDecoder().decode(text), tenant);
  const digest = await digestBytes(text);
  const begun = await readProgress(env, tenant);
  const isBegun = begun?.manifest === digest && begun.since === since;
  if (!isBegun) {
    checkMembers(manifest, await allStaged(env, tenant));
    await clearIndex(env, tenant);
  }

  const units = unitsOf(manifest);
  const restoring = { tenant, digests: new Map(manifest.members.map((member) => [member.path, member.digest])) };
  const until = Date.now() + WITHIN_MS;
  let applied = isBegun ? begun.applied : 0;
  for (; applied < units.length && Date.now() < until; applied++) {
    const unit = units[applied];
    if (unit) await applyUnit(env, restoring, unit);
    if (applied % 50 === 0) await keepProgress(env, tenant, { manifest: digest, since, applied });
  }
  await keepProgress(env, tenant, { manifest: digest, since, applied });
  if (applied < units.length) return { state: "restoring", applied, of: units.length };
  const key = await activate(env, manifest.tenant);
  await forgetStaged(env, tenant);
  return { state: "active", applied, of: units.length, key };
}

/** Every fault at once, as far as a problem can tell them. */
function checkMembers({ members, tenant }: Manifest, there: ReadonlyMap<string, string>): void {
  const missing = members.filter(({ path, digest }) => there.get(path) !== digest).map(({ path }) => path);
  if (missing.length > 0)
    refuse(
      "archive.incomplete",
      `${missing.length} of ${members.length} members are missing or have another digest: ${missing.slice(0, MOST_TOLD).join(", ")}`,
      { at: missing[0] ?? "", hint: "Send them, then the manifest again. GET this path lists what has come." },
    );
  for (const { path, bytes, digest } of members) {
    const member = memberAt(path, bytes);
    if (member.kind !== "body") continue;
    const { key } = member;
    if (/^(evidence|comparisons)\//.test(key) && `sha256:${key.split("/").at(-1)}` !== digest)
      refuse("archive.malformed", "evidence and losses are named by their digest, and this is not", { at: path });
    if ((ownerOf(key) ?? tenant.id) !== tenant.id)
      refuse("archive.malformed", "this body belongs to another tenant", { at: path });
  }
}

async function activate(env: Env, { id, name }: Manifest["tenant"]): Promise<{ id: string; secret: string }> {
  const key = { id: newKeyId(), secret: newSecret("key") };
  const hash = await digestOf(key.secret);
  const index = drizzle(env.INDEX);
  await index.batch([
    index
      .insert(apiKey)
      .values({ hash, tenant: id, id: key.id, name: "restored", createdAt: new Date().toISOString() }),
    index.update(tenantTable).set({ state: "active", name }).where(eq(tenantTable.id, id)),
  ]);
  return key;
}
