// What a twin tells of itself: events are noted in the transaction of the change, and told to the tenant's feed until it
// has them.

import { feedOf } from "@eigentwin/events";
import { deliverOutbox, exists, noteEvent, type Fact } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import { headOf, nameOf } from "./twin-record.ts";

interface TwinFact extends Pick<Fact, "audit" | "isUntold"> {
  data?: Record<string, unknown>;
}

/** An event about the twin, as it is now. Call inside the transaction of what has happened. */
export function noteTwinEvent(storage: DurableObjectStorage, type: string, { data, ...more }: TwinFact): void {
  const twin = headOf(storage.sql);
  if (!twin) return;
  const { id, type: twinType, revision, sequence } = twin;
  const about = { twin: id, revision, twinSequence: sequence, ...data };
  noteEvent(storage, { type, subject: id, twinType, data: about, ...more });
}

/** Of a retired twin too: its end is told before nothing is left of it. */
export async function tellFeed(env: Env, storage: DurableObjectStorage): Promise<void> {
  const name = exists(storage) && nameOf(storage.sql);
  if (!name) return;
  const { tenant, id } = name;
  await deliverOutbox(storage, { tenant, source: `/v1/twins/${id}`, taker: feedOf(env.FEEDS, tenant) });
}
