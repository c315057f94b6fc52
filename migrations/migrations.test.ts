// The index comes forward from every past state with its rows, and no landed migration has been changed.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { getTableName, is } from "drizzle-orm";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { expect, test } from "vitest";
import * as schema from "./schema.ts";

const names = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".sql"))
  .sort();
const textOf = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");

/** SHA-256 of each migration that has landed. One that has not may still change, and is added when it lands. */
const LANDED: Record<string, string> = {
  "0000_first.sql": "073adb72fa3d7c6d34a86d4ef7e9ec6b586bd3a6bfaff18ebded48b598e29be4",
  "0001_runs-by-time.sql": "94dda0043558ec89d3340ecbd195764ef5277ccd77edbfcd848331ceda6ff775",
  "0002_tenants-and-keys.sql": "0751f9cf3966ec4ea1191d38169b6314d291496f87c31f26b95b78ddb6b24c6f",
  "0003_links-of-twins.sql": "6511aa24ad3650ff3670e67a818b9ecf19afcf8a974fb416a873622f971ec9a8",
  "0004_values-of-twins.sql": "b2445f7a119aa434e3b2ad59cf75415f75d1be6523c622aad230e5c3f0ae0ac1",
  "0005_inbound-hooks.sql": "a4dab921e8f8b0256671a8980c7f2f03265d0ae2872335f996fe47ef4eed0268",
  "0006_consent-and-erasure.sql": "3f0fb717014ff341b8eec3ee1335fcbff81a5ad01301af39e5a66c2d7d89c541",
};

/** Rows that come in after each migration: those of the first go through all later ones, back-fills included. */
const ROWS: Record<string, string> = {
  "0000_first.sql": `
    INSERT INTO tenant (id, name, createdAt) VALUES ('own', 'Own', '2026-01-01'), ('other', 'Other', '2026-01-01');
    INSERT INTO api_key (hash, tenant, name, createdAt) VALUES ('h1', 'own', 'first', '2026'), ('h2', 'own', 'second', '2026');
    INSERT INTO twin VALUES ('own', 'gauge', 'kind@1', 3, 1, 'then', 'now'), ('other', 'gauge', 'other@1', 1, 0, 'then', 'now');
    INSERT INTO dataset VALUES ('own', 'table', 'T', 2, '[{"name":"who","role":"individual","unit":"1"}]', 'd', 0, 'datasets/1', 'then');
    INSERT INTO model (tenant, id, title, plugin, pluginVersion, digest, bodyKey, run, verdict, synthetic, createdAt)
      VALUES ('own', 'm', 'M', 'aerospace', '0.1.0', 'd', 'models/1', 'r1', '{"word":"worse"}', 1, 'then');
    INSERT INTO run (tenant, id, capability, subject, state, acceptedAt) VALUES ('own', 'r1', 'train@1', 'table', 'succeeded', 'then'),
      ('own', 'r2', 'ask@1', 'gauge', 'running', 'then');
    INSERT INTO plugin VALUES ('aerospace', '0.1.0', '{"name":"aerospace"}', 'then');`,
  "0002_tenants-and-keys.sql": `
    UPDATE tenant SET state = 'suspended' WHERE id = 'other';
    INSERT INTO session VALUES ('s', 'h1', 'c', 'then', 'later');
    INSERT INTO stream_ticket VALUES ('t', 'h1', '/v1/twins', 'later');
    INSERT INTO setup_token VALUES ('u', 'then', 'later', NULL);
    INSERT INTO credential VALUES ('own', 'ionq', 'key', 'sealed', 'then');
    INSERT INTO refused_plugin VALUES ('PLUGIN_X', 'it does not answer', 'then');`,
  "0003_links-of-twins.sql": `
    INSERT INTO link VALUES ('own', 'gauge', 'feeds', 'gauge'), ('own', 'gauge', 'feeds', 'other');`,
  "0004_values-of-twins.sql": `
    INSERT INTO twin_value VALUES ('own', 'gauge', 'properties.serial', '007'), ('own', 'gauge', 'streams.level.value', 0.1);`,
  "0006_consent-and-erasure.sql": `
    INSERT INTO erasure VALUES ('own', 'erasure_1', 'person-1', 'kind@1', 'then', 'key_1', 'now', '{}', '{"keyId":"k"}');`,
};

const tables = Object.values(schema).filter((value) => is(value, SQLiteTable));

test("what has landed is as it landed", () => {
  const digests = names.map((name) => [name, createHash("sha256").update(textOf(name)).digest("hex")]);
  expect(Object.fromEntries(digests.filter(([name = ""]) => name in LANDED))).toEqual(LANDED);
});

test("migrations are numbered without a gap, as the journal of the generator has them", () => {
  const { entries } = JSON.parse(textOf("meta/_journal.json")) as { entries: { idx: number; tag: string }[] };
  expect(entries.map(({ idx, tag }) => [idx, `${tag}.sql`])).toEqual(names.map((name, index) => [index, name]));
});

test.each(names.map((name, index) => ({ name, index })))("from the state after $name", async ({ index }) => {
  const database = new DatabaseSync(":memory:");
  names.slice(0, index + 1).forEach((name) => database.exec(`${textOf(name)};${ROWS[name] ?? ""}`));
  names.slice(index + 1).forEach((name) => database.exec(textOf(name)));

  const held = await everything(database);
  expect(held["tenant"]).toHaveLength(2);
  expect(held["dataset"]).toMatchObject([{ id: "table", synthetic: false, columns: [{ role: "individual" }] }]);
  expect(held["twin"]).toContainEqual(expect.objectContaining({ tenant: "own", type: "kind@1", revision: 3 }));
  // Of before: it is written anew before it is searched.
  expect(held["twin"]).toContainEqual(expect.objectContaining({ sequence: 0, indexedAs: "" }));
  expect(held["model"]).toMatchObject([{ id: "m", verdict: { word: "worse" }, synthetic: true }]);
  expect(held["plugin"]).toMatchObject([{ manifest: { name: "aerospace" } }]);
  expect(held["api_key"]).toMatchObject([
    { hash: "h1", scopes: ["*"], twinTypes: [], revokedAt: null },
    { hash: "h2", scopes: ["*"], twinTypes: [], revokedAt: null },
  ]);
  expect(held["run"]).toHaveLength(2);
  const ids = (held["api_key"] as { id: string }[]).map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^key_[0-9a-f]{20}$/);
  expect(held["model"]).toMatchObject([{ format: "aerospace.model@1" }]);
  expect(held["run"]).toMatchObject([{ twinType: null }, { twinType: "kind@1" }]);
  expect(held["tenant"]).toContainEqual(expect.objectContaining({ id: "own", state: "active" }));
});

test("a text of digits stays a text, and a number a number", async () => {
  const database = new DatabaseSync(":memory:");
  for (const name of names) database.exec(`${textOf(name)};${ROWS[name] ?? ""}`);
  expect((await everything(database))["twin_value"]).toMatchObject([{ value: "007" }, { value: 0.1 }]);
});

/** Every table, read as the Workers read it. */
async function everything(database: DatabaseSync): Promise<Record<string, unknown[]>> {
  const index = drizzle(async (query, parameters) => {
    const statement = database.prepare(query);
    statement.setReturnArrays(true);
    return { rows: statement.all(...(parameters as SQLInputValue[])) };
  });
  const rows = await Promise.all(tables.map(async (table) => [getTableName(table), await index.select().from(table)]));
  return Object.fromEntries(rows) as Record<string, unknown[]>;
}
