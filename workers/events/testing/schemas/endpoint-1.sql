-- endpoint, step 1: 605997b9a0b264a9c526f5550cffcaad0b4c1bbd0131f2fa43aff57b9f66fd37
CREATE TABLE schema_step (step INTEGER PRIMARY KEY);
INSERT INTO "schema_step" VALUES (1);
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
CREATE TABLE due (work TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0);
CREATE TABLE outbox (sequence INTEGER PRIMARY KEY, event TEXT NOT NULL);
CREATE TABLE outbox_state (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, last INTEGER NOT NULL);
CREATE INDEX delivery_by_state ON delivery (state, number);
INSERT INTO "outbox" VALUES (3, '{"type":"twin.created","subject":"gauge-1","twinType":"kind@1","data":{"twin":"gauge-1"},"time":"2026-01-01T00:00:00.000Z"}');
INSERT INTO "outbox_state" VALUES (1, '0123456789ab', 3);
INSERT INTO "endpoint" VALUES (1, 'own', 'webhook_1', 'https://twins.example.com/hooks', 'First', 'active', NULL, 'c', 7, NULL, 0, '2026-01-01T00:00:00.000Z');
INSERT INTO "filter" VALUES (0, '{"types":["run.*"],"twinTypes":[]}');
INSERT INTO "secret" VALUES (1, 'sealed', NULL);
INSERT INTO "delivery" VALUES (1, 'evt_0123456789ab_1', 'twin.created', 'gauge-1', 6, '{}', 'delivered', 1, 204, NULL, 1700000000000, 1700000000000);
INSERT INTO "delivery" VALUES (2, 'evt_0123456789ab_2', 'twin.upgraded', 'gauge-1', 7, '{}', 'pending', 1, 500, NULL, 1700000000000, 1700000002000);
INSERT INTO "due" VALUES ('deliver', 1700000002000, 0);
