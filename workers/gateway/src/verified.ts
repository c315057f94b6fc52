// Callers that were verified a moment ago. The one place where a revoked key could still be believed, so it is short.

import { and, eq, gt, isNull, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { apiKey, session, tenant, type TenantState } from "@eigentwin/index";
import type { Env } from "../env.ts";
import type { Caller } from "./caller.ts";

/** Revocation, suspension, expiry and deletion take effect everywhere within this time. */
export const BELIEVED_MS = 5_000;
const MOST_BELIEVED = 10_000;

export interface Verified {
  caller: Caller;
  tenantState: TenantState;
  lastUsedAt: string | null;
}

const believed = new Map<string, { verified: Verified; untilMs: number }>();

/** Forgets everybody, in this isolate: after a change that should take effect at once where it was made. */
export const forgetVerified = (): void => believed.clear();

export const verifiedKey = (env: Env, hash: string, asked: (found: Verified) => void) =>
  once(`key ${hash}`, () => findKey(env, hash), asked);
export const verifiedSession = (env: Env, hash: string, asked: (found: Verified) => void) =>
  once(`session ${hash}`, () => findSession(env, hash), asked);

/** Who is not known is looked up each time: the same work for every wrong guess. `asked` is called where the index was. */
async function once(
  name: string,
  find: () => Promise<Verified | undefined>,
  asked: (found: Verified) => void,
): Promise<Verified | undefined> {
  const startedMs = Date.now();
  const known = believed.get(name);
  if (known && startedMs < known.untilMs) return known.verified;
  believed.delete(name);
  const verified = await find();
  if (!verified) return undefined;
  if (believed.size >= MOST_BELIEVED) believed.clear();
  // From before the index was asked: what it answered may have changed since.
  const expiresMs = verified.caller.expiresAt === null ? Infinity : Date.parse(verified.caller.expiresAt);
  believed.set(name, { verified, untilMs: Math.min(startedMs + BELIEVED_MS, expiresMs) });
  asked(verified);
  return verified;
}

const now = () => new Date().toISOString();
const isLive = () => and(isNull(apiKey.revokedAt), or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, now())));

const facts = {
  tenant: apiKey.tenant,
  tenantSince: tenant.createdAt,
  keyHash: apiKey.hash,
  keyId: apiKey.id,
  keyName: apiKey.name,
  scopes: apiKey.scopes,
  twinTypes: apiKey.twinTypes,
  purposes: apiKey.purposes,
  expiresAt: apiKey.expiresAt,
  tenantState: tenant.state,
  lastUsedAt: apiKey.lastUsedAt,
};

async function findKey(env: Env, hash: string): Promise<Verified | undefined> {
  const [row] = await drizzle(env.INDEX)
    .select(facts)
    .from(apiKey)
    .innerJoin(tenant, eq(tenant.id, apiKey.tenant))
    .where(and(eq(apiKey.hash, hash), isLive()));
  if (!row) return undefined;
  const { tenantState, lastUsedAt, ...caller } = row;
  return { caller, tenantState, lastUsedAt };
}

async function findSession(env: Env, hash: string): Promise<Verified | undefined> {
  const [row] = await drizzle(env.INDEX)
    .select({ ...facts, sessionEndsAt: session.expiresAt, csrfHash: session.csrfHash })
    .from(session)
    .innerJoin(apiKey, eq(apiKey.hash, session.key))
    .innerJoin(tenant, eq(tenant.id, apiKey.tenant))
    .where(and(eq(session.hash, hash), gt(session.expiresAt, now()), isLive()));
  if (!row) return undefined;
  const { tenantState, lastUsedAt, sessionEndsAt, csrfHash, ...key } = row;
  const ends = [sessionEndsAt, key.expiresAt].filter((end) => end !== null).sort();
  const caller = { ...key, expiresAt: ends[0] ?? null, session: { hash, csrfHash } };
  return { caller, tenantState, lastUsedAt };
}

/** At most once a minute a key, to the minute; in the minute that it was made in, then. */
export async function noteUse(env: Env, { caller, lastUsedAt }: Verified): Promise<void> {
  const minute = `${now().slice(0, 16)}:00.000Z`;
  if (lastUsedAt !== null && lastUsedAt >= minute) return;
  await drizzle(env.INDEX)
    .update(apiKey)
    .set({ lastUsedAt: sql`max(${minute}, ${apiKey.createdAt})` })
    .where(and(eq(apiKey.hash, caller.keyHash), sql`coalesce(${apiKey.lastUsedAt}, '') < ${minute}`));
}
