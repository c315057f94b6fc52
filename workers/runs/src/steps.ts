// The tables of a run, and of the end of a tenant, step by step.

import { createDue, createOutbox } from "@eigentwin/objects";

export const RUN_STEPS = [
  `
  CREATE TABLE run (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    request TEXT NOT NULL, resolution TEXT NOT NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, barren_attempts INTEGER NOT NULL DEFAULT 0, answered INTEGER NOT NULL DEFAULT 0,
    fraction REAL NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '', spent TEXT NOT NULL,
    synthetic INTEGER NOT NULL, cancel_requested INTEGER NOT NULL DEFAULT 0,
    accepted_at TEXT NOT NULL, finished_at TEXT, conclusion TEXT
  );
  CREATE TABLE journal (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, digest TEXT, ticket TEXT, ask_again_at INTEGER
  );
  CREATE TABLE journal_body (key TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (key, part));
  CREATE TABLE saved_model (id TEXT PRIMARY KEY, title TEXT NOT NULL, digest TEXT NOT NULL, body_key TEXT NOT NULL);
  ${createDue};
  `,
  // Models have a format, and capabilities say which they read. A run of before goes on with the one that its plugin had.
  `
  ALTER TABLE saved_model ADD COLUMN format TEXT NOT NULL DEFAULT '';
  UPDATE saved_model SET format = (SELECT json_extract(resolution, '$.plugin.name') || '.model@1' FROM run);
  UPDATE run SET resolution = json_set(
    resolution, '$.capability.reads', json_array(json_extract(resolution, '$.plugin.name') || '.model@1')
  );
  `,
  // What came out of an archive is told as such.
  "ALTER TABLE run ADD COLUMN restored INTEGER NOT NULL DEFAULT 0",
  // Events that are still to be told.
  createOutbox,
];

export const TENANT_STEPS = [
  `CREATE TABLE deletion (one INTEGER PRIMARY KEY CHECK (one = 1), tenant TEXT NOT NULL);
   ${createDue};`,
  // Which tenant of the id goes, by when it began; who puts an archive's content in its places.
  `ALTER TABLE deletion ADD COLUMN since TEXT NOT NULL DEFAULT '';
   CREATE TABLE lease (one INTEGER PRIMARY KEY CHECK (one = 1), holder TEXT NOT NULL, until_ms INTEGER NOT NULL);`,
];

/** `erased`: what went, by kind and id, for the receipt. */
export const ERASURE_STEPS = [
  `
  CREATE TABLE erasure (
    one INTEGER PRIMARY KEY CHECK (one = 1), request TEXT NOT NULL, begun_ms INTEGER NOT NULL, erased_at TEXT
  );
  CREATE TABLE erased (what TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (what, name)) WITHOUT ROWID;
  ${createDue};
  ${createOutbox};
  `,
];
