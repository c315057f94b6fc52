// Which tables an object has, and in which order their rows are read.

export interface Table {
  name: string;
  columns: string[];
  /** What its rows are ordered by: the rowid, or the primary key where there is none. */
  key: string[];
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Kept by the steps and by a restore themselves, the platform or SQLite; everything else is content. */
const NO_CONTENT = /^(?:schema_step|restoring|_cf_.*|__miniflare.*|sqlite_.*)$/;

/** In the order of their names. */
export function contentTables(sql: SqlStorage): Table[] {
  return sql
    .exec<{ name: string; sql: string }>("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .toArray()
    .filter(({ name }) => !NO_CONTENT.test(name))
    .map(({ name, sql: made }) => {
      const columns = sql.exec<{ name: string; pk: number }>(`PRAGMA table_info(${quoted(name)})`).toArray();
      const primary = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
      const key = /WITHOUT ROWID\s*$/i.test(made) ? primary.map((column) => quoted(column.name)) : ["rowid"];
      return { name, columns: columns.map((column) => column.name), key };
    });
}

/** An object that was never written to. */
export function dropTables(sql: SqlStorage): void {
  for (const name of [...contentTables(sql).map((table) => table.name), "schema_step", "restoring"])
    sql.exec(`DROP TABLE IF EXISTS ${quoted(name)}`);
}
