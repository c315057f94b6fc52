// What every change of a twin brings with it: it is counted, told as an event, and followed by the index.

import { isSameJson, type WritableState } from "@eigentwin/core";
import { plan, planIfNone } from "@eigentwin/objects";
import { auditNote } from "./audit-note.ts";
import { noteInput } from "./findings.ts";
import type { PointOutcome } from "./streams/append.ts";
import { receiptOf } from "./streams/index.ts";
import { headOf, noteChange, readTwin, type TwinRecord } from "./twin-record.ts";
import { FOLLOW_EVERY_MS, noteTwinEvent } from "./twin-events.ts";

/** Who changes what, for the audit log; without content where there is none but the fact itself. */
export interface Audited {
  by: string | null;
  path: string;
  content?: unknown;
}

/** One transaction: what gives the twin another revision is told as this event, and the index follows. */
export function changing<T>(
  storage: DurableObjectStorage,
  twin: TwinRecord,
  { event, audited, write }: { event: string; audited: Audited; write: (now: string) => T },
): T {
  return storage.transactionSync(() => {
    const now = new Date().toISOString();
    const written = write(now);
    if (headOf(storage.sql)?.revision !== twin.revision) {
      const after = readTwin(storage.sql) ?? twin;
      followLinks(storage, twin, after);
      counted(storage);
      noteInput(storage.sql, now);
      const data = after.type === twin.type ? {} : { from: twin.type };
      noteTwinEvent(storage, event, { data, audit: auditNote(storage.sql, audited) });
    }
    return written;
  });
}

/** Call inside a transaction, for what is no other revision too. */
export function counted(storage: DurableObjectStorage): void {
  noteChange(storage.sql, new Date().toISOString());
  planIfNone(storage, "index", Date.now() + FOLLOW_EVERY_MS);
}

/** Served together with the index of the twin. */
export function followLinks(storage: DurableObjectStorage, before: WritableState, after: WritableState): void {
  if (!isSameJson(before.links, after.links)) plan(storage, "links", Date.now() + FOLLOW_EVERY_MS);
}

/** Call inside the transaction of a change of a branch: it is told to nobody, but in the audit log it stands. */
export function auditBranch(storage: DurableObjectStorage, branch: string, { by, path, content }: Audited): void {
  const audit = auditNote(storage.sql, { by, path: `/branches/${branch}${path}`, content });
  noteTwinEvent(storage, "branch.changed", { audit, isUntold: true });
}

/** Call inside the transaction in which points were written: they are no other revision. */
export function noteAppended(storage: DurableObjectStorage, outcomes: readonly PointOutcome[], audited: Audited): void {
  const receipt = receiptOf(outcomes);
  if (receipt.accepted + receipt.corrected === 0) return;
  counted(storage);
  noteInput(storage.sql, new Date().toISOString());
  noteTwinEvent(storage, "points.appended", { data: { ...receipt }, audit: auditNote(storage.sql, audited) });
}
