// The index in memory, with all of its migrations, as the Workers read it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import type { Index } from "../src/query/select.ts";

const migrations = join(import.meta.dirname, "../../../migrations");

export function openIndex() {
  const database = new DatabaseSync(":memory:");
  for (const name of readdirSync(migrations).sort())
    if (name.endsWith(".sql")) database.exec(readFileSync(join(migrations, name), "utf8"));
  const index = drizzle(async (query, parameters) => {
    const statement = database.prepare(query);
    statement.setReturnArrays(true);
    return { rows: statement.all(...(parameters as SQLInputValue[])) };
  });
  /** How SQLite goes about a statement, a line a step. */
  const planOf = ({ sql, params }: { sql: string; params: unknown[] }): string[] =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...(params as SQLInputValue[]))
      .map(({ detail }) => String(detail));
  return { database, index: index as unknown as Index, planOf };
}
