// The twin's own row: who it is, and how often it has changed.

import type { KeptStream } from "@eigentwin/core";
import type { TwinDraft, TwinSubject } from "./contract.ts";

export interface TwinRecord extends TwinSubject {
  tenant: string;
  streams: Record<string, KeptStream>;
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
  synthetic: number;
  created_at: string;
  updated_at: string;
}

export function readTwin(sql: SqlStorage): TwinRecord | undefined {
  const [row] = sql.exec<TwinRow>("SELECT * FROM twin").toArray();
  return (
    row && {
      tenant: row.tenant,
      id: row.id,
      type: row.type,
      streams: JSON.parse(row.streams),
      revision: row.revision,
      sequence: row.sequence,
      properties: JSON.parse(row.properties),
      synthetic: row.synthetic === 1,
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

export function insertTwin(sql: SqlStorage, { tenant, id, type, properties, synthetic }: TwinDraft, now: string): void {
  sql.exec(
    `INSERT INTO twin (one, tenant, id, type, streams, revision, sequence, properties, synthetic, created_at, updated_at)
     VALUES (1, ?, ?, ?, ?, 1, 1, ?, ?, ?, ?)`,
    tenant,
    id,
    type.id,
    JSON.stringify(type.streams),
    JSON.stringify(properties),
    synthetic ? 1 : 0,
    now,
    now,
  );
}

/** A change that leaves the properties alone. Clocks may step back; `updated_at` does not. */
export function noteChange(sql: SqlStorage, now: string): void {
  sql.exec("UPDATE twin SET sequence = sequence + 1, updated_at = max(updated_at, ?)", now);
}
