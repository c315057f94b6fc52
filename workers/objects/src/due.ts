// An object has one alarm, so a table says what it serves. Work is planned in the transaction that makes it necessary.

import { log } from "@eigentwin/logging";
import { count } from "@eigentwin/metrics";
import { exists } from "./schema-steps.ts";

/** Statement for a schema step of an object that has due work. */
export const createDue =
  "CREATE TABLE due (work TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0)";

export interface DueWork {
  work: string;
  /** How often it has been tried already. */
  tries: number;
}

const RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 10 * 60_000;

/** Plans work under a name: planning it again moves it and keeps its count of tries. */
export function plan(storage: DurableObjectStorage, work: string, atMs: number): void {
  storage.sql.exec(
    "INSERT INTO due (work, at_ms) VALUES (?, ?) ON CONFLICT (work) DO UPDATE SET at_ms = excluded.at_ms",
    work,
    Math.floor(atMs),
  );
  void setNextAlarm(storage);
}

/** Plans work unless it is planned: what is waiting to be tried again keeps its time. */
export function planIfNone(storage: DurableObjectStorage, work: string, atMs: number): void {
  if (storage.sql.exec("SELECT 1 FROM due WHERE work = ?", work).toArray().length === 0) plan(storage, work, atMs);
}

/** Plans work by a time: what is planned earlier stays as it is. */
export function planBy(storage: DurableObjectStorage, work: string, atMs: number): void {
  const [due] = storage.sql.exec<{ at_ms: number }>("SELECT at_ms FROM due WHERE work = ?", work).toArray();
  if (!due || due.at_ms > atMs) plan(storage, work, atMs);
}

/** Plans work that has just come to its end for another time: it begins without a try. */
export function planAgain(storage: DurableObjectStorage, work: string, atMs: number): void {
  settle(storage, work);
  plan(storage, work, atMs);
}

/** Plans work that is being done right now: if that comes to nothing, the alarm does it. */
export const planRetry = (storage: DurableObjectStorage, work: string): void =>
  plan(storage, work, Date.now() + RETRY_MS);

/** Takes finished work from the table. */
export function settle(storage: DurableObjectStorage, work: string): void {
  storage.sql.exec("DELETE FROM due WHERE work = ?", work);
}

/**
 * The whole of an `alarm()`: serves what is due, in order. Work that throws is tried again, later each time. Never throws
 * itself: after six failures the platform would give the object up. Work may erase the object, and ends it with that.
 * `works` are the names that it is counted under: one that is not among them came from outside.
 */
export async function serveDue(
  storage: DurableObjectStorage,
  works: readonly string[],
  serve: (due: DueWork) => Promise<void>,
): Promise<void> {
  try {
    if (!exists(storage)) return;
    for (const due of nextDue(storage)) if (exists(storage)) await serveOne(storage, works, due, serve);
    if (exists(storage)) await setNextAlarm(storage);
  } catch (error) {
    count("eigentwin_due_work_failed_total", ["other"]);
    complain("the table of due work", 0, error);
    await storage.setAlarm(Date.now() + RETRY_MS).catch(() => undefined);
  }
}

async function serveOne(
  storage: DurableObjectStorage,
  works: readonly string[],
  due: DueWork,
  serve: (due: DueWork) => Promise<void>,
): Promise<void> {
  const label = works.includes(due.work) ? due.work : "other";
  if (due.tries > 0) count("eigentwin_due_work_retried_total", [label]);
  try {
    await serve(due);
  } catch (error) {
    count("eigentwin_due_work_failed_total", [label]);
    complain(due.work, due.tries + 1, error);
    if (exists(storage)) plan(storage, due.work, Date.now() + Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** due.tries));
  }
}

function complain(work: string, tries: number, error: unknown): void {
  log("warn", `${work} failed`, { tries, error });
}

/** Counted as tried once more before it is handed out: a crash then still counts. */
function nextDue(storage: DurableObjectStorage): DueWork[] {
  const now = Date.now();
  const due = storage.sql
    .exec<{ work: string; tries: number }>("SELECT work, tries FROM due WHERE at_ms <= ? ORDER BY at_ms, rowid", now)
    .toArray();
  storage.sql.exec("UPDATE due SET tries = tries + 1 WHERE at_ms <= ?", now);
  return due;
}

async function setNextAlarm(storage: DurableObjectStorage): Promise<void> {
  const [first] = storage.sql.exec<{ at_ms: number | null }>("SELECT min(at_ms) AS at_ms FROM due").toArray();
  if (first?.at_ms != null) await storage.setAlarm(first.at_ms);
}
