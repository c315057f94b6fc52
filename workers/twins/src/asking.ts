// Whom a question finds: the twin that is there, or the streams that it has, or nobody.

import type { KeptStream, Outcome } from "@eigentwin/core";
import { exists } from "@eigentwin/objects";
import { answering, answeringLater, notThere } from "./answering.ts";
import { presentTwin, streamsOfTwin, type TwinRecord } from "./twin-record.ts";
import { streamsAt } from "./upgrades.ts";

export function askTwin<T>(storage: DurableObjectStorage, answer: (twin: TwinRecord) => T): Outcome<T> {
  const twin = presentTwin(storage);
  return twin ? answering(() => answer(twin)) : notThere();
}

/** With the streams as they are called now, or were at a revision. */
export async function askStreams<T>(
  storage: DurableObjectStorage,
  work: (streams: Record<string, KeptStream>) => Promise<T>,
  revision?: number,
): Promise<Outcome<T>> {
  const streams = exists(storage) ? streamsOfTwin(storage.sql) : undefined;
  if (!streams) return notThere();
  return answeringLater(() => work(revision === undefined ? streams : streamsAt(storage.sql, revision)));
}
