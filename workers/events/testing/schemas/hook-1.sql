-- hook, step 1: 843d27e24050ab6eb25661554f3bb89f4057c7cf7bc2b812bab2cc665758d046
CREATE TABLE schema_step (step INTEGER PRIMARY KEY);
INSERT INTO "schema_step" VALUES (1);
CREATE TABLE hook (
    one INTEGER PRIMARY KEY CHECK (one = 1), tenant TEXT NOT NULL, id TEXT NOT NULL, since TEXT NOT NULL
  );
CREATE TABLE message (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, received_ms INTEGER NOT NULL, begun_ms INTEGER NOT NULL, answer TEXT
  ) WITHOUT ROWID;
CREATE TABLE due (work TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0);
CREATE INDEX message_by_time ON message (received_ms);
INSERT INTO "hook" VALUES (1, 'own', 'readings', '2026-01-01T00:00:00.000Z');
INSERT INTO "message" VALUES ('msg_1', 'sha256:00', 1700000000000, 1700000000000, '{"message":"msg_1","items":[]}');
INSERT INTO "message" VALUES ('msg_2', 'sha256:01', 1700000001000, 1700000001000, NULL);
INSERT INTO "due" VALUES ('cut', 1700003600000, 0);
