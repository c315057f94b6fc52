// What an endpoint has to deliver, and its log. Events of one twin are a lane: in order, one after another, and a lane that
// waits for a retry holds up no other.

import type { DeliveryView, EventFilter } from "./contract.ts";
import type { LogPage } from "./feed-log.ts";
import { isSuccess, type Reply } from "./outbound.ts";
import { MOST_ATTEMPTS, retryAfterMs } from "./retry.ts";

export interface Delivery extends Record<string, SqlStorageValue> {
  number: number;
  event: string;
  type: string;
  lane: string;
  json: string;
  attempts: number;
  next_ms: number;
}

/** So many wait here; the rest waits in the feed. */
export const MOST_PENDING = 1_000;
const MOST_LOGGED = 10_000;
const LOGGED_MS = 14 * 24 * 60 * 60_000;

export const pendingCount = (sql: SqlStorage): number => countOf(sql, "pending");
export const failedCount = (sql: SqlStorage): number => countOf(sql, "failed");
const countOf = (sql: SqlStorage, state: string): number =>
  sql.exec<{ count: number }>("SELECT count(*) AS count FROM delivery WHERE state = ?", state).one().count;

export function addDelivery(
  sql: SqlStorage,
  { event, type, lane, place, json }: { event: string; type: string; lane: string; place: number | null; json: string },
  nowMs: number,
): void {
  sql.exec(
    "INSERT INTO delivery (event, type, lane, place, json, state, next_ms) VALUES (?, ?, ?, ?, ?, 'pending', ?)",
    event,
    type,
    lane,
    place,
    json,
    nowMs,
  );
}

/** Call inside a transaction, with what the feed holds after the cursor. */
export function takeIn(sql: SqlStorage, { events, upTo }: LogPage, nowMs: number): void {
  for (const { type, subject, json, sequence } of events) {
    const { id } = JSON.parse(json) as { id: string };
    addDelivery(sql, { event: id, type, lane: subject ?? "", place: sequence, json }, nowMs);
  }
  sql.exec("UPDATE endpoint SET cursor = ?", upTo);
}

/** The filter that holds for what follows a sequence, and up to where. */
export function filterAfter(sql: SqlStorage, sequence: number): { filter: EventFilter; upTo: number } {
  const rows = sql
    .exec<{ from_sequence: number; filter: string }>("SELECT * FROM filter ORDER BY from_sequence")
    .toArray();
  const next = rows.findIndex(({ from_sequence }) => from_sequence > sequence);
  const row = next < 0 ? rows.at(-1) : rows[Math.max(0, next - 1)];
  // What came before the first filter is told by it, where somebody asks for a replay.
  const upTo = next <= 0 ? (next === 0 ? rows[1]?.from_sequence : undefined) : rows[next]?.from_sequence;
  return { filter: JSON.parse(row?.filter ?? "{}") as EventFilter, upTo: upTo ?? Number.MAX_SAFE_INTEGER };
}

/** Of a round: what is more is looked at again in the next one. */
export const MOST_IN_ROUND = 200;

/** Lanes whose first event may be tried now, each in order; of all of them as many events as a round may take. */
export function readyLanes(sql: SqlStorage, nowMs: number): Delivery[][] {
  // Without the events themselves: whoever is behind has many of them, and few are tried at one go.
  const pending = sql
    .exec<{ number: number; lane: string; next_ms: number }>(
      "SELECT number, lane, next_ms FROM delivery WHERE state = 'pending' ORDER BY number",
    )
    .toArray();
  const ready = new Set(
    [...Map.groupBy(pending, ({ lane }) => lane)].flatMap(([lane, [head]]) =>
      head && head.next_ms <= nowMs ? lane : [],
    ),
  );
  const numbers = pending.flatMap(({ number, lane }) => (ready.has(lane) ? number : [])).slice(0, MOST_IN_ROUND);
  const deliveries = sql
    .exec<Delivery>(
      `SELECT number, event, type, lane, json, attempts, next_ms FROM delivery
         WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number`,
      JSON.stringify(numbers),
    )
    .toArray();
  return [...Map.groupBy(deliveries, ({ lane }) => lane).values()];
}

export interface Attempt extends Reply {
  number: number;
  atMs: number;
}

/** Call inside a transaction. What a replay has dropped meanwhile stays dropped. */
export function noteAttempt(sql: SqlStorage, { number, atMs, ...reply }: Attempt, random: number): void {
  const [row] = sql
    .exec<{ attempts: number }>("SELECT attempts FROM delivery WHERE number = ? AND state = 'pending'", number)
    .toArray();
  if (!row) return;
  const attempts = row.attempts + 1;
  const state = isSuccess(reply) ? "delivered" : attempts >= MOST_ATTEMPTS ? "failed" : "pending";
  sql.exec(
    "UPDATE delivery SET state = ?, attempts = ?, status = ?, fault = ?, last_ms = ?, next_ms = ? WHERE number = ?",
    state,
    attempts,
    reply.status,
    reply.fault,
    atMs,
    atMs + (state === "pending" ? retryAfterMs(attempts, random) : 0),
    number,
  );
}

/** When the first lane may go on; undefined where nothing is pending. */
export function nextAttemptMs(sql: SqlStorage): number | undefined {
  const [row] = sql
    .exec<{ at: number | null }>(
      `SELECT min(next_ms) AS at FROM delivery WHERE number IN
         (SELECT min(number) FROM delivery WHERE state = 'pending' GROUP BY lane)`,
    )
    .toArray();
  return row?.at ?? undefined;
}

export function cutLog(sql: SqlStorage, nowMs: number): void {
  sql.exec("DELETE FROM delivery WHERE state <> 'pending' AND last_ms < ?", nowMs - LOGGED_MS);
  sql.exec(
    `DELETE FROM delivery WHERE state = 'delivered' AND number <= (
       SELECT number FROM delivery WHERE state = 'delivered' ORDER BY number DESC LIMIT 1 OFFSET ?)`,
    MOST_LOGGED,
  );
}

/** Call inside a transaction. What waits and would be fetched again is dropped, so that a lane stays in order. */
export function goBack(sql: SqlStorage, sequence: number): void {
  sql.exec("DELETE FROM delivery WHERE state = 'pending' AND place > ?", sequence);
  sql.exec("UPDATE endpoint SET cursor = ?", sequence);
}

/** What waits, or was told, of a twin that is being erased, or of its branches; `kept` is the event that tells of it. */
export const forgetDeliveries = (sql: SqlStorage, twin: string, kept: string): void =>
  void sql.exec(
    `DELETE FROM delivery WHERE (lane = ?1 OR substr(lane, 1, length(?1) + 1) = ?1 || '~')
       AND json_extract(json, '$.twintype') IS NOT NULL AND type <> ?2`,
    twin,
    kept,
  );

/** How many. They keep their number, so they come first in their lanes. */
export function redrive(sql: SqlStorage, event: string | null, nowMs: number): number {
  const failed = sql
    .exec<{ number: number }>(
      "SELECT number FROM delivery WHERE state = 'failed' AND (?1 IS NULL OR event = ?1)",
      event,
    )
    .toArray();
  for (const { number } of failed)
    sql.exec("UPDATE delivery SET state = 'pending', attempts = 0, next_ms = ? WHERE number = ?", nowMs, number);
  return failed.length;
}

export function deliveryLog(sql: SqlStorage, limit: number, before: number | null): DeliveryView[] {
  const timeOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return sql
    .exec<{
      number: number;
      event: string;
      type: string;
      state: DeliveryView["state"];
      attempts: number;
      status: number | null;
      fault: string | null;
      last_ms: number | null;
      next_ms: number;
    }>("SELECT * FROM delivery WHERE number < ? ORDER BY number DESC LIMIT ?", before ?? Number.MAX_SAFE_INTEGER, limit)
    .toArray()
    .map(({ number, event, type, state, attempts, status, fault, last_ms, next_ms }) => ({
      number,
      event,
      type,
      state,
      attempts,
      status,
      fault,
      lastAttemptAt: timeOf(last_ms),
      nextAttemptAt: state === "pending" ? timeOf(next_ms) : null,
    }));
}
