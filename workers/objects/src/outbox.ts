// Events that an object has to tell: a row in the transaction of the change, delivered in order until the feed has them, by
// due work if not before. An event keeps its id for good, however often it is delivered.

import type { AuditNote } from "@eigentwin/core";
import { exists } from "./schema-steps.ts";
import { planAgain, planIfNone, settle } from "./due.ts";

/** Statements for a schema step of an object that tells events. */
export const createOutbox = `
  CREATE TABLE outbox (sequence INTEGER PRIMARY KEY, event TEXT NOT NULL);
  CREATE TABLE outbox_state (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, last INTEGER NOT NULL)`;

/** What has happened, in the past tense: `twin.created`. */
export interface Fact {
  type: string;
  /** The id of the twin that it is about, or of what else it is about. */
  subject?: string;
  /** Of that twin: who sees only other twin types does not see the event. */
  twinType?: string;
  /** W3C trace context of the request that made it happen. */
  traceparent?: string;
  data: Record<string, unknown>;
  /** Goes into the tenant's audit log instead of into the event. */
  audit?: AuditNote;
  /** Set where it is for the audit log alone. */
  isUntold?: true;
}

export interface OutboxEvent extends Fact {
  /** Counts the events of its source, from 1 on. */
  sequence: number;
  /** RFC 3339. */
  time: string;
}

/** Events of one source, in order and without a gap. */
export interface OutboxBatch {
  tenant: string;
  /** A path of the API: `/v1/twins/engine-1`. */
  source: string;
  /** Another one where another object has taken the source's name. */
  epoch: string;
  events: OutboxEvent[];
}

export interface OutboxTaker {
  /** Idempotent by epoch and sequence. `tenant-gone`: nobody is left who could be told. */
  append(batch: OutboxBatch): Promise<"taken" | "tenant-gone">;
}

export const OUTBOX = "outbox";
const AT_ONCE = 200;

/** Call inside the transaction of what has happened. Due work tells it, at once unless it is told by hand before that. */
export function noteEvent(storage: DurableObjectStorage, fact: Fact, dueInMs = 0): void {
  const { sql } = storage;
  sql.exec("INSERT OR IGNORE INTO outbox_state VALUES (1, ?, 0)", crypto.randomUUID().slice(-12));
  sql.exec("UPDATE outbox_state SET last = last + 1");
  const event = JSON.stringify({ ...fact, time: new Date().toISOString() });
  sql.exec("INSERT INTO outbox SELECT last, ? FROM outbox_state", event);
  planIfNone(storage, OUTBOX, Date.now() + dueInMs);
}

export const hasEvents = (sql: SqlStorage): boolean => sql.exec("SELECT 1 FROM outbox LIMIT 1").toArray().length > 0;

export interface Delivery {
  tenant: string;
  source: string;
  taker: OutboxTaker;
}

/** How far a process knows an outbox to be told. */
export interface Told {
  epoch: string;
  last: number;
}

export const nothingTold = (): Told => ({ epoch: "", last: 0 });

/**
 * The due work "outbox". Throws where the feed does not answer: the events stay, and the work stays due. What has happened
 * meanwhile is due `dueInMs` later, as where it was noted.
 */
export async function deliverOutbox(
  storage: DurableObjectStorage,
  delivery: Delivery,
  { told = nothingTold(), dueInMs = 0 }: { told?: Told; dueInMs?: number } = {},
): Promise<void> {
  const isFull = await tellOutbox(storage, delivery, told);
  // Erased meanwhile, and perhaps begun anew.
  if (!exists(storage) || epochOf(storage.sql) !== told.epoch) return;
  const { sql } = storage;
  sql.exec("DELETE FROM outbox WHERE sequence <= ?", told.last);
  if (hasEvents(sql)) planAgain(storage, OUTBOX, Date.now() + (isFull ? 0 : dueInMs));
  else settle(storage, OUTBOX);
}

/**
 * Tells what is not told yet, as much as one call carries, and moves `told`. It writes nothing: what is told costs the object
 * no commit until its due work comes. True where one call did not carry all of it.
 */
export async function tellOutbox(storage: DurableObjectStorage, delivery: Delivery, told: Told): Promise<boolean> {
  const { tenant, source, taker } = delivery;
  const epoch = epochOf(storage.sql);
  if (epoch !== told.epoch) Object.assign(told, { epoch, last: 0 });
  const events = eventsAfter(storage.sql, told.last);
  if (events.length === 0) return false;
  const answer = await taker.append({ tenant, source, epoch, events });
  const last = answer === "taken" ? (events.at(-1)?.sequence ?? 0) : Number.MAX_SAFE_INTEGER;
  if (told.epoch === epoch) told.last = Math.max(told.last, last);
  return events.length === AT_ONCE;
}

const epochOf = (sql: SqlStorage): string =>
  sql.exec<{ epoch: string }>("SELECT epoch FROM outbox_state").toArray()[0]?.epoch ?? "";

function eventsAfter(sql: SqlStorage, last: number): OutboxEvent[] {
  const rows = sql
    .exec<{ sequence: number; event: string }>(
      "SELECT * FROM outbox WHERE sequence > ? ORDER BY sequence LIMIT ?",
      last,
      AT_ONCE,
    )
    .toArray();
  return rows.map(({ sequence, event }) => ({ ...(JSON.parse(event) as OutboxEvent), sequence }));
}
