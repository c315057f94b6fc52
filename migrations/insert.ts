// Inserts that depend, in the same statement, on what stands in the index at that moment.

import { and, eq, getTableColumns, ne, sql, type SQL } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { tenant } from "./schema.ts";

/** `row`, once for each row that `from` gives: FROM a table WHERE something is so. */
export function insertSelected<Table extends SQLiteTable>(
  index: DrizzleD1Database,
  table: Table,
  row: Table["$inferInsert"],
  from: SQL,
) {
  const given = new Map<string, unknown>(Object.entries(row));
  const values = Object.entries(getTableColumns(table)).map(
    ([name, column]) => sql`${sql.param(given.get(name) ?? column.default ?? null, column)}`,
  );
  return index.insert(table).select(sql`SELECT ${sql.join(values, sql`, `)} ${from}`);
}

/**
 * Inserts nothing where the tenant is gone or going: what was under way when it was deleted leaves nothing behind. Upserts
 * and conflicts as usual.
 */
export const insertForTenant = <Table extends SQLiteTable>(
  index: DrizzleD1Database,
  table: Table,
  row: Table["$inferInsert"] & { tenant: string },
) =>
  insertSelected(
    index,
    table,
    row,
    sql`FROM ${tenant} WHERE ${and(eq(tenant.id, row.tenant), ne(tenant.state, "deleting"))}`,
  );
