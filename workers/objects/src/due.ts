// An object has one alarm, so a table says what it serves. Work is planned in the transaction that makes it necessary.

/** Statement for a schema step of an object that has due work. */
export const createDue =
  "CREATE TABLE due (work TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0)";

export interface DueWork {
  work: string;
  atMs: number;
  /** How often it has been tried already. */
  tries: number;
}

/** Plans work under a name: planning it again moves it and keeps its count of tries. */
export function plan(storage: DurableObjectStorage, work: string, atMs: number): void {
  storage.sql.exec(
    "INSERT INTO due (work, at_ms) VALUES (?, ?) ON CONFLICT (work) DO UPDATE SET at_ms = excluded.at_ms",
    work,
    Math.floor(atMs),
  );
  void setNextAlarm(storage);
}

/** The work that is due now, counted as tried once more before it is handed out: a crash then still counts. */
export function nextDue(storage: DurableObjectStorage, nowMs: number): DueWork[] {
  const rows = storage.sql
    .exec<{ work: string; at_ms: number; tries: number }>(
      "SELECT work, at_ms, tries FROM due WHERE at_ms <= ? ORDER BY at_ms",
      nowMs,
    )
    .toArray();
  storage.sql.exec("UPDATE due SET tries = tries + 1 WHERE at_ms <= ?", nowMs);
  return rows.map(({ work, at_ms, tries }) => ({ work, atMs: at_ms, tries }));
}

/** Takes finished work from the table. */
export function settle(storage: DurableObjectStorage, work: string): void {
  storage.sql.exec("DELETE FROM due WHERE work = ?", work);
}

/** To be called at the end of every `alarm()`, which itself must never throw. */
export async function setNextAlarm(storage: DurableObjectStorage): Promise<void> {
  const [first] = storage.sql.exec<{ at_ms: number | null }>("SELECT min(at_ms) AS at_ms FROM due").toArray();
  if (first?.at_ms != null) await storage.setAlarm(first.at_ms);
}
