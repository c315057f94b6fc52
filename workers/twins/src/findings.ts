// What runs found out about this individual: predictions and personal parameters, each with the run's time.

import type { PersonalParameter } from "@eigentwin/core";
import type { KeptPrediction, RunFinding } from "./contract.ts";

/** Call inside a transaction. False where this run was noted before. */
export function noteFinding(sql: SqlStorage, finding: RunFinding): boolean {
  const { run, capability, asOf, verdict, madeAt, prediction, parameters = {} } = finding;
  if (sql.exec("SELECT 1 FROM noted_run WHERE run = ?", run).toArray().length > 0) return false;
  sql.exec("INSERT INTO noted_run VALUES (?)", run);
  if (prediction) {
    const kept: KeptPrediction = { ...prediction, capability, run, verdict, madeAt };
    sql.exec("INSERT INTO prediction VALUES (?, ?, ?, ?)", run, kept.quantity, madeAt, JSON.stringify(kept));
    // What the run has not read makes it stale, before it was noted too.
    sql.exec(
      `INSERT INTO last_prediction SELECT ?, ?, CASE WHEN input_at > ? THEN min(input_at, ?) ELSE ? END, ? FROM twin WHERE true
       ON CONFLICT (capability) DO UPDATE SET made_at = excluded.made_at, stale_at = excluded.stale_at, body = excluded.body
       WHERE excluded.made_at >= made_at`,
      capability,
      madeAt,
      asOf,
      expiryOf(kept),
      expiryOf(kept),
      JSON.stringify(kept),
    );
  }
  // Announcements are repeated until they hold, so an older run may come after a newer one.
  for (const [name, parameter] of Object.entries(parameters))
    sql.exec(
      `INSERT INTO parameter VALUES (?, ?, ?) ON CONFLICT (name)
       DO UPDATE SET made_at = excluded.made_at, body = excluded.body WHERE excluded.made_at >= made_at`,
      name,
      madeAt,
      JSON.stringify(parameter),
    );
  return true;
}

/** Times of the platform are compared as text. */
const expiryOf = ({ expiresAt }: KeptPrediction): string => new Date(expiresAt).toISOString();

/** Call inside a transaction, where the twin has other points or another state than before: what was predicted is stale. */
export function noteInput(sql: SqlStorage, now: string): void {
  sql.exec("UPDATE twin SET input_at = max(input_at, ?)", now);
  sql.exec("UPDATE last_prediction SET stale_at = ? WHERE stale_at > ?", now, now);
}

/** The last one of each capability. */
export const lastPredictions = (sql: SqlStorage) =>
  sql
    .exec<{ capability: string; stale_at: string; body: string }>("SELECT * FROM last_prediction ORDER BY capability")
    .toArray()
    .map(({ capability, stale_at: staleAt, body }) => ({
      capability,
      staleAt,
      prediction: JSON.parse(body) as KeptPrediction,
    }));

/** The latest twenty. */
export const latestPredictions = (sql: SqlStorage): KeptPrediction[] =>
  sql
    .exec<{ body: string }>("SELECT body FROM prediction ORDER BY made_at DESC, run LIMIT 20")
    .toArray()
    .map(({ body }) => JSON.parse(body) as KeptPrediction);

export const personalParameters = (sql: SqlStorage): Record<string, PersonalParameter> =>
  Object.fromEntries(
    sql
      .exec<{ name: string; body: string }>("SELECT name, body FROM parameter ORDER BY name")
      .toArray()
      .map(({ name, body }) => [name, JSON.parse(body) as PersonalParameter]),
  );
