// Messages of an inbound hook: which have come, and how each was answered.

import type { MessageEnd, MessageState } from "./contract.ts";

/** A message whose taking ended with its Worker is taken anew after so long. */
const TAKEN_WITHIN_MS = 60_000;
/** In place of a digest: whatever comes under this id is answered as before. */
const FORGOTTEN = "";
export const KEPT_MS = 14 * 24 * 60 * 60_000;
export const MOST_KEPT = 100_000;
/** Of all that the object holds; an object of the platform has an end at ten times this. */
const MOST_BYTES = 1024 ** 3;

/** Call inside a transaction. */
export function beginMessage(
  sql: SqlStorage,
  { id, digest }: { id: string; digest: string },
  nowMs: number,
): MessageState {
  const [known] = sql
    .exec<{ digest: string; received_ms: number; begun_ms: number; answer: string | null }>(
      "SELECT digest, received_ms, begun_ms, answer FROM message WHERE id = ?",
      id,
    )
    .toArray();
  if (!known) {
    sql.exec("INSERT INTO message VALUES (?, ?, ?, ?, NULL)", id, digest, nowMs, nowMs);
    return { kind: "new", receivedAt: new Date(nowMs).toISOString() };
  }
  if (known.digest !== digest && known.digest !== FORGOTTEN) return { kind: "other" };
  if (known.answer !== null) return { kind: "answered", answer: known.answer };
  if (nowMs - known.begun_ms < TAKEN_WITHIN_MS) return { kind: "under-way" };
  sql.exec("UPDATE message SET begun_ms = ? WHERE id = ?", nowMs, id);
  return { kind: "new", receivedAt: new Date(known.received_ms).toISOString() };
}

/** Call inside a transaction. */
export function endMessage(sql: SqlStorage, id: string, end: MessageEnd): void {
  if (end.kind === "answered") sql.exec("UPDATE message SET answer = ? WHERE id = ?", end.answer, id);
  // Begun again it may have written before it was cut off: then it keeps its time.
  if (end.kind === "nothing-taken")
    sql.exec("DELETE FROM message WHERE id = ? AND answer IS NULL AND begun_ms = received_ms", id);
  if (end.kind !== "answered") sql.exec("UPDATE message SET begun_ms = 0 WHERE id = ? AND answer IS NULL", id);
}

/**
 * Call inside a transaction. Of items that were for a twin that is being erased stays that they came, and how they ended; of the
 * message, no digest.
 */
export function forgetTwinIn(sql: SqlStorage, twin: string): void {
  const isOfIt = (of: unknown) => of === twin || (typeof of === "string" && of.startsWith(`${twin}~`));
  const rows = sql
    .exec<{ id: string; answer: string }>(
      "SELECT id, answer FROM message WHERE instr(answer, ?) > 0",
      JSON.stringify(twin).slice(0, -1),
    )
    .toArray();
  for (const { id, answer } of rows) {
    const { items = [], ...rest } = JSON.parse(answer) as { items?: { at: string; outcome: string; twin?: string }[] };
    if (!items.some((item) => isOfIt(item.twin))) continue;
    const left = items.map((item) => {
      const { at, outcome, twin: of = "" } = item;
      return isOfIt(of) ? { at, outcome, twin: of } : item;
    });
    sql.exec(
      "UPDATE message SET digest = ?, answer = ? WHERE id = ?",
      FORGOTTEN,
      JSON.stringify({ ...rest, items: left }),
      id,
    );
  }
}

/** Call inside a transaction. */
export function cutMessages(sql: SqlStorage, nowMs: number): void {
  sql.exec("DELETE FROM message WHERE received_ms < ?", nowMs - KEPT_MS);
  const { count } = sql.exec<{ count: number }>("SELECT count(*) AS count FROM message").one();
  const most = sql.databaseSize > MOST_BYTES ? Math.floor(count / 2) : MOST_KEPT;
  if (count > most)
    sql.exec("DELETE FROM message WHERE id IN (SELECT id FROM message ORDER BY received_ms LIMIT ?)", count - most);
}
