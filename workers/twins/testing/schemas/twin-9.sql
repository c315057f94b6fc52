-- twin, step 9: 8d5df2e3fcf988a9eb6ac5b79b234bcfb3ba43b966ac39991ce144925f6cb38f
CREATE TABLE schema_step (step INTEGER PRIMARY KEY);
INSERT INTO "schema_step" VALUES (1);
INSERT INTO "schema_step" VALUES (2);
INSERT INTO "schema_step" VALUES (3);
INSERT INTO "schema_step" VALUES (4);
INSERT INTO "schema_step" VALUES (5);
INSERT INTO "schema_step" VALUES (6);
INSERT INTO "schema_step" VALUES (7);
INSERT INTO "schema_step" VALUES (8);
INSERT INTO "schema_step" VALUES (9);
CREATE TABLE twin (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    tenant TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, streams TEXT NOT NULL,
    revision INTEGER NOT NULL, sequence INTEGER NOT NULL,
    properties TEXT NOT NULL, synthetic INTEGER NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
  , desired TEXT NOT NULL DEFAULT '{}', links TEXT NOT NULL DEFAULT '{}', request_key TEXT, request_digest TEXT, retired_at TEXT, input_at TEXT NOT NULL DEFAULT '', personal INTEGER NOT NULL DEFAULT 0, erasure TEXT);
INSERT INTO "twin" VALUES (1, 'own', 'gauge-1', 'kind@1', '{"level":{"title":"Level","unit":"m"},"heat":{"title":"Heat","unit":"K"}}', 2, 7, '{"place":"A"}', 1, '2026-01-01T00:00:00.000Z', '2026-01-05T00:00:01.000Z', '{}', '{}', NULL, NULL, NULL, '2026-01-05T00:00:01.000Z', 0, NULL);
CREATE TABLE point (
    stream TEXT NOT NULL, observed_at INTEGER NOT NULL, recorded_at INTEGER NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (stream, observed_at, recorded_at)
  ) WITHOUT ROWID;
CREATE TABLE prediction (run TEXT PRIMARY KEY, quantity TEXT NOT NULL, made_at TEXT NOT NULL, body TEXT NOT NULL);
INSERT INTO "prediction" VALUES ('run_1', 'remaining life', '2026-01-05T00:00:00.000Z', '{"quantity":"remaining life","value":12.5,"unit":"{cycle}","interval":{"lower":8,"upper":17,"coverage":0.9},"expiresAt":"2026-02-01T00:00:00.000Z","run":"run_1","verdict":"worse","madeAt":"2026-01-05T00:00:00.000Z"}');
CREATE TABLE noted_run (run TEXT PRIMARY KEY);
INSERT INTO "noted_run" VALUES ('run_1');
INSERT INTO "noted_run" VALUES ('run_2');
CREATE TABLE due (work TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0);
INSERT INTO "due" VALUES ('index', 1700000000000, 3);
CREATE TABLE stream_state (
    stream TEXT PRIMARY KEY, points INTEGER NOT NULL, last_observed_at INTEGER NOT NULL, last_value REAL NOT NULL
  ) WITHOUT ROWID;
CREATE TABLE parameter (name TEXT PRIMARY KEY, made_at TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "parameter" VALUES ('offset', '', '{"value":1.5,"standardDeviation":0.1,"unit":"K"}');
CREATE TABLE type_change (
    revision INTEGER PRIMARY KEY, kind TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0,
    type TEXT NOT NULL, properties TEXT NOT NULL, streams TEXT NOT NULL, changed_at TEXT NOT NULL
  , desired TEXT NOT NULL DEFAULT '{}', links TEXT NOT NULL DEFAULT '{}');
INSERT INTO "type_change" VALUES (2, 'upgraded', 0, 'kind@0', '{"place":"A"}', '{"level":{"title":"Level","unit":"m"}}', '2026-01-04T00:00:00.000Z', '{}', '{}');
CREATE TABLE upgrade_failure (
    one INTEGER PRIMARY KEY CHECK (one = 1), target TEXT NOT NULL, failure TEXT NOT NULL, tried_at TEXT NOT NULL
  );
INSERT INTO "upgrade_failure" VALUES (1, 'kind@2', '{"code":"twin.type-unknown","message":"no way there"}', '2026-01-05T00:00:00.000Z');
CREATE TABLE stream_tail (
    one INTEGER PRIMARY KEY CHECK (one = 1), states TEXT NOT NULL, next_block INTEGER NOT NULL, body BLOB NOT NULL
  );
INSERT INTO "stream_tail" VALUES (1, '{"heat":{"points":1,"last":{"atMs":-5000,"value":1e+300},"recent":0},"level":{"points":2,"last":{"atMs":2000,"value":0.1},"recent":0}}', 3, X'');
CREATE TABLE point_block (
    stream TEXT NOT NULL, first_at INTEGER NOT NULL, id INTEGER NOT NULL, last_at INTEGER NOT NULL,
    first_recorded_at INTEGER NOT NULL, last_recorded_at INTEGER NOT NULL, versions INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (stream, first_at, id)
  ) WITHOUT ROWID;
INSERT INTO "point_block" VALUES ('heat', -5000, 1, -5000, 30, 30, 1, X'000000000088B3C00000000000003E409C7500883CE4377E');
INSERT INTO "point_block" VALUES ('level', 1000, 2, 2000, 10, 20, 3, X'0000000000408F400000000000409F400000000000409F40000000000000244000000000000024400000000000003440000000000000F03F00000000000000409A9999999999B93F');
CREATE TABLE segment (
    key TEXT PRIMARY KEY, stream TEXT NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
    first_recorded_at INTEGER NOT NULL, last_recorded_at INTEGER NOT NULL, versions INTEGER NOT NULL, digest TEXT NOT NULL
  ) WITHOUT ROWID;
INSERT INTO "segment" VALUES ('streams/own/gauge-1/0f8fad5b-d9cb-469f-a165-70867728950e', 'flow', 1000, 2000, 10, 20, 3, 'sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a');
CREATE TABLE discarded_body (key TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "discarded_body" VALUES ('streams/own/gauge-1/7c9e6679-7425-40de-944b-e07fc1f90ae7', 1700000000000);
CREATE TABLE state_change (
    revision INTEGER PRIMARY KEY, kind TEXT NOT NULL, changed_at TEXT NOT NULL,
    changed_by TEXT, reason TEXT, patch TEXT NOT NULL
  );
INSERT INTO "state_change" VALUES (2, 'history-begun', '2026-01-05T00:00:01.000Z', NULL, NULL, '[]');
CREATE TABLE state_snapshot (
    revision INTEGER PRIMARY KEY,
    type TEXT NOT NULL, properties TEXT NOT NULL, desired TEXT NOT NULL, links TEXT NOT NULL
  );
INSERT INTO "state_snapshot" VALUES (2, 'kind@1', '{"place":"A"}', '{}', '{}');
CREATE TABLE outbox (sequence INTEGER PRIMARY KEY, event TEXT NOT NULL);
INSERT INTO "outbox" VALUES (3, '{"type":"twin.created","subject":"gauge-1","twinType":"kind@1","data":{"twin":"gauge-1"},"time":"2026-01-01T00:00:00.000Z"}');
CREATE TABLE outbox_state (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, last INTEGER NOT NULL);
INSERT INTO "outbox_state" VALUES (1, '0123456789ab', 3);
CREATE TABLE last_prediction (
    capability TEXT PRIMARY KEY, made_at TEXT NOT NULL, stale_at TEXT NOT NULL, body TEXT NOT NULL
  ) WITHOUT ROWID;
INSERT INTO "last_prediction" VALUES ('kind.ask@1', '2026-01-04T00:00:00.000Z', '2026-01-05T00:00:01.000Z', '{"quantity":"life","value":12.5,"unit":"d","interval":{"lower":10,"upper":15,"coverage":0.9},"expiresAt":"2026-02-01T00:00:00.000Z","run":"run_1","capability":"kind.ask@1","verdict":"worse","madeAt":"2026-01-04T00:00:00.000Z"}');
CREATE TABLE branch (
    name TEXT PRIMARY KEY, base INTEGER NOT NULL, as_of INTEGER NOT NULL, type TEXT NOT NULL, streams TEXT NOT NULL,
    revision INTEGER NOT NULL, sequence INTEGER NOT NULL,
    properties TEXT NOT NULL, desired TEXT NOT NULL, links TEXT NOT NULL,
    states TEXT NOT NULL, points INTEGER NOT NULL,
    made_by TEXT, reason TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
  ) WITHOUT ROWID;
INSERT INTO "branch" VALUES ('what-if', 2, 30, 'kind@1', '{"level":{"title":"Level","unit":"m"}}', 3, 3, '{"place":"B"}', '{}', '{}', '{"level":{"points":2,"last":{"atMs":2000,"value":7.5}}}', 1, 'key_1', 'to see', '2026-01-06T00:00:00.000Z', '2026-01-06T00:00:01.000Z');
CREATE TABLE branch_change (
    branch TEXT NOT NULL, revision INTEGER NOT NULL, kind TEXT NOT NULL, changed_at TEXT NOT NULL,
    changed_by TEXT, reason TEXT, patch TEXT NOT NULL, PRIMARY KEY (branch, revision)
  ) WITHOUT ROWID;
INSERT INTO "branch_change" VALUES ('what-if', 3, 'changed', '2026-01-06T00:00:01.000Z', 'key_1', NULL, '[{"op":"replace","path":"/properties/place","value":"B"}]');
CREATE TABLE branch_block (
    branch TEXT NOT NULL, stream TEXT NOT NULL, id INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
    versions INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (branch, stream, id)
  ) WITHOUT ROWID;
INSERT INTO "branch_block" VALUES ('what-if', 'level', 1, 2000, 2000, 1, X'0000000000409F4000000000000044400000000000001E40');
CREATE TABLE branch_finding (
    branch TEXT NOT NULL, run TEXT NOT NULL, made_at TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (branch, run)
  ) WITHOUT ROWID;
INSERT INTO "branch_finding" VALUES ('what-if', 'run_9', '2026-01-06T00:00:02.000Z', '{"run":"run_9","capability":"kind.ask@1","asOf":"2026-01-06T00:00:02.000Z","verdict":"equal","madeAt":"2026-01-06T00:00:02.000Z"}');
CREATE TABLE consent (
    number INTEGER PRIMARY KEY, purpose TEXT NOT NULL, allowed INTEGER NOT NULL, at TEXT NOT NULL,
    changed_by TEXT, reason TEXT, revision INTEGER NOT NULL
  );
CREATE TABLE audit_key (one INTEGER PRIMARY KEY CHECK (one = 1), key BLOB NOT NULL);
CREATE TABLE grave (one INTEGER PRIMARY KEY CHECK (one = 1), erasure TEXT NOT NULL);
CREATE INDEX consent_by_purpose ON consent (purpose, number);
INSERT INTO "consent" VALUES (1, 'care', 1, '2026-01-02T00:00:00.000Z', 'key_1', 'a signed form', 2);
INSERT INTO "audit_key" VALUES (1, x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
INSERT INTO "grave" VALUES (1, 'erasure_1');
