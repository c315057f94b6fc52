// The tables of a twin without a Worker.

import { testStorage } from "@eigentwin/objects/testing";
import { TWIN_STEPS } from "../src/steps.ts";

/** A database with the tables of the first `steps` steps. */
export function openTwinTables(steps = TWIN_STEPS.length): SqlStorage {
  const { sql } = testStorage().storage;
  for (const step of TWIN_STEPS.slice(0, steps)) sql.exec(step);
  return sql;
}

/** Brings tables of the first `done` steps to the newest one. */
export function bringForward(sql: SqlStorage, done: number): void {
  for (const step of TWIN_STEPS.slice(done)) sql.exec(step);
}
