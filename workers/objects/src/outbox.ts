// Events that an object has to tell: a row in the transaction of the change, delivered in order by due work until the feed
// has them. An event keeps its id for good, however often it is delivered.

import type { AuditNote } from "@eigentwin/core";
import { exists } from "./schema-steps.ts";
import { planIfNone, plan, settle } from "./due.ts";

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

/** Call inside the transaction of what has happened. */
export function noteEvent(storage: DurableObjectStorage, fact: Fact): void {
  const { sql } = storage;
  sql.exec("INSERT OR IGNORE INTO outbox_state VALUES (1, ?, 0)", crypto.randomUUID().slice(-12));
  sql.exec("UPDATE outbox_state SET last = last + 1");
  const event = JSON.stringify({ ...fact, time: new Date().toISOString() });
  sql.exec("INSERT INTO outbox SELECT last, ? FROM outbox_state", event);
  planIfNone(storage, OUTBOX, Date.now());
}

export const hasEvents = (sql: SqlStorage): boolean => sql.exec("SELECT 1 FROM outbox LIMIT 1").toArray().length > 0;

export interface Delivery {
  tenant: string;
  source: string;
  taker: OutboxTaker;
}

/** The due work "outbox". Throws where the feed does not answer: the events stay, and the work stays due. */
export async function deliverOutbox(storage: DurableObjectStorage, { tenant, source, taker }: Delivery): Promise<void> {
  const { sql } = storage;
  for (let batch = firstOf(sql); batch.events.length > 0; batch = firstOf(sql)) {
    const answer = await taker.append({ tenant, source, ...batch });
    // Erased meanwhile.
    if (!exists(storage)) return;
    const last = answer === "taken" ? (batch.events.at(-1)?.sequence ?? 0) : Number.MAX_SAFE_INTEGER;
    sql.exec("DELETE FROM outbox WHERE sequence <= ?", last);
    if (batch.events.length === AT_ONCE) return plan(storage, OUTBOX, Date.now());
  }
  settle(storage, OUTBOX);
}

function firstOf(sql: SqlStorage): Pick<OutboxBatch, "epoch" | "events"> {
  const rows = sql
    .exec<{ sequence: number; event: string }>("SELECT * FROM outbox ORDER BY sequence LIMIT ?", AT_ONCE)
    .toArray();
  const [{ epoch } = { epoch: "" }] = sql.exec<{ epoch: string }>("SELECT epoch FROM outbox_state").toArray();
  return {
    epoch,
    events: rows.map(({ sequence, event }) => ({ ...(JSON.parse(event) as OutboxEvent), sequence })),
  };
}
