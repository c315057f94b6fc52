// The content of an object put back from its dump. Until the last part is in, the object is not there for anybody: only
// then does it know its schema step, and is brought forward to the newest one.

import { fail, Refusal, refuse, succeed, type Outcome } from "@eigentwin/core";
import { decodeValue, isDumpValue, type DumpValue } from "./dump-value.ts";
import { DUMP_SCHEMA, type DumpHead } from "./dump.ts";
import { noteSteps, prepareStorage, type SchemaSteps } from "./schema-steps.ts";
import { contentTables, dropTables, quoted } from "./tables.ts";

export interface Restoring {
  kind: string;
  steps: SchemaSteps;
  /** What may be due of it. */
  works: readonly string[];
  /** In the transaction of the last part: refuses what is not this object's own, plans what has to follow. */
  finish(): void;
}

/** Parts come in their order; the answer is true after the last one. The first one drops what an earlier try has left, and may come again at any time. */
export function restorePart(
  storage: DurableObjectStorage,
  bytes: Uint8Array,
  { kind, steps, works, finish }: Restoring,
): Outcome<boolean> {
  const { sql } = storage;
  try {
    const [head, ...rows] = readDump(bytes);
    if (head.kind !== kind) refuse("archive.malformed", `this is the dump of a ${head.kind}, not of a ${kind}`);
    if (head.step > steps.length)
      refuse("archive.malformed", `a ${kind} of schema step ${head.step} is newer than this deployment`, {
        hint: "Restore it into a deployment at least as new as the one that it comes from.",
      });
    storage.transactionSync(() => {
      if (head.part === 1) beginRestore(sql, steps.slice(0, head.step));
      expectPart(sql, head.part);
      insertRows(sql, head.columns, rows);
      if (!head.isLast) return;
      sql.exec("DROP TABLE restoring");
      noteSteps(sql, head.step);
      prepareStorage(storage, steps, () => {
        expectWorks(sql, works);
        finish();
      });
    });
    return succeed(head.isLast);
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, failure: error.failure };
    // A row that does not fit its table: SQLite says so, and the transaction has left nothing of it.
    return fail("archive.malformed", `a row of the dump does not fit: ${String(error)}`);
  }
}

function beginRestore(sql: SqlStorage, steps: SchemaSteps): void {
  dropTables(sql);
  for (const step of steps) sql.exec(step);
  for (const { name } of contentTables(sql)) sql.exec(`DELETE FROM ${quoted(name)}`);
  sql.exec("CREATE TABLE restoring (part INTEGER NOT NULL)");
  sql.exec("INSERT INTO restoring VALUES (0)");
}

function expectPart(sql: SqlStorage, part: number): void {
  const begun = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'restoring'").toArray().length > 0;
  const [{ done = -1 } = {}] = begun ? sql.exec<{ done: number }>("SELECT part AS done FROM restoring").toArray() : [];
  if (part !== done + 1) refuse("archive.malformed", `part ${part} does not follow part ${done}`);
  sql.exec("UPDATE restoring SET part = ?", part);
}

/** What nobody serves would come again and again. */
function expectWorks(sql: SqlStorage, works: readonly string[]): void {
  if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'due'").toArray().length === 0) return;
  for (const { work } of sql.exec<{ work: string }>("SELECT work FROM due").toArray())
    if (!works.includes(work)) refuse("archive.malformed", `nothing of this kind has "${work}" to do`);
}

function insertRows(sql: SqlStorage, columns: DumpHead["columns"], rows: readonly Row[]): void {
  const tables = new Map(contentTables(sql).map((table) => [table.name, table.columns]));
  for (const [table, ...values] of rows) {
    const own = tables.get(table);
    const told = columns[table] ?? [];
    if (!own || told.length !== values.length || told.some((column) => !own.includes(column)))
      refuse("archive.malformed", `this step has no table "${table}" of the columns ${told.join(", ")}`);
    const decoded = values.map(decodeValue);
    sql.exec(
      `INSERT INTO ${quoted(table)} (${told.map(quoted).join(", ")})
       VALUES (${decoded.map(({ expression }) => expression).join(", ")})`,
      ...decoded.map(({ binding }) => binding),
    );
  }
}

type Row = [table: string, ...values: DumpValue[]];

function readDump(bytes: Uint8Array): [DumpHead, ...Row[]] {
  const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
  const [head, ...rows] = lines.map((line, index) => parseLine(line, index + 1));
  if (!isHead(head))
    return refuse("archive.malformed", "a dump begins with a line that says what it is", { at: "line 1" });
  rows.forEach((row, index) => {
    if (!isRow(row)) refuse("archive.malformed", "this is no row of a dump", { at: `line ${index + 2}` });
  });
  return [head, ...(rows as Row[])];
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return refuse("archive.malformed", "this line is not JSON", { at: `line ${number}` });
  }
}

function isHead(value: unknown): value is DumpHead {
  const head = (value ?? {}) as Partial<Record<keyof DumpHead, unknown>>;
  const isCount = (number: unknown) => Number.isSafeInteger(number) && Number(number) > 0;
  return (
    head.schema === DUMP_SCHEMA &&
    typeof head.kind === "string" &&
    isCount(head.step) &&
    isCount(head.part) &&
    typeof head.isLast === "boolean" &&
    typeof head.columns === "object" &&
    head.columns !== null &&
    Object.values(head.columns).every(
      (names) => Array.isArray(names) && names.every((name) => typeof name === "string"),
    )
  );
}

const isRow = (value: unknown): value is Row =>
  Array.isArray(value) && typeof value[0] === "string" && value.slice(1).every(isDumpValue);
