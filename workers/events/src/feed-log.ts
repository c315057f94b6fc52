// The log of a feed: events in the order in which they came, each source's own in its order and once; cut by count and age.

import type { OutboxBatch } from "@eigentwin/objects";
import { auditEvents } from "./audit-log.ts";
import { cloudEvent, gapEvent } from "./cloud-event.ts";
import type { EventFilter, ToldEvent } from "./contract.ts";

export interface FeedRow extends Record<string, SqlStorageValue> {
  tenant: string;
  /** Of this log: positions in another one mean nothing here. */
  epoch: string;
  last: number;
  cut: number;
}

export interface Retention {
  mostEvents: number;
  mostAgeMs: number;
}

export const RETENTION: Retention = { mostEvents: 500_000, mostAgeMs: 14 * 24 * 60 * 60_000 };
/** A source that was silent for so long has nothing under way. */
const FORGET_SOURCE_MS = 90 * 24 * 60 * 60_000;
/** Rows that one reading looks at, however few of them the filter keeps. */
const MOST_LOOKED_AT = 10_000;

export const feedRow = (sql: SqlStorage): FeedRow =>
  sql.exec<FeedRow>("SELECT tenant, epoch, last, cut FROM feed").one();

/** Call inside a transaction. How many were new. */
export function appendEvents(sql: SqlStorage, batch: OutboxBatch, nowMs: number): number {
  const [known] = sql.exec<{ last: number }>("SELECT last FROM source WHERE epoch = ?", batch.epoch).toArray();
  const fresh = batch.events.filter(({ sequence }) => sequence > (known?.last ?? 0));
  const newest = fresh.at(-1);
  if (!newest) return 0;
  let { last } = feedRow(sql);
  auditEvents(sql, { ...batch, events: fresh });
  for (const event of fresh) {
    if (event.isUntold) continue;
    last += 1;
    const { type, subject = null, twinType = null } = event;
    const json = JSON.stringify(cloudEvent(batch, event, last));
    sql.exec("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", last, type, subject, twinType, nowMs, json);
  }
  sql.exec("UPDATE feed SET last = ?", last);
  sql.exec("INSERT OR REPLACE INTO source VALUES (?, ?, ?)", batch.epoch, newest.sequence, nowMs);
  return fresh.length;
}

/** Call inside a transaction. */
export function cutEvents(sql: SqlStorage, { mostEvents, mostAgeMs }: Retention, nowMs: number): void {
  const { last, cut } = feedRow(sql);
  const [{ old }] = sql
    .exec<{ old: number | null }>("SELECT max(sequence) AS old FROM event WHERE at_ms < ?", nowMs - mostAgeMs)
    .toArray() as [{ old: number | null }];
  const upTo = Math.max(cut, last - mostEvents, old ?? 0);
  sql.exec("DELETE FROM event WHERE sequence <= ?", upTo);
  sql.exec("UPDATE feed SET cut = ?", upTo);
  sql.exec("DELETE FROM source WHERE seen_ms < ?", nowMs - FORGET_SOURCE_MS);
}

export interface LogPage {
  events: (ToldEvent & { sequence: number; subject: string | null })[];
  /** Sequence up to which everything has been looked at. */
  upTo: number;
  hasMore: boolean;
}

/** What follows a sequence. Where some of it has been cut, a gap stands for that and comes first. */
export function readEvents(
  sql: SqlStorage,
  after: number,
  filter: EventFilter,
  limit: number,
  until: number = Number.MAX_SAFE_INTEGER,
): LogPage {
  const { epoch, last, cut } = feedRow(sql);
  const from = Math.max(after, cut);
  const looked = Math.max(from, Math.min(last, until, from + MOST_LOOKED_AT));
  const { where, bindings } = conditionOf(filter);
  const rows = sql
    .exec<{ sequence: number; type: string; subject: string | null; json: string }>(
      `SELECT sequence, type, subject, json FROM event WHERE sequence > ? AND sequence <= ? ${where} ORDER BY sequence LIMIT ?`,
      from,
      looked,
      ...bindings,
      limit,
    )
    .toArray();
  const upTo = rows.length === limit ? (rows.at(-1)?.sequence ?? looked) : looked;
  const events = rows.map((row) => ({ ...row, position: positionOf(epoch, row.sequence) }));
  if (after < cut) {
    const gap = JSON.stringify(gapEvent({ epoch, after, upTo: cut }));
    events.unshift({ sequence: cut, type: "feed.gap", subject: null, json: gap, position: positionOf(epoch, cut) });
  }
  return { events, upTo, hasMore: upTo < last };
}

function conditionOf({ types, twins, twinTypes }: EventFilter): { where: string; bindings: string[] } {
  const parts: string[] = [];
  const bindings: string[] = [];
  // Types are words and a star (checked at the edge), so GLOB reads nothing else in them.
  if (types) {
    parts.push("AND EXISTS (SELECT 1 FROM json_each(?) WHERE event.type GLOB value)");
    bindings.push(JSON.stringify(types));
  }
  if (twins) {
    parts.push("AND twin_type IS NOT NULL AND subject IN (SELECT value FROM json_each(?))");
    bindings.push(JSON.stringify(twins));
  }
  if (twinTypes && twinTypes.length > 0) {
    parts.push("AND EXISTS (SELECT 1 FROM json_each(?) WHERE event.twin_type GLOB value || '@*')");
    bindings.push(JSON.stringify(twinTypes));
  }
  return { where: parts.join(" "), bindings };
}

/** Events about a twin that is being erased, of its runs and of those about its branches too; `kept` is the one that tells of it. */
export const forgetTwin = (sql: SqlStorage, twin: string, kept: string): void =>
  void sql.exec(
    `DELETE FROM event WHERE (subject = ?1 OR substr(subject, 1, length(?1) + 1) = ?1 || '~')
       AND twin_type IS NOT NULL AND type <> ?2`,
    twin,
    kept,
  );

/** The first event at or after a time is the one after this. */
export function sequenceBefore(sql: SqlStorage, atMs: number): number {
  const { last } = feedRow(sql);
  const [row] = sql
    .exec<{ sequence: number }>("SELECT sequence FROM event WHERE at_ms >= ? ORDER BY sequence LIMIT 1", atMs)
    .toArray();
  return row ? row.sequence - 1 : last;
}

export const positionOf = (epoch: string, sequence: number): string => `${epoch}-${sequence}`;

/** A position that is not of this log, or ahead of it, is before all that it holds. */
export function sequenceAt({ epoch, last }: FeedRow, position: string): number {
  const [, of, text] = /^([0-9a-f]+)-(\d{1,15})$/.exec(position) ?? [];
  const sequence = Number(text);
  return of === epoch && sequence <= last ? sequence : 0;
}
