// SQLite of Node as the part of a Durable Object's storage that objects use, for tests without a Worker.

import { DatabaseSync, type SQLInputValue } from "node:sqlite";

export interface TestStorage {
  storage: DurableObjectStorage;
  /** Times for which an alarm was set, in order. */
  alarms: number[];
}

export function testStorage(): TestStorage {
  const database = new DatabaseSync(":memory:");
  const alarms: number[] = [];
  const storage = {
    sql: {
      exec(query: string, ...bindings: SQLInputValue[]) {
        const isScript = bindings.length === 0 && /;\s*\S/.test(query);
        if (isScript) database.exec(query);
        const read = (asArrays: boolean) => {
          if (isScript) return [];
          const statement = database.prepare(query);
          statement.setReturnArrays(asArrays);
          return statement.all(...bindings);
        };
        // Written at once, read when asked for.
        const rows = read(false);
        return { toArray: () => rows, one: () => rows[0], raw: () => read(true).values() };
      },
    },
    transactionSync<T>(work: () => T): T {
      database.exec("SAVEPOINT work");
      try {
        const value = work();
        database.exec("RELEASE work");
        return value;
      } catch (error) {
        database.exec("ROLLBACK TO work; RELEASE work");
        throw error;
      }
    },
    sync: async () => undefined,
    setAlarm: async (at: number) => void alarms.push(at),
  };
  return { storage: storage as unknown as DurableObjectStorage, alarms };
}
