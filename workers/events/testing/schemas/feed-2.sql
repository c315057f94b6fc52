-- feed, step 2: 114b545493b11354f230d5922af08814d06f638ac85b8bf57e843f9a5f806e32
CREATE TABLE schema_step (step INTEGER PRIMARY KEY);
INSERT INTO "schema_step" VALUES (1);
INSERT INTO "schema_step" VALUES (2);
CREATE TABLE feed (
    one INTEGER PRIMARY KEY CHECK (one = 1), tenant TEXT NOT NULL, epoch TEXT NOT NULL,
    last INTEGER NOT NULL, cut INTEGER NOT NULL
  );
INSERT INTO "feed" VALUES (1, 'own', '89abcdef', 2, 1);
CREATE TABLE event (
    sequence INTEGER PRIMARY KEY, type TEXT NOT NULL, subject TEXT, twin_type TEXT, at_ms INTEGER NOT NULL, json TEXT NOT NULL
  );
INSERT INTO "event" VALUES (2, 'twin.upgraded', 'gauge-1', 'kind@2', 1700000000000, '{}');
CREATE TABLE source (epoch TEXT PRIMARY KEY, last INTEGER NOT NULL, seen_ms INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "source" VALUES ('0123456789ab', 2, 1700000000000);
CREATE TABLE webhook (
    id TEXT PRIMARY KEY, filter TEXT NOT NULL, state TEXT NOT NULL, made INTEGER NOT NULL, due_last INTEGER
  );
INSERT INTO "webhook" VALUES ('webhook_1', '{}', 'made', 1, NULL);
CREATE TABLE due (work TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0);
INSERT INTO "due" VALUES ('cut', 1700003600000, 0);
CREATE TABLE audit (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT, action TEXT NOT NULL, target TEXT NOT NULL, path TEXT NOT NULL,
    outcome TEXT NOT NULL, digest TEXT, hash TEXT NOT NULL, source TEXT
  );
CREATE INDEX event_by_subject ON event (subject, sequence);
CREATE UNIQUE INDEX audit_by_source ON audit (source) WHERE source IS NOT NULL;
CREATE INDEX audit_by_target ON audit (target, number);
INSERT INTO "audit" VALUES (1, '2026-01-01T00:00:00.000Z', 'key_1', 'twin.created', '/v1/twins/gauge-1', '', 'done', 'hmac-sha256:00', 'sha256:00', '0123456789ab_1');
