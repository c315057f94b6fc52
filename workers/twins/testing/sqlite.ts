// SQLite of Node behind the part of a Durable Object's storage that twins use, for tests without a Worker.

import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { TWIN_STEPS } from "../src/steps.ts";

/** A database with the tables of the first `steps` steps. */
export function openTwinTables(steps = TWIN_STEPS.length): SqlStorage {
  const database = new DatabaseSync(":memory:");
  for (const step of TWIN_STEPS.slice(0, steps)) database.exec(step);
  return sqlOf(database);
}

/** Brings tables of the first `done` steps to the newest one. */
export function bringForward(sql: SqlStorage, done: number): void {
  for (const step of TWIN_STEPS.slice(done))
    for (const one of step.split(/;\s*\n/)) if (one.trim() !== "") sql.exec(one);
}

const sqlOf = (database: DatabaseSync): SqlStorage =>
  ({
    exec(query: string, ...bindings: SQLInputValue[]) {
      const rows = database.prepare(query).all(...bindings);
      return { toArray: () => rows, one: () => rows[0] };
    },
  }) as unknown as SqlStorage;
