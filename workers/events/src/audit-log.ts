// The audit log of a tenant, kept beside its feed: every change that its objects tell of, and every write that the gateway
// does by itself, in one chain (`core/audit.ts`). It is never cut, and rows of it are only ever added.

import { createHash } from "node:crypto";
import {
  AUDIT_BEGIN,
  auditText,
  followChain,
  refuse,
  type AuditEntry,
  type AuditMark,
  type BrokenLink,
  type Digest,
} from "@eigentwin/core";
import type { OutboxBatch } from "@eigentwin/objects";
import type { AuditDraft, AuditQuestion, ArchivedAuditEntry } from "./contract.ts";

interface AuditRow extends Record<string, SqlStorageValue> {
  number: number;
  at: string;
  actor: string | null;
  action: string;
  target: string;
  path: string;
  outcome: string;
  digest: string | null;
  hash: string;
  source: string | null;
}

const entryOf = ({ actor: by, hash, source: _source, ...row }: AuditRow): AuditEntry => ({
  ...row,
  by,
  hash: hash as Digest,
});

/** The last entry; what stands before the first where there is none. */
export function auditHead(sql: SqlStorage): AuditMark {
  const [row] = sql.exec<AuditRow>("SELECT * FROM audit ORDER BY number DESC LIMIT 1").toArray();
  return row ? { number: row.number, hash: row.hash as Digest } : AUDIT_BEGIN;
}

/** Call inside a transaction. `source` names what an object has told: it is taken once, whatever comes out of archives. */
export function appendAudit(sql: SqlStorage, draft: AuditDraft, source: string | null = null): void {
  if (source !== null && sql.exec("SELECT 1 FROM audit WHERE source = ?", source).toArray().length > 0) return;
  const { number, hash: before } = auditHead(sql);
  const entry = { ...draft, number: number + 1 };
  const hash: Digest = `sha256:${createHash("sha256").update(auditText(before, entry)).digest("hex")}`;
  insert(sql, { ...entry, hash, source });
}

function insert(sql: SqlStorage, entry: ArchivedAuditEntry): void {
  const { number, at, by, action, target, path, outcome, digest, hash, source } = entry;
  sql.exec(
    "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    number,
    at,
    by,
    action,
    target,
    path,
    outcome,
    digest,
    hash,
    source,
  );
}

/** Call inside a transaction, with events that are new here. */
export function auditEvents(sql: SqlStorage, { source, epoch, events }: OutboxBatch): void {
  for (const { audit, type, time, sequence } of events)
    if (audit)
      appendAudit(sql, { ...audit, at: time, action: type, target: source, outcome: "done" }, `${epoch}_${sequence}`);
}

/** Newest first. */
export const readAudit = (sql: SqlStorage, { before, limit, target }: AuditQuestion): AuditEntry[] =>
  sql
    .exec<AuditRow>(
      `SELECT * FROM audit WHERE number < ? ${target === null ? "" : "AND target = ?"} ORDER BY number DESC LIMIT ?`,
      before ?? Number.MAX_SAFE_INTEGER,
      ...(target === null ? [] : [target]),
      limit,
    )
    .toArray()
    .map(entryOf);

/** In order, with what an archive keeps beside each. */
export const auditAfter = (sql: SqlStorage, number: number, limit: number): ArchivedAuditEntry[] =>
  sql
    .exec<AuditRow>("SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT ?", number, limit)
    .toArray()
    .map((row) => ({ ...entryOf(row), source: row.source }));

/** A stretch of the chain, recomputed. `isEnd` where nothing follows it. */
export async function verifyAudit(
  sql: SqlStorage,
  from: AuditMark,
  limit: number,
): Promise<{ mark: AuditMark; broken?: BrokenLink; isEnd: boolean }> {
  const entries = auditAfter(sql, from.number, limit);
  return { ...(await followChain(from, entries)), isEnd: entries.length < limit };
}

/**
 * Puts back a stretch that came out of an archive: it must go on from what is here; what is here already may come again. The
 * first one begins anew, and what was told here before may then be told again.
 */
export async function restoreAudit(
  storage: DurableObjectStorage,
  entries: readonly ArchivedAuditEntry[],
): Promise<void> {
  const { sql } = storage;
  const isFirst = entries[0]?.number === 1;
  const from = isFirst ? AUDIT_BEGIN : auditHead(sql);
  const fresh = entries.filter(({ number }) => number > from.number);
  const { broken } = await followChain(from, fresh);
  if (broken) refuse("archive.malformed", `its audit log is broken at entry ${broken.number}: ${broken.why}`);
  storage.transactionSync(() => {
    if (isFirst) sql.exec("DELETE FROM audit");
    if (isFirst) sql.exec("DELETE FROM source");
    for (const entry of fresh) insert(sql, entry);
  });
}
