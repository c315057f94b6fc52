// Changes of a twin's type. What it was before stays, so an upgrade can be undone and a run reads streams by the names that
// they had when it was accepted. Points are never moved: a stream's points stay where they were first stored.

import { upgradedStreams, type Failure, type KeptStream } from "@eigentwin/core";
import type { TwinUpgrade, UpgradeHop } from "./contract.ts";
import { readTwin, type TwinRecord } from "./twin-record.ts";

interface ChangeRow extends Record<string, SqlStorageValue> {
  revision: number;
  type: string;
  properties: string;
  streams: string;
}

/** Call inside a transaction. Refuses where streams cannot be led over. */
export function upgradeTwin(sql: SqlStorage, twin: TwinRecord, { hops, properties }: TwinUpgrade, now: string): void {
  const streams = hops.reduce<Record<string, KeptStream>>(
    (old, { type, renamed }: UpgradeHop) => upgradedStreams(old, { ...type, renamed }),
    twin.streams,
  );
  const type = hops.at(-1)?.type.id ?? twin.type;
  changeType(sql, "upgrade", { type, properties: JSON.stringify(properties), streams: JSON.stringify(streams) }, now);
}

/** Call inside a transaction. False where there is nothing to undo. */
export function undoUpgrade(sql: SqlStorage, now: string): boolean {
  const [before] = sql
    .exec<ChangeRow>("SELECT * FROM type_change WHERE kind = 'upgrade' AND undone = 0 ORDER BY revision DESC LIMIT 1")
    .toArray();
  if (!before) return false;
  sql.exec("UPDATE type_change SET undone = 1 WHERE revision = ?", before.revision);
  changeType(sql, "undo", before, now);
  return true;
}

function changeType(
  sql: SqlStorage,
  kind: "upgrade" | "undo",
  { type, properties, streams }: Pick<ChangeRow, "type" | "properties" | "streams">,
  now: string,
): void {
  sql.exec(
    `INSERT INTO type_change (revision, kind, type, properties, streams, changed_at)
     SELECT revision + 1, ?, type, properties, streams, ? FROM twin`,
    kind,
    now,
  );
  sql.exec("UPDATE twin SET revision = revision + 1, type = ?, properties = ?, streams = ?", type, properties, streams);
  sql.exec("DELETE FROM upgrade_failure");
}

/** The streams as they were called at a revision. */
export function streamsAt(sql: SqlStorage, revision: number): Record<string, KeptStream> {
  const [next] = sql
    .exec<{ streams: string }>("SELECT streams FROM type_change WHERE revision > ? ORDER BY revision LIMIT 1", revision)
    .toArray();
  return next ? JSON.parse(next.streams) : (readTwin(sql)?.streams ?? {});
}

/** An upgrade that does not succeed: the twin stays what it is. */
export interface FailedUpgrade {
  to: string;
  failure: Failure;
  triedAt: string;
}

export function noteUpgradeFailure(sql: SqlStorage, { to, failure, triedAt }: FailedUpgrade): void {
  sql.exec("INSERT OR REPLACE INTO upgrade_failure VALUES (1, ?, ?, ?)", to, JSON.stringify(failure), triedAt);
}

export function failedUpgrade(sql: SqlStorage): FailedUpgrade | undefined {
  const [row] = sql
    .exec<{ target: string; failure: string; tried_at: string }>("SELECT * FROM upgrade_failure")
    .toArray();
  return row && { to: row.target, failure: JSON.parse(row.failure), triedAt: row.tried_at };
}
