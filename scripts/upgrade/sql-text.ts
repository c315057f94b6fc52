// A SQLite file as SQL text and back: rows in their order, numbers and blobs to the last bit.

import { DatabaseSync } from "node:sqlite";

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Statements that make the tables with their rows. A write-ahead log beside the file is read with it. */
export function dumpSql(file: string): string[] {
  const database = new DatabaseSync(file);
  try {
    const made = database
      .prepare(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
      )
      .all() as { type: string; name: string; sql: string }[];
    return made
      .filter(({ type }) => type === "table")
      .flatMap(({ name, sql }) => [sql, ...rowsOf(database, name)])
      .concat(made.filter(({ type }) => type !== "table").map(({ sql }) => sql));
  } finally {
    database.close();
  }
}

function rowsOf(database: DatabaseSync, table: string): string[] {
  const columns = (database.prepare(`PRAGMA table_info(${quoted(table)})`).all() as { name: string }[]).map(
    ({ name }) => name,
  );
  const values = columns.map((name) => `quote(${quoted(name)})`).join(" || ', ' || ");
  const rows = database.prepare(`SELECT ${values} AS row FROM ${quoted(table)}`).all() as { row: string }[];
  return rows.map(({ row }) => `INSERT INTO ${quoted(table)} VALUES (${row})`);
}

export function loadSql(file: string, statements: readonly string[]): void {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  try {
    database.exec("PRAGMA journal_mode = WAL; BEGIN");
    for (const statement of statements) database.exec(statement);
    database.exec("COMMIT");
  } finally {
    database.close();
  }
}
