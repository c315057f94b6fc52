// The tables of a twin without a Worker.

import { testStorage } from "@eigentwin/objects/testing";
import { TWIN_STEPS } from "../src/steps.ts";

/** A database with the tables of a twin. */
export function openTwinTables(): SqlStorage {
  const { sql } = testStorage().storage;
  for (const step of TWIN_STEPS) sql.exec(step);
  return sql;
}
