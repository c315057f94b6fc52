// The D1 index: catalogue, keys, and one row for each twin, dataset, model and run. The objects own the truth; rows here
// follow from their outboxes. Every table but the catalogue starts with the tenant, and so does every query.

import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Column, Manifest, Verdict } from "@eigentwin/core";

export const tenant = sqliteTable("tenant", {
  id: text().primaryKey(),
  name: text().notNull(),
  createdAt: text().notNull(),
});

/** Keys are kept as SHA-256 of the secret: 160 random bits need no salt and no slow hash. */
export const apiKey = sqliteTable("api_key", {
  hash: text().primaryKey(),
  tenant: text()
    .notNull()
    .references(() => tenant.id),
  name: text().notNull(),
  createdAt: text().notNull(),
});

/** The catalogue: what each bound plugin declares, as its manifest. */
export const plugin = sqliteTable("plugin", {
  name: text().primaryKey(),
  version: text().notNull(),
  manifest: text({ mode: "json" }).$type<Manifest>().notNull(),
  registeredAt: text().notNull(),
});

export const twin = sqliteTable(
  "twin",
  {
    tenant: text().notNull(),
    id: text().notNull(),
    type: text().notNull(),
    revision: integer().notNull(),
    synthetic: integer({ mode: "boolean" }).notNull(),
    createdAt: text().notNull(),
    updatedAt: text().notNull(),
  },
  (row) => [primaryKey({ columns: [row.tenant, row.id] }), index("twin_by_type").on(row.tenant, row.type, row.id)],
);

export const dataset = sqliteTable(
  "dataset",
  {
    tenant: text().notNull(),
    id: text().notNull(),
    title: text().notNull(),
    rows: integer().notNull(),
    columns: text({ mode: "json" }).$type<readonly Column[]>().notNull(),
    digest: text().notNull(),
    synthetic: integer({ mode: "boolean" }).notNull(),
    bodyKey: text().notNull(),
    createdAt: text().notNull(),
  },
  (row) => [primaryKey({ columns: [row.tenant, row.id] })],
);

/** A model is listed once the run that saved it has succeeded, with that run's verdict. */
export const model = sqliteTable(
  "model",
  {
    tenant: text().notNull(),
    id: text().notNull(),
    title: text().notNull(),
    plugin: text().notNull(),
    pluginVersion: text().notNull(),
    digest: text().notNull(),
    bodyKey: text().notNull(),
    run: text().notNull(),
    verdict: text({ mode: "json" }).$type<Verdict>().notNull(),
    synthetic: integer({ mode: "boolean" }).notNull(),
    createdAt: text().notNull(),
  },
  (row) => [primaryKey({ columns: [row.tenant, row.id] })],
);

export const run = sqliteTable(
  "run",
  {
    tenant: text().notNull(),
    id: text().notNull(),
    capability: text().notNull(),
    subject: text().notNull(),
    state: text().notNull(),
    verdict: text(),
    evidenceDigest: text(),
    acceptedAt: text().notNull(),
    finishedAt: text(),
  },
  (row) => [primaryKey({ columns: [row.tenant, row.id] }), index("run_by_time").on(row.tenant, row.acceptedAt, row.id)],
);
