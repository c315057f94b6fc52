// A new key: the row that is kept, and the answer that tells its secret once.

import { apiKey } from "@eigentwin/index";
import { digestOf, newKeyId, newSecret } from "./secret.ts";

export interface KeyRights {
  scopes: readonly string[];
  twinTypes: readonly string[];
  purposes: readonly string[];
  expiresAt: string | null;
}

type KeyRow = Required<typeof apiKey.$inferInsert>;

/** What is told of a key; its hash never is. */
export const keyFacts = {
  id: apiKey.id,
  name: apiKey.name,
  scopes: apiKey.scopes,
  twinTypes: apiKey.twinTypes,
  purposes: apiKey.purposes,
  createdAt: apiKey.createdAt,
  lastUsedAt: apiKey.lastUsedAt,
  expiresAt: apiKey.expiresAt,
  revokedAt: apiKey.revokedAt,
};

export async function newKey(tenant: string, name: string, rights: KeyRights) {
  const key = newSecret("key");
  const told = {
    id: newKeyId(),
    name,
    scopes: rights.scopes,
    twinTypes: rights.twinTypes,
    purposes: rights.purposes,
    createdAt: new Date().toISOString(),
    lastUsedAt: null,
    expiresAt: rights.expiresAt,
    revokedAt: null,
  };
  const row: KeyRow = { ...told, hash: await digestOf(key), tenant };
  return { row, answer: { ...told, key } };
}
