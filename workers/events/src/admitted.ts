// Whether who opened a socket would be let in now: its key stands, its session if it is one, and its tenant is active.

import { and, eq, gt, isNull, or } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { apiKey, session, tenant } from "@eigentwin/index";
import type { Env } from "../env.ts";
import type { Attached } from "./sockets.ts";

/** A revoked key is believed for so long. */
export const BELIEVED_MS = 5_000;
const believed = new Map<string, number>();
const MOST_BELIEVED = 10_000;

export async function isAdmitted(
  env: Env,
  { key, session: hash }: Pick<Attached, "key" | "session">,
  nowMs: number,
): Promise<boolean> {
  const name = `${key} ${hash ?? ""}`;
  if ((believed.get(name) ?? 0) > nowMs) return true;
  believed.delete(name);
  const index = drizzle(env.INDEX);
  const now = new Date(nowMs).toISOString();
  const stands = and(
    eq(apiKey.hash, key),
    isNull(apiKey.revokedAt),
    or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, now)),
    eq(tenant.state, "active"),
  );
  const keys = index.select({ hash: apiKey.hash }).from(apiKey).innerJoin(tenant, eq(tenant.id, apiKey.tenant));
  const rows =
    hash === null
      ? await keys.where(stands)
      : await keys
          .innerJoin(session, eq(session.key, apiKey.hash))
          .where(and(stands, eq(session.hash, hash), gt(session.expiresAt, now)));
  if (rows.length === 0) return false;
  if (believed.size >= MOST_BELIEVED) believed.clear();
  believed.set(name, nowMs + BELIEVED_MS);
  return true;
}
