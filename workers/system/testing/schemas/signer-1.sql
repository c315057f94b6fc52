-- signer, step 1: 8f06cd3b209d9b160b11496aaba9ad28fe24429652e543bb8e1a5ad9f79f1eff
CREATE TABLE schema_step (step INTEGER PRIMARY KEY);
INSERT INTO "schema_step" VALUES (1);
CREATE TABLE signing_key (
    id TEXT PRIMARY KEY, x TEXT NOT NULL, private BLOB, made_at TEXT, retired_at TEXT, adopted_at TEXT
  );
CREATE UNIQUE INDEX one_in_use ON signing_key (private IS NOT NULL) WHERE private IS NOT NULL;
INSERT INTO "signing_key" VALUES ('key-1', 'AAAA', X'00', '2026-01-01T00:00:00.000Z', NULL, NULL);
