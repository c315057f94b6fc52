-- twin, step 4: baf8266de74902d4e77cd2bfdd22414ea04f128c2765b56802668bcac627385f
CREATE TABLE schema_step (step INTEGER PRIMARY KEY);
INSERT INTO "schema_step" VALUES (1);
INSERT INTO "schema_step" VALUES (2);
INSERT INTO "schema_step" VALUES (3);
INSERT INTO "schema_step" VALUES (4);
CREATE TABLE twin (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    tenant TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, streams TEXT NOT NULL,
    revision INTEGER NOT NULL, sequence INTEGER NOT NULL,
    properties TEXT NOT NULL, synthetic INTEGER NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
  );
INSERT INTO "twin" VALUES (1, 'own', 'gauge-1', 'kind@1', '{"level":{"title":"Level","unit":"m"},"heat":{"title":"Heat","unit":"K"}}', 2, 7, '{"place":"A"}', 1, '2026-01-01T00:00:00.000Z', '2026-01-05T00:00:01.000Z');
CREATE TABLE point (
    stream TEXT NOT NULL, observed_at INTEGER NOT NULL, recorded_at INTEGER NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (stream, observed_at, recorded_at)
  ) WITHOUT ROWID;
INSERT INTO "point" VALUES ('heat', -5000, 30, 1.0e+300);
INSERT INTO "point" VALUES ('level', 1000, 10, 1.0);
INSERT INTO "point" VALUES ('level', 2000, 10, 2.0);
INSERT INTO "point" VALUES ('level', 2000, 20, 0.1);
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
INSERT INTO "stream_state" VALUES ('heat', 1, -5000, 1.0e+300);
INSERT INTO "stream_state" VALUES ('level', 2, 2000, 0.1);
CREATE TABLE parameter (name TEXT PRIMARY KEY, made_at TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "parameter" VALUES ('offset', '', '{"value":1.5,"standardDeviation":0.1,"unit":"K"}');
CREATE TABLE type_change (
    revision INTEGER PRIMARY KEY, kind TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0,
    type TEXT NOT NULL, properties TEXT NOT NULL, streams TEXT NOT NULL, changed_at TEXT NOT NULL
  );
INSERT INTO "type_change" VALUES (2, 'upgraded', 0, 'kind@0', '{"place":"A"}', '{"level":{"title":"Level","unit":"m"}}', '2026-01-04T00:00:00.000Z');
CREATE TABLE upgrade_failure (
    one INTEGER PRIMARY KEY CHECK (one = 1), target TEXT NOT NULL, failure TEXT NOT NULL, tried_at TEXT NOT NULL
  );
INSERT INTO "upgrade_failure" VALUES (1, 'kind@2', '{"code":"twin.type-unknown","message":"no way there"}', '2026-01-05T00:00:00.000Z');
CREATE TABLE outbox (sequence INTEGER PRIMARY KEY, event TEXT NOT NULL);
CREATE TABLE outbox_state (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, last INTEGER NOT NULL);
INSERT INTO "outbox" VALUES (3, '{"type":"twin.created","subject":"gauge-1","twinType":"kind@1","data":{"twin":"gauge-1"},"time":"2026-01-01T00:00:00.000Z"}');
INSERT INTO "outbox_state" VALUES (1, '0123456789ab', 3);
