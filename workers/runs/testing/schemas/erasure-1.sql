-- erasure, step 1: 67cef4e1b14742471c1df986055e7ad8725ca6036bea2e990a113bfed2c620d6
CREATE TABLE schema_step (step INTEGER PRIMARY KEY);
INSERT INTO "schema_step" VALUES (1);
CREATE TABLE erasure (
    one INTEGER PRIMARY KEY CHECK (one = 1), request TEXT NOT NULL, begun_ms INTEGER NOT NULL, erased_at TEXT
  );
CREATE TABLE erased (what TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (what, name)) WITHOUT ROWID;
CREATE TABLE due (work TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0);
CREATE TABLE outbox (sequence INTEGER PRIMARY KEY, event TEXT NOT NULL);
CREATE TABLE outbox_state (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, last INTEGER NOT NULL);
INSERT INTO "erasure" VALUES (1, '{"tenant":"own","id":"erasure_1","twin":"person-1","twinType":"kind@1","by":"key_1","requestedAt":"2026-01-01T00:00:00.000Z","datasets":[]}', 1767225600000, NULL);
INSERT INTO "erased" VALUES ('run', 'run_1');
INSERT INTO "due" (work, at_ms, tries) VALUES ('erase', 1767225601000, 0);
INSERT INTO "outbox" VALUES (1, '{"type":"erasure.finished","isUntold":true,"audit":{"by":null,"path":"/receipt","digest":"sha256:00"},"data":{},"time":"2026-01-01T00:00:00.000Z"}');
INSERT INTO "outbox_state" VALUES (1, '0123456789ab', 1);
