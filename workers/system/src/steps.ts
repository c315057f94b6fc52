// The tables of the deployment's own objects, step by step.

export const VAULT_STEPS = ["CREATE TABLE vault (one INTEGER PRIMARY KEY CHECK (one = 1), key BLOB NOT NULL)"];

/** A key with a private part is the one in use, and there is at most one. */
export const SIGNER_STEPS = [
  `
  CREATE TABLE signing_key (
    id TEXT PRIMARY KEY, x TEXT NOT NULL, private BLOB, made_at TEXT, retired_at TEXT, adopted_at TEXT
  );
  CREATE UNIQUE INDEX one_in_use ON signing_key (private IS NOT NULL) WHERE private IS NOT NULL;
  `,
];

export const METRICS_STEPS = [
  `
  CREATE TABLE total (series TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID;
  CREATE TABLE flushed (isolate TEXT PRIMARY KEY, sequence INTEGER NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID;
  `,
];
