// Changes of a twin's type. What it was before stays, so an upgrade can be undone and a run reads streams by the names that
// they had when it was accepted. Points are never moved: a stream's points stay where they were first stored.

import { upgradedStreams, type Failure, type KeptStream, type Links } from "@eigentwin/core";
import type { Author, TwinUpgrade, UpgradeHop } from "./contract.ts";
import { keepChange } from "./history.ts";
import { readTwin, streamsOfTwin, type TwinRecord } from "./twin-record.ts";

interface ChangeRow extends Record<string, SqlStorageValue> {
  revision: number;
  type: string;
  properties: string;
  desired: string;
  links: string;
  streams: string;
}

const COLUMNS = "type, properties, desired, links, streams";

/**
 * Call inside a transaction. Refuses where streams cannot be led over. What was desired of the older major may mean something
 * else in the newer one, so nothing is desired of it at first; undoing brings it back.
 */
export function upgradeTwin(
  sql: SqlStorage,
  twin: TwinRecord,
  { hops, properties, author }: TwinUpgrade,
  now: string,
): void {
  const streams = hops.reduce<Record<string, KeptStream>>(
    (old, { type, renamed }: UpgradeHop) => upgradedStreams(old, { ...type, renamed }),
    twin.streams,
  );
  const links = hops.reduce<Links>(
    (old, hop) => Object.fromEntries(Object.entries(old).filter(([name]) => hop.links.includes(name))),
    twin.links,
  );
  const after = {
    type: hops.at(-1)?.type.id ?? twin.type,
    properties: JSON.stringify(properties),
    desired: "{}",
    links: JSON.stringify(links),
    streams: JSON.stringify(streams),
  };
  changeType(sql, "upgrade", after, author, now);
  // What was once a person's stays so.
  if (hops.some(({ type }) => type.personal)) sql.exec("UPDATE twin SET personal = 1");
}

/** Call inside a transaction. False where there is nothing to undo. */
export function undoUpgrade(sql: SqlStorage, author: Author, now: string): boolean {
  const [before] = sql
    .exec<ChangeRow>("SELECT * FROM type_change WHERE kind = 'upgrade' AND undone = 0 ORDER BY revision DESC LIMIT 1")
    .toArray();
  if (!before) return false;
  sql.exec("UPDATE type_change SET undone = 1 WHERE revision = ?", before.revision);
  changeType(sql, "undo", before, author, now);
  return true;
}

function changeType(
  sql: SqlStorage,
  kind: "upgrade" | "undo",
  { type, properties, desired, links, streams }: Omit<ChangeRow, "revision">,
  author: Author,
  now: string,
): void {
  const before = readTwin(sql);
  sql.exec(
    `INSERT INTO type_change (revision, kind, changed_at, ${COLUMNS})
     SELECT revision + 1, ?, ?, ${COLUMNS} FROM twin`,
    kind,
    now,
  );
  sql.exec(
    "UPDATE twin SET revision = revision + 1, type = ?, properties = ?, desired = ?, links = ?, streams = ?",
    type,
    properties,
    desired,
    links,
    streams,
  );
  sql.exec("DELETE FROM upgrade_failure");
  const after = readTwin(sql);
  if (before && after)
    keepChange(sql, { before, after, kind: kind === "upgrade" ? "upgraded" : "undone", author, now });
}

/** The streams as they were called at a revision. */
export function streamsAt(sql: SqlStorage, revision: number): Record<string, KeptStream> {
  const [next] = sql
    .exec<{ streams: string }>("SELECT streams FROM type_change WHERE revision > ? ORDER BY revision LIMIT 1", revision)
    .toArray();
  return next ? JSON.parse(next.streams) : (streamsOfTwin(sql) ?? {});
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
