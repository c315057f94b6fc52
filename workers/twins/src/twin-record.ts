// The twin's own row: who it is, and how often it has changed.

import { fail, type KeptStream, type WritableState } from "@eigentwin/core";
import { exists } from "@eigentwin/objects";
import type { TwinDraft, TwinSubject } from "./contract.ts";
import { beginHistory } from "./history.ts";

export interface TwinRecord extends Omit<TwinSubject, keyof WritableState>, WritableState {
  tenant: string;
  streams: Record<string, KeptStream>;
  request: { key: string; digest: string } | null;
  isPersonal: boolean;
  createdAt: string;
  updatedAt: string;
}

interface TwinRow extends Record<string, SqlStorageValue> {
  tenant: string;
  id: string;
  type: string;
  streams: string;
  revision: number;
  sequence: number;
  properties: string;
  desired: string;
  links: string;
  synthetic: number;
  personal: number;
  request_key: string | null;
  request_digest: string | null;
  created_at: string;
  updated_at: string;
}

/** Of a retired twin too, as long as anything of it is left. */
export const nameOf = (sql: SqlStorage): { tenant: string; id: string } | undefined =>
  sql.exec<{ tenant: string; id: string }>("SELECT tenant, id FROM twin").toArray()[0];

/** What counts its changes: read with every write, however large the state is. Nothing of a retired twin. */
export interface TwinHead {
  id: string;
  type: string;
  revision: number;
  sequence: number;
  synthetic: boolean;
  updatedAt: string;
}

export function headOf(sql: SqlStorage): TwinHead | undefined {
  const [row] = sql
    .exec<Omit<TwinHead, "synthetic"> & { synthetic: number }>(
      "SELECT id, type, revision, sequence, synthetic, updated_at AS updatedAt FROM twin WHERE retired_at IS NULL",
    )
    .toArray();
  return row && { ...row, synthetic: row.synthetic === 1 };
}

/** Nothing of a retired twin. */
export function streamsOfTwin(sql: SqlStorage): Record<string, KeptStream> | undefined {
  const [row] = sql.exec<{ streams: string }>("SELECT streams FROM twin WHERE retired_at IS NULL").toArray();
  return row && JSON.parse(row.streams);
}

/** Of an object that may never have been written to. */
export const presentTwin = (storage: DurableObjectStorage): TwinRecord | undefined =>
  exists(storage) ? readTwin(storage.sql) : undefined;

/** A retired twin is not there. */
export function readTwin(sql: SqlStorage): TwinRecord | undefined {
  const [row] = sql.exec<TwinRow>("SELECT * FROM twin WHERE retired_at IS NULL").toArray();
  return (
    row && {
      tenant: row.tenant,
      id: row.id,
      type: row.type,
      streams: JSON.parse(row.streams),
      revision: row.revision,
      sequence: row.sequence,
      properties: JSON.parse(row.properties),
      desired: JSON.parse(row.desired),
      links: JSON.parse(row.links),
      request: row.request_key === null ? null : { key: row.request_key, digest: row.request_digest ?? "" },
      synthetic: row.synthetic === 1,
      isPersonal: row.personal === 1,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  );
}

export const subjectOf = ({ id, type, revision, sequence, properties, synthetic }: TwinSubject): TwinSubject => ({
  id,
  type,
  revision,
  sequence,
  properties,
  synthetic,
});

/** Call inside a transaction. */
export function insertTwin(sql: SqlStorage, draft: TwinDraft, now: string): void {
  const { tenant, id, type, properties, desired, links, synthetic, request } = draft;
  sql.exec(
    `INSERT INTO twin (one, tenant, id, type, streams, revision, sequence, properties, desired, links, synthetic,
       personal, request_key, request_digest, created_at, updated_at)
     VALUES (1, ?, ?, ?, ?, 1, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    tenant,
    id,
    type.id,
    JSON.stringify(type.streams),
    JSON.stringify(properties),
    JSON.stringify(desired),
    JSON.stringify(links),
    synthetic ? 1 : 0,
    type.personal ? 1 : 0,
    request?.key ?? null,
    request?.digest ?? null,
    now,
    now,
  );
  beginHistory(sql, { type: type.id, properties, desired, links }, draft, now);
}

/** Call inside a transaction. The next revision; `sequence` and the times follow with `noteChange`. */
export function updateState(sql: SqlStorage, { properties, desired, links }: WritableState): void {
  sql.exec(
    "UPDATE twin SET revision = revision + 1, properties = ?, desired = ?, links = ?",
    JSON.stringify(properties),
    JSON.stringify(desired),
    JSON.stringify(links),
  );
}

/** A change that leaves the properties alone. Clocks may step back; `updated_at` does not. */
export function noteChange(sql: SqlStorage, now: string): void {
  sql.exec("UPDATE twin SET sequence = sequence + 1, updated_at = max(updated_at, ?)", now);
}

export const isSameRequest = ({ request }: TwinRecord, draft: TwinDraft): boolean =>
  request !== null && request.key === draft.request?.key && request.digest === draft.request.digest;

export const idTaken = ({ id, request }: TwinRecord, draft: TwinDraft) =>
  request !== null && request.key === draft.request?.key
    ? fail("request.key-reused", "this idempotency key was used for another twin", {
        hint: "Use a new key for a new twin.",
      })
    : fail("twin.exists", `there is a twin ${id} already`, {
        hint: `Choose another id, or read the twin that is there: GET /v1/twins/${id}.`,
      });
