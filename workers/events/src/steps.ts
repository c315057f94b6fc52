// The tables of a feed, an endpoint and an inbound hook, step by step.

import { createDue, createOutbox } from "@eigentwin/objects";

/** Events up to `cut` are no longer held. A source is known by its epoch, with the last of its events that came. */
export const FEED_STEPS = [
  `
  CREATE TABLE feed (
    one INTEGER PRIMARY KEY CHECK (one = 1), tenant TEXT NOT NULL, epoch TEXT NOT NULL,
    last INTEGER NOT NULL, cut INTEGER NOT NULL
  );
  CREATE TABLE event (
    sequence INTEGER PRIMARY KEY, type TEXT NOT NULL, subject TEXT, twin_type TEXT, at_ms INTEGER NOT NULL, json TEXT NOT NULL
  );
  CREATE INDEX event_by_subject ON event (subject, sequence);
  CREATE TABLE source (epoch TEXT PRIMARY KEY, last INTEGER NOT NULL, seen_ms INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE webhook (
    id TEXT PRIMARY KEY, filter TEXT NOT NULL, state TEXT NOT NULL, made INTEGER NOT NULL, due_last INTEGER
  );
  ${createDue};
  `,
  // Who did what, for good; `source` is the event that told it, where one did.
  `
  CREATE TABLE audit (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT, action TEXT NOT NULL, target TEXT NOT NULL, path TEXT NOT NULL,
    outcome TEXT NOT NULL, digest TEXT, hash TEXT NOT NULL, source TEXT
  );
  CREATE UNIQUE INDEX audit_by_source ON audit (source) WHERE source IS NOT NULL;
  CREATE INDEX audit_by_target ON audit (target, number);
  `,
];

/** A filter holds for the events after `from_sequence`, up to that of the next one. */
export const ENDPOINT_STEPS = [
  `
  CREATE TABLE endpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1), tenant TEXT NOT NULL, id TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL,
    state TEXT NOT NULL, paused_because TEXT, challenge TEXT NOT NULL, cursor INTEGER NOT NULL,
    failing_since_ms INTEGER, failed_rounds INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL
  );
  CREATE TABLE filter (from_sequence INTEGER PRIMARY KEY, filter TEXT NOT NULL);
  CREATE TABLE secret (number INTEGER PRIMARY KEY, sealed TEXT NOT NULL, until_ms INTEGER);
  CREATE TABLE delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, type TEXT NOT NULL, lane TEXT NOT NULL, place INTEGER,
    json TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, status INTEGER, fault TEXT,
    last_ms INTEGER, next_ms INTEGER NOT NULL
  );
  CREATE INDEX delivery_by_state ON delivery (state, number);
  ${createDue};
  ${createOutbox};
  `,
];

/** A message whose answer is not there is under way, or was cut off. `since` tells hooks of one name apart. */
export const HOOK_STEPS = [
  `
  CREATE TABLE hook (
    one INTEGER PRIMARY KEY CHECK (one = 1), tenant TEXT NOT NULL, id TEXT NOT NULL, since TEXT NOT NULL
  );
  CREATE TABLE message (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, received_ms INTEGER NOT NULL, begun_ms INTEGER NOT NULL, answer TEXT
  ) WITHOUT ROWID;
  CREATE INDEX message_by_time ON message (received_ms);
  ${createDue};
  `,
];
