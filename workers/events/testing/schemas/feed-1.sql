-- feed, step 1: 21c0e4928e701ca019aaf7593946ad1ff8ad04e9a3107124221396220bd85237
CREATE TABLE schema_step (step INTEGER PRIMARY KEY);
INSERT INTO "schema_step" VALUES (1);
CREATE TABLE feed (
    one INTEGER PRIMARY KEY CHECK (one = 1), tenant TEXT NOT NULL, epoch TEXT NOT NULL,
    last INTEGER NOT NULL, cut INTEGER NOT NULL
  );
CREATE TABLE event (
    sequence INTEGER PRIMARY KEY, type TEXT NOT NULL, subject TEXT, twin_type TEXT, at_ms INTEGER NOT NULL, json TEXT NOT NULL
  );
CREATE TABLE source (epoch TEXT PRIMARY KEY, last INTEGER NOT NULL, seen_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE webhook (
    id TEXT PRIMARY KEY, filter TEXT NOT NULL, state TEXT NOT NULL, made INTEGER NOT NULL, due_last INTEGER
  );
CREATE TABLE due (work TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0);
CREATE INDEX event_by_subject ON event (subject, sequence);
INSERT INTO "feed" VALUES (1, 'own', '89abcdef', 2, 1);
INSERT INTO "event" VALUES (2, 'twin.upgraded', 'gauge-1', 'kind@2', 1700000000000, '{}');
INSERT INTO "source" VALUES ('0123456789ab', 2, 1700000000000);
INSERT INTO "webhook" VALUES ('webhook_1', '{}', 'made', 1, NULL);
INSERT INTO "due" VALUES ('cut', 1700003600000, 0);
