// Storage that grows by numbered steps: made on first write, brought forward on wake, never made by a read.

/** Statements of step 1, 2, ... A landed step never changes; a new need is a new step. */
export type SchemaSteps = readonly string[];

/** True once something has been written to this object. */
export function exists(storage: DurableObjectStorage): boolean {
  return storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'schema_step'").toArray().length > 0;
}

/** Brings the tables to the newest step. `write` belongs to the same transaction: an object has its row or nothing. */
export function prepareStorage(storage: DurableObjectStorage, steps: SchemaSteps, write: () => void = () => {}): void {
  storage.transactionSync(() => {
    storage.sql.exec("CREATE TABLE IF NOT EXISTS schema_step (step INTEGER PRIMARY KEY)");
    const [{ done = 0 } = {}] = storage.sql
      .exec<{ done: number }>("SELECT coalesce(max(step), 0) AS done FROM schema_step")
      .toArray();
    for (let step = done + 1; step <= steps.length; step++) {
      storage.sql.exec(steps[step - 1] ?? "");
      noteStep(storage.sql, step);
    }
    write();
  });
}

/** The tables of the first `done` steps have been made otherwise. */
export function noteSteps(sql: SqlStorage, done: number): void {
  sql.exec("CREATE TABLE schema_step (step INTEGER PRIMARY KEY)");
  for (let step = 1; step <= done; step++) noteStep(sql, step);
}

const noteStep = (sql: SqlStorage, step: number) => void sql.exec("INSERT INTO schema_step VALUES (?)", step);
