// The tables of a twin, step by step. Times are Unix milliseconds.

import { createDue } from "@eigentwin/objects";

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
];
