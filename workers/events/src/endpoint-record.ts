// The endpoint's own row: where it sends, how far it has come, and whether it may.

import type { EventFilter, WebhookState, WebhookView } from "./contract.ts";
import { failedCount, filterAfter, pendingCount } from "./deliveries.ts";

export interface EndpointRow extends Record<string, SqlStorageValue> {
  tenant: string;
  id: string;
  url: string;
  title: string;
  state: WebhookState;
  paused_because: "asked" | "failing" | null;
  challenge: string;
  cursor: number;
  failing_since_ms: number | null;
  failed_rounds: number;
  created_at: string;
}

export interface EndpointDraft {
  tenant: string;
  id: string;
  url: string;
  title: string;
  filter: EventFilter;
  /** The last event that it is not told. */
  after: number;
}

/** From so many rounds in a row on in which nothing came through, one event is tried for all of them. */
const DOWN_AFTER = 3;
export const isDown = ({ failed_rounds }: EndpointRow): boolean => failed_rounds >= DOWN_AFTER;

export const readEndpoint = (sql: SqlStorage): EndpointRow => sql.exec<EndpointRow>("SELECT * FROM endpoint").one();

export function insertEndpoint(sql: SqlStorage, { tenant, id, url, title, filter, after }: EndpointDraft): void {
  sql.exec(
    `INSERT INTO endpoint (one, tenant, id, url, title, state, challenge, cursor, created_at)
     VALUES (1, ?, ?, ?, ?, 'unverified', ?, ?, ?)`,
    tenant,
    id,
    url,
    title,
    crypto.randomUUID(),
    after,
    new Date().toISOString(),
  );
  putFilter(sql, after, filter);
}

export const putFilter = (sql: SqlStorage, from: number, filter: EventFilter): void =>
  void sql.exec("INSERT OR REPLACE INTO filter VALUES (?, ?)", from, JSON.stringify(filter));

/** Another address has to show anew whose it is. */
export const putUrl = (sql: SqlStorage, url: string): void =>
  void sql.exec(
    `UPDATE endpoint SET url = ?, challenge = ?, failing_since_ms = NULL, failed_rounds = 0,
       state = CASE state WHEN 'active' THEN 'unverified' ELSE state END`,
    url,
    crypto.randomUUID(),
  );

export const putTitle = (sql: SqlStorage, title: string): void => void sql.exec("UPDATE endpoint SET title = ?", title);

export const pauseEndpoint = (sql: SqlStorage, because: "asked" | "failing"): void =>
  void sql.exec("UPDATE endpoint SET state = 'paused', paused_because = ?", because);

/** Whoever resumes it is challenged again: what has answered once may belong to somebody else by now. */
export const resumeEndpoint = (sql: SqlStorage): void =>
  void sql.exec(
    `UPDATE endpoint SET state = 'unverified', paused_because = NULL, challenge = ?, failing_since_ms = NULL, failed_rounds = 0`,
    crypto.randomUUID(),
  );

export const noteVerified = (sql: SqlStorage): void =>
  void sql.exec("UPDATE endpoint SET state = 'active', failing_since_ms = NULL, failed_rounds = 0");

/** How many rounds in a row nothing came through. */
export function noteFailedRound(sql: SqlStorage, nowMs: number): { rounds: number; sinceMs: number } {
  sql.exec(
    "UPDATE endpoint SET failed_rounds = failed_rounds + 1, failing_since_ms = coalesce(failing_since_ms, ?)",
    nowMs,
  );
  const { failed_rounds: rounds, failing_since_ms } = readEndpoint(sql);
  return { rounds, sinceMs: failing_since_ms ?? nowMs };
}

export const noteSuccess = (sql: SqlStorage): void =>
  void sql.exec(
    "UPDATE endpoint SET failed_rounds = 0, failing_since_ms = NULL WHERE failed_rounds > 0 OR failing_since_ms IS NOT NULL",
  );

export function viewOf(sql: SqlStorage): WebhookView {
  const row = readEndpoint(sql);
  const { types = null, twins = null, twinTypes = [] } = filterAfter(sql, Number.MAX_SAFE_INTEGER).filter;
  return {
    id: row.id,
    url: row.url,
    title: row.title,
    types,
    twins,
    twinTypes,
    state: row.state,
    pausedBecause: row.paused_because,
    failingSince: row.failing_since_ms === null ? null : new Date(row.failing_since_ms).toISOString(),
    pending: pendingCount(sql),
    failed: failedCount(sql),
    createdAt: row.created_at,
  };
}
