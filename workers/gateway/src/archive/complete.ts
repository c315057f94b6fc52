// From the staged members to an active tenant: all of them are there with their digests, or nothing happens. One request at
// a time puts them in their places.

import { and, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { digestBytes, refuse } from "@eigentwin/core";
import { apiKey, tenant as tenantTable } from "@eigentwin/index";
import { insertSelected } from "@eigentwin/index/insert";
import { mayBeOf, tenantOf } from "@eigentwin/runs";
import type { Env } from "../../env.ts";
import { newKey } from "../new-key.ts";
import { EVERYTHING } from "../scopes.ts";
import { adoptKeys, applyUnit, clearIndex, unitsOf } from "./apply.ts";
import { MANIFEST, memberAt, readManifest, type ListedMember, type Manifest } from "./layout.ts";
import { allStaged, forgetStaged, keepProgress, readProgress, staged } from "./stage.ts";

/** A request ends long before its caller loses patience; the next one goes on. */
const WITHIN_MS = 20_000;
/** Longer than a request takes, so that nobody begins before it has ended; one that was killed is waited for so long. */
const LEASE_MS = 60_000;
const MOST_TOLD = 50;

export interface Restored {
  state: "restoring" | "active";
  applied: number;
  of: number;
  /** Of the tenant, told once. */
  key?: Awaited<ReturnType<typeof newKey>>["answer"];
}

/** Which tenant is restored: a later one may have the id of an earlier one. */
export interface Beginning {
  tenant: string;
  since: string;
}

export async function completeRestore(env: Env, beginning: Beginning): Promise<Restored> {
  const holder = crypto.randomUUID();
  const lessor = tenantOf(env.TENANTS, beginning.tenant);
  if (!(await lessor.lease(holder, LEASE_MS)))
    return refuse("tenant.busy", "another request puts this archive in its places, or the tenant is being deleted", {
      hint: "Send the same manifest again in a few seconds.",
    });
  try {
    return await complete(env, beginning);
  } finally {
    await lessor.release(holder);
  }
}

async function complete(env: Env, beginning: Beginning): Promise<Restored> {
  const { tenant, since } = beginning;
  await expectRestoring(env, beginning);
  const text = await staged(env, tenant, MANIFEST);
  const manifest = readManifest(new TextDecoder().decode(text), tenant);
  const digest = await digestBytes(text);
  const known = await readProgress(env, tenant);
  const begun = known?.since === since ? known : undefined;
  if (begun && begun.manifest !== digest)
    refuse("archive.conflict", "content of another manifest is in its places already", {
      at: MANIFEST,
      hint: `Give that restore up first: DELETE /v1/tenants/${tenant}?confirm=${tenant}.`,
    });
  if (!begun) {
    checkMembers(manifest, await allStaged(env, tenant));
    await keepProgress(env, tenant, { manifest: digest, since, applied: 0 });
    await clearIndex(env, tenant);
  }

  const units = unitsOf(manifest);
  const restoring = { tenant, digests: new Map(manifest.members.map((member) => [member.path, member.digest])) };
  const until = Date.now() + WITHIN_MS;
  let applied = begun?.applied ?? 0;
  for (; applied < units.length && Date.now() < until; applied++) {
    const unit = units[applied];
    if (unit) await applyUnit(env, restoring, unit);
    if (applied % 50 === 0) await keepProgress(env, tenant, { manifest: digest, since, applied });
    // Others are served in between.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await keepProgress(env, tenant, { manifest: digest, since, applied });
  if (applied < units.length) return { state: "restoring", applied, of: units.length };
  await adoptKeys(env, restoring);
  const key = await activate(env, beginning, manifest.tenant.name);
  await forgetStaged(env, tenant);
  return { state: "active", applied, of: units.length, key };
}

const isRestoring = ({ tenant, since }: Beginning) =>
  and(eq(tenantTable.id, tenant), eq(tenantTable.state, "restoring"), eq(tenantTable.createdAt, since));

async function expectRestoring(env: Env, beginning: Beginning): Promise<void> {
  const [row] = await drizzle(env.INDEX).select({ id: tenantTable.id }).from(tenantTable).where(isRestoring(beginning));
  if (!row) notRestoring(beginning);
}

const notRestoring = ({ tenant }: Beginning): never =>
  refuse("tenant.exists", `tenant ${tenant} is not being restored any more`, {
    hint: "Look again: GET /v1/tenants/{id}.",
  });

/** Every fault at once, as far as a problem can tell them. */
function checkMembers({ members, tenant }: Manifest, all: readonly ListedMember[]): void {
  const there = new Map(all.map(({ path, digest }) => [path, digest]));
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
    if (!mayBeOf(tenant.id, key)) refuse("archive.malformed", "this body belongs to another tenant", { at: path });
  }
}

/** One transaction: the key is inserted where the tenant is still the one that was begun. */
async function activate(env: Env, beginning: Beginning, name: string): Promise<Restored["key"] & object> {
  const rights = { scopes: [EVERYTHING], twinTypes: [], purposes: [], expiresAt: null };
  const { row, answer } = await newKey(beginning.tenant, "restored", rights);
  const index = drizzle(env.INDEX);
  const [{ meta }] = await index.batch([
    insertSelected(index, apiKey, row, sql`FROM ${tenantTable} WHERE ${isRestoring(beginning)}`),
    index.update(tenantTable).set({ state: "active", name }).where(isRestoring(beginning)),
  ]);
  return meta.changes === 0 ? notRestoring(beginning) : answer;
}
