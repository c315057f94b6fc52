// The tables of a twin, step by step. Times of points are Unix milliseconds.

import { createDue, createOutbox } from "@eigentwin/objects";

export const TWIN_STEPS = [
  `
  CREATE TABLE twin (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    tenant TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, streams TEXT NOT NULL,
    revision INTEGER NOT NULL, sequence INTEGER NOT NULL,
    properties TEXT NOT NULL, parameters TEXT NOT NULL, synthetic INTEGER NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
  );
  CREATE TABLE point (
    stream TEXT NOT NULL, observed_at INTEGER NOT NULL, recorded_at INTEGER NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (stream, observed_at, recorded_at)
  ) WITHOUT ROWID;
  CREATE TABLE prediction (run TEXT PRIMARY KEY, quantity TEXT NOT NULL, made_at TEXT NOT NULL, body TEXT NOT NULL);
  CREATE TABLE noted_run (run TEXT PRIMARY KEY);
  ${createDue};
  `,
  // Streams keep their own count and newest value; parameters keep the time of the run that learned them. Those of before
  // have no such time and give way to any run.
  `
  CREATE TABLE stream_state (
    stream TEXT PRIMARY KEY, points INTEGER NOT NULL, last_observed_at INTEGER NOT NULL, last_value REAL NOT NULL
  ) WITHOUT ROWID;
  INSERT INTO stream_state
    SELECT stream, count(DISTINCT observed_at), max(observed_at), (
      SELECT value FROM point AS newest WHERE newest.stream = point.stream
      ORDER BY observed_at DESC, recorded_at DESC LIMIT 1
    ) FROM point GROUP BY stream;
  CREATE TABLE parameter (name TEXT PRIMARY KEY, made_at TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
  INSERT INTO parameter SELECT learned.key, '', learned.value FROM twin, json_each(twin.parameters) AS learned;
  ALTER TABLE twin DROP COLUMN parameters;
  `,
  // What a twin was before each change of its type, by the revision that the change made; and why an upgrade failed last.
  `
  CREATE TABLE type_change (
    revision INTEGER PRIMARY KEY, kind TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0,
    type TEXT NOT NULL, properties TEXT NOT NULL, streams TEXT NOT NULL, changed_at TEXT NOT NULL
  );
  CREATE TABLE upgrade_failure (
    one INTEGER PRIMARY KEY CHECK (one = 1), target TEXT NOT NULL, failure TEXT NOT NULL, tried_at TEXT NOT NULL
  );
  `,
  // Points by blocks instead of rows. The tables `point` and `stream_state` are emptied by `bringPointsForward`.
  `
  CREATE TABLE stream_tail (
    one INTEGER PRIMARY KEY CHECK (one = 1), states TEXT NOT NULL, next_block INTEGER NOT NULL, body BLOB NOT NULL
  );
  CREATE TABLE point_block (
    stream TEXT NOT NULL, first_at INTEGER NOT NULL, id INTEGER NOT NULL, last_at INTEGER NOT NULL,
    first_recorded_at INTEGER NOT NULL, last_recorded_at INTEGER NOT NULL, versions INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (stream, first_at, id)
  ) WITHOUT ROWID;
  CREATE TABLE segment (
    key TEXT PRIMARY KEY, stream TEXT NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
    first_recorded_at INTEGER NOT NULL, last_recorded_at INTEGER NOT NULL, versions INTEGER NOT NULL, digest TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE discarded_body (key TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
  `,
  // What is wanted beside what is reported, links, and the history of all of it, which begins here for a twin that is there.
  // A twin keeps under which idempotency key it was made, and that it is retired until nothing is left of it.
  `
  ALTER TABLE twin ADD COLUMN desired TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE twin ADD COLUMN links TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE twin ADD COLUMN request_key TEXT;
  ALTER TABLE twin ADD COLUMN request_digest TEXT;
  ALTER TABLE twin ADD COLUMN retired_at TEXT;
  ALTER TABLE type_change ADD COLUMN desired TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE type_change ADD COLUMN links TEXT NOT NULL DEFAULT '{}';
  CREATE TABLE state_change (
    revision INTEGER PRIMARY KEY, kind TEXT NOT NULL, changed_at TEXT NOT NULL,
    changed_by TEXT, reason TEXT, patch TEXT NOT NULL
  );
  CREATE TABLE state_snapshot (
    revision INTEGER PRIMARY KEY,
    type TEXT NOT NULL, properties TEXT NOT NULL, desired TEXT NOT NULL, links TEXT NOT NULL
  );
  INSERT INTO state_change SELECT revision, 'history-begun', updated_at, NULL, NULL, '[]' FROM twin;
  INSERT INTO state_snapshot SELECT revision, type, properties, '{}', '{}' FROM twin;
  `,
  // Events that are still to be told.
  createOutbox,
  // The last prediction of each capability, and when the twin last had other points or another state. Those of before do not say
  // which capability made them.
  `
  ALTER TABLE twin ADD COLUMN input_at TEXT NOT NULL DEFAULT '';
  UPDATE twin SET input_at = updated_at;
  CREATE TABLE last_prediction (
    capability TEXT PRIMARY KEY, made_at TEXT NOT NULL, stale_at TEXT NOT NULL, body TEXT NOT NULL
  ) WITHOUT ROWID;
  `,
  // Branches: each the present state of its own, what was changed on it, its own points over those of the twin, and what runs
  // about it have found. Nothing of the twin's own tables holds anything of a branch.
  `
  CREATE TABLE branch (
    name TEXT PRIMARY KEY, base INTEGER NOT NULL, as_of INTEGER NOT NULL, type TEXT NOT NULL, streams TEXT NOT NULL,
    revision INTEGER NOT NULL, sequence INTEGER NOT NULL,
    properties TEXT NOT NULL, desired TEXT NOT NULL, links TEXT NOT NULL,
    states TEXT NOT NULL, points INTEGER NOT NULL,
    made_by TEXT, reason TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE branch_change (
    branch TEXT NOT NULL, revision INTEGER NOT NULL, kind TEXT NOT NULL, changed_at TEXT NOT NULL,
    changed_by TEXT, reason TEXT, patch TEXT NOT NULL, PRIMARY KEY (branch, revision)
  ) WITHOUT ROWID;
  CREATE TABLE branch_block (
    branch TEXT NOT NULL, stream TEXT NOT NULL, id INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
    versions INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (branch, stream, id)
  ) WITHOUT ROWID;
  CREATE TABLE branch_finding (
    branch TEXT NOT NULL, run TEXT NOT NULL, made_at TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (branch, run)
  ) WITHOUT ROWID;
  `,
  // Whether its individual is a person, and what that person has consented to; the key of its digests in the audit log; that
  // it is being erased, and what then stands in the place of everything else.
  `
  ALTER TABLE twin ADD COLUMN personal INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE twin ADD COLUMN erasure TEXT;
  CREATE TABLE consent (
    number INTEGER PRIMARY KEY, purpose TEXT NOT NULL, allowed INTEGER NOT NULL, at TEXT NOT NULL,
    changed_by TEXT, reason TEXT, revision INTEGER NOT NULL
  );
  CREATE INDEX consent_by_purpose ON consent (purpose, number);
  CREATE TABLE audit_key (one INTEGER PRIMARY KEY CHECK (one = 1), key BLOB NOT NULL);
  CREATE TABLE grave (one INTEGER PRIMARY KEY CHECK (one = 1), erasure TEXT NOT NULL);
  `,
];
