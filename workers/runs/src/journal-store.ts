// The journal in the object's own SQLite: durable when a call returns, because nothing leaves the object before its writes do.

import type { Digest, EntryKind, JournalEntry, JournalStore, Ticket } from "@eigentwin/core";

/** A row holds at most 2 MB. */
const PART_BYTES = 1024 * 1024;

interface JournalRow extends Record<string, SqlStorageValue> {
  key: string;
  kind: EntryKind;
  state: JournalEntry["state"];
  digest: string | null;
  ticket: string | null;
  ask_again_at: number | null;
}

export function journalStore(storage: DurableObjectStorage): JournalStore {
  const { sql } = storage;
  return {
    entries: () => sql.exec<JournalRow>("SELECT * FROM journal ORDER BY rowid").toArray().map(entryOf),
    body(key) {
      const parts = sql
        .exec<{ bytes: ArrayBuffer }>("SELECT bytes FROM journal_body WHERE key = ? ORDER BY part", key)
        .toArray();
      const whole = new Uint8Array(parts.reduce((length, { bytes }) => length + bytes.byteLength, 0));
      let at = 0;
      for (const { bytes } of parts) {
        whole.set(new Uint8Array(bytes), at);
        at += bytes.byteLength;
      }
      return whole;
    },
    intend: (key, kind) => void sql.exec("INSERT INTO journal (key, kind, state) VALUES (?, ?, 'intended')", key, kind),
    wait: (key, ticket, askAgainAtMs) =>
      void sql.exec(
        "UPDATE journal SET state = 'waiting', ticket = ?, ask_again_at = ? WHERE key = ? AND state <> 'answered'",
        JSON.stringify(ticket),
        askAgainAtMs,
        key,
      ),
    answer(key, digest, body) {
      storage.transactionSync(() => {
        sql.exec("DELETE FROM journal_body WHERE key = ?", key);
        for (let part = 0; body && part * PART_BYTES < body.length; part++)
          sql.exec(
            "INSERT INTO journal_body VALUES (?, ?, ?)",
            key,
            part,
            body.slice(part * PART_BYTES, (part + 1) * PART_BYTES),
          );
        sql.exec(
          "UPDATE journal SET state = 'answered', digest = ?, ticket = NULL, ask_again_at = NULL WHERE key = ?",
          digest,
          key,
        );
      });
    },
    forget: (scope) => void sql.exec("DELETE FROM journal_body WHERE substr(key, 1, length(?1)) = ?1", scope),
  };
}

function entryOf(row: JournalRow): JournalEntry {
  const { key, kind, state } = row;
  return {
    key,
    kind,
    state,
    ...(row.digest !== null && { digest: row.digest as Digest }),
    ...(row.ticket !== null && { ticket: JSON.parse(row.ticket) as Ticket }),
    ...(row.ask_again_at !== null && { askAgainAtMs: row.ask_again_at }),
  };
}
