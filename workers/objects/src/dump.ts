// The whole content of an object as text, in parts: one JSON line that says what it is, then one line a row. The layout is
// documented in docs/archive.md.

import { decodeValue, encodeValue, selectedAs, type DumpValue } from "./dump-value.ts";
import { contentTables, quoted, type Table } from "./tables.ts";

export const DUMP_SCHEMA = "urn:eigentwin:dump:1";

export interface DumpHead {
  schema: typeof DUMP_SCHEMA;
  /** What kind of object: `twin`, `run`. */
  kind: string;
  /** Schema step of the tables. */
  step: number;
  /** From 1 on. */
  part: number;
  isLast: boolean;
  columns: Record<string, string[]>;
}

/** A table and the values of its columns. */
export type DumpRow = [table: string, ...values: DumpValue[]];

export interface DumpCursor {
  part: number;
  table: string;
  /** The key of the last row that was read. */
  after: DumpValue[];
  /** Which state of the object is dumped: another one is another dump. */
  state: string;
}

export interface DumpPart {
  bytes: Uint8Array;
  /** Null after the last part; `changed` where the object was written to since the first: begin again. */
  next: DumpCursor | "changed" | null;
}

/** With the largest row, two megabytes in base64, still far below what one message carries. */
const PART_BYTES = 4 * 1024 * 1024;

/** Counts of changes start anew when an object wakes. */
const wakings = new WeakMap<SqlStorage, string>();

function stateOf(sql: SqlStorage): string {
  const waking = wakings.get(sql) ?? crypto.randomUUID();
  wakings.set(sql, waking);
  return `${waking} ${sql.exec<{ changes: number }>("SELECT total_changes() AS changes").one().changes}`;
}

export function dumpPart(
  { sql }: DurableObjectStorage,
  kind: string,
  cursor: DumpCursor | null,
  partBytes = PART_BYTES,
): DumpPart {
  const state = stateOf(sql);
  if (cursor && cursor.state !== state) return { bytes: new Uint8Array(), next: "changed" };
  const tables = contentTables(sql);
  const part = cursor?.part ?? 1;
  const lines: string[] = [];
  let size = 0;
  let next: DumpCursor | null = null;
  for (const table of tables.slice(cursor ? tables.findIndex(({ name }) => name === cursor.table) : 0)) {
    let after = cursor?.table === table.name ? cursor.after : null;
    for (const { line, key } of rowsAfter(sql, table, after)) {
      if (size > 0 && size + line.length > partBytes) {
        next = { part: part + 1, table: table.name, after: after ?? [], state };
        break;
      }
      lines.push(line);
      size += line.length;
      after = key;
    }
    if (next) break;
  }
  const [{ step } = { step: 0 }] = sql.exec<{ step: number }>("SELECT max(step) AS step FROM schema_step").toArray();
  const columns = Object.fromEntries(tables.map((table) => [table.name, table.columns]));
  const head: DumpHead = { schema: DUMP_SCHEMA, kind, step, part, isLast: next === null, columns };
  return { bytes: new TextEncoder().encode([JSON.stringify(head), ...lines, ""].join("\n")), next };
}

/** Rows in the order of the table's key, each with its key. */
function* rowsAfter(sql: SqlStorage, { name, columns, key }: Table, after: readonly DumpValue[] | null) {
  const last = (after ?? []).map(decodeValue);
  const from =
    last.length > 0 ? `WHERE (${key.join(", ")}) > (${last.map(({ expression }) => expression).join(", ")})` : "";
  const selected = [...key, ...columns.map(quoted)].map(selectedAs).join(", ");
  const rows = sql
    .exec(
      `SELECT ${selected} FROM ${quoted(name)} ${from} ORDER BY ${key.join(", ")}`,
      ...last.map(({ binding }) => binding),
    )
    .raw<SqlStorageValue[]>();
  for (const row of rows) {
    const values = Array.from({ length: row.length / 2 }, (_, index) =>
      encodeValue(String(row[2 * index]), row[2 * index + 1] ?? null),
    );
    const line: DumpRow = [name, ...values.slice(key.length)];
    yield { line: JSON.stringify(line), key: values.slice(0, key.length) };
  }
}
