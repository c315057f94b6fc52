// The secrets that sign for an endpoint: sealed by the tenant's vault, opened to sign, never told after they were made.

import { unwrap } from "@eigentwin/core";
import { vaultOf } from "@eigentwin/system";
import type { Env } from "../env.ts";
import { readEndpoint } from "./endpoint-record.ts";
import { newSecret } from "./signature.ts";

export interface SealedSecret {
  number: number;
  secret: string;
  sealed: string;
}

const nameOf = (id: string, number: number): string => `webhook/${id}/${number}`;

export async function sealNewSecret(
  env: Env,
  { tenant, id }: { tenant: string; id: string },
  number: number,
): Promise<SealedSecret> {
  const secret = newSecret();
  return { number, secret, sealed: await vaultOf(env.VAULTS, tenant).seal(nameOf(id, number), secret) };
}

/** Call inside a transaction. Those before are good for `overlapMs` more, and no longer than they were. */
export function putSecret(sql: SqlStorage, { number, sealed }: SealedSecret, overlapMs: number): void {
  const untilMs = Date.now() + overlapMs;
  sql.exec("UPDATE secret SET until_ms = min(coalesce(until_ms, ?1), ?1)", untilMs);
  sql.exec("DELETE FROM secret WHERE until_ms <= ?", Date.now());
  sql.exec("INSERT INTO secret VALUES (?, ?, NULL)", number, sealed);
}

export const nextNumber = (sql: SqlStorage): number =>
  sql.exec<{ next: number }>("SELECT coalesce(max(number), 0) + 1 AS next FROM secret").one().next;

/** Sealed text → secret, for as long as the object is in memory. */
export type Opened = Map<string, string>;

/** Those that are good now, the newest first. */
export async function openSecrets(env: Env, sql: SqlStorage, opened: Opened): Promise<string[]> {
  const { tenant, id } = readEndpoint(sql);
  const rows = sql
    .exec<{ number: number; sealed: string }>(
      "SELECT number, sealed FROM secret WHERE until_ms IS NULL OR until_ms > ? ORDER BY number DESC",
      Date.now(),
    )
    .toArray();
  const vault = vaultOf(env.VAULTS, tenant);
  const open = async ({ number, sealed }: { number: number; sealed: string }) => {
    const secret = opened.get(sealed) ?? unwrap(await vault.open(nameOf(id, number), sealed));
    opened.set(sealed, secret);
    return secret;
  };
  return Promise.all(rows.map(open));
}
