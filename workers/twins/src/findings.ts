// What runs found out about this individual: predictions and personal parameters, each with the run's time.

import type { PersonalParameter } from "@eigentwin/core";
import type { KeptPrediction, RunFinding } from "./contract.ts";

/** Call inside a transaction. False where this run was noted before. */
export function noteFinding(sql: SqlStorage, finding: RunFinding): boolean {
  const { run, verdict, madeAt, prediction, parameters = {} } = finding;
  if (sql.exec("SELECT 1 FROM noted_run WHERE run = ?", run).toArray().length > 0) return false;
  sql.exec("INSERT INTO noted_run VALUES (?)", run);
  if (prediction) {
    const kept: KeptPrediction = { ...prediction, run, verdict, madeAt };
    sql.exec("INSERT INTO prediction VALUES (?, ?, ?, ?)", run, kept.quantity, madeAt, JSON.stringify(kept));
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
