// The D1 index: catalogue, keys, and one row for each twin, dataset, model and run. The objects own the truth; rows here
// follow from their outboxes. Every table but the catalogue starts with the tenant, and so does every query.

import { customType, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Column, Manifest, Signature, Verdict } from "@eigentwin/core";

/**
 * `restoring`: its content comes in from an archive, and nobody reads it before all of it is there. `deleting`: what is
 * left of it goes, and nothing is written for it any more.
 */
export type TenantState = "active" | "suspended" | "restoring" | "deleting";

export const tenant = sqliteTable("tenant", {
  id: text().primaryKey(),
  name: text().notNull(),
  createdAt: text().notNull(),
  state: text().$type<TenantState>().notNull().default("active"),
});

/**
 * Keys, sessions, tickets and set-up tokens are kept as SHA-256 of the secret: 160 random bits need no salt and no slow
 * hash. `twinTypes` without a member means all of them.
 */
export const apiKey = sqliteTable(
  "api_key",
  {
    hash: text().primaryKey(),
    tenant: text()
      .notNull()
      .references(() => tenant.id),
    name: text().notNull(),
    createdAt: text().notNull(),
    id: text().notNull().default(""),
    scopes: text({ mode: "json" }).$type<readonly string[]>().notNull().default(["*"]),
    twinTypes: text({ mode: "json" }).$type<readonly string[]>().notNull().default([]),
    /** To the minute. */
    lastUsedAt: text(),
    expiresAt: text(),
    revokedAt: text(),
    /** What it may ask for; without a member for whatever it states. */
    purposes: text({ mode: "json" }).$type<readonly string[]>().notNull().default([]),
  },
  (row) => [uniqueIndex("api_key_by_id").on(row.tenant, row.id)],
);

/** A browser's sign-in: as good as the key that it was exchanged for, and gone with it. */
export const session = sqliteTable("session", {
  hash: text().primaryKey(),
  key: text()
    .notNull()
    .references(() => apiKey.hash, { onDelete: "cascade" }),
  csrfHash: text().notNull(),
  createdAt: text().notNull(),
  expiresAt: text().notNull(),
});

/** Good for one GET of one path, for those who cannot send a header: EventSource and WebSocket. */
export const streamTicket = sqliteTable("stream_ticket", {
  hash: text().primaryKey(),
  key: text()
    .notNull()
    .references(() => apiKey.hash, { onDelete: "cascade" }),
  path: text().notNull(),
  expiresAt: text().notNull(),
});

/** Makes one administrator's key. Minted by whoever may write this database. */
export const setupToken = sqliteTable("setup_token", {
  hash: text().primaryKey(),
  createdAt: text().notNull(),
  expiresAt: text().notNull(),
  usedAt: text(),
});

/** What a tenant signs in with at a provider of backends; sealed by the tenant's vault and never told again. */
export const credential = sqliteTable(
  "credential",
  {
    tenant: text().notNull(),
    plugin: text().notNull(),
    name: text().notNull(),
    sealed: text().notNull(),
    updatedAt: text().notNull(),
  },
  (row) => [primaryKey({ columns: [row.tenant, row.plugin, row.name] })],
);

/** The catalogue: what each bound plugin declares, as its manifest. */
export const plugin = sqliteTable("plugin", {
  name: text().primaryKey(),
  version: text().notNull(),
  manifest: text({ mode: "json" }).$type<Manifest>().notNull(),
  registeredAt: text().notNull(),
});

/** Bound, and not in the catalogue: why. */
export const refusedPlugin = sqliteTable("refused_plugin", {
  binding: text().primaryKey(),
  reason: text().notNull(),
  refusedAt: text().notNull(),
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
    /** The sequence that the twin had when it was written here. */
    sequence: integer().notNull().default(0),
    /** What of a twin of its type was written to `twin_value`: another one is written anew before it is searched. */
    indexedAs: text().notNull().default(""),
  },
  (row) => [
    primaryKey({ columns: [row.tenant, row.id] }),
    index("twin_by_type").on(row.tenant, row.type, row.id),
    index("twin_by_indexed_as").on(row.tenant, row.type, row.indexedAs),
  ],
);

/** A number or a text, as it is: a column of any other type would read a text of digits as a number. */
const scalar = customType<{ data: number | string }>({ dataType: () => "blob" });

/** What twins are found and sorted by: a value of a twin under the name of its field. It follows the twins, which own it. */
export const twinValue = sqliteTable(
  "twin_value",
  {
    tenant: text().notNull(),
    twin: text().notNull(),
    field: text().notNull(),
    /** A time as Unix milliseconds, true as 1 and false as 0. */
    value: scalar().notNull(),
  },
  (row) => [
    primaryKey({ columns: [row.tenant, row.twin, row.field] }),
    index("twin_value_by_value").on(row.tenant, row.field, row.value, row.twin),
  ],
);

/** The links of twins, to be found from either end. It follows their sources, which own them. */
export const link = sqliteTable(
  "link",
  {
    tenant: text().notNull(),
    source: text().notNull(),
    name: text().notNull(),
    target: text().notNull(),
  },
  (row) => [
    primaryKey({ columns: [row.tenant, row.source, row.name, row.target] }),
    index("link_by_target").on(row.tenant, row.target, row.name, row.source),
  ],
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
    /** How the body is laid out, with its major: what a capability must read. */
    format: text().notNull().default(""),
    /** When somebody was erased from the dataset that it was trained on; null where nobody was. */
    erasedFromAt: text(),
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
    /** The type of the twin that it is about; null where it is about none. */
    twinType: text(),
  },
  (row) => [primaryKey({ columns: [row.tenant, row.id] }), index("run_by_time").on(row.tenant, row.acceptedAt, row.id)],
);

/** Of an inbound hook, good until `untilMs` where that is set; sealed by the tenant's vault. */
export interface HookSecret {
  number: number;
  sealed: string;
  untilMs: number | null;
}

/** By which messages of somebody else's come in. What they are held to and what is made of them is the gateway's to read. */
export const hook = sqliteTable(
  "hook",
  {
    tenant: text().notNull(),
    id: text().notNull(),
    createdAt: text().notNull(),
    title: text().notNull(),
    rules: text({ mode: "json" }).$type<Readonly<Record<string, unknown>>>().notNull(),
    twinTypes: text({ mode: "json" }).$type<readonly string[]>().notNull(),
    secrets: text({ mode: "json" }).$type<readonly HookSecret[]>().notNull().default([]),
  },
  (row) => [primaryKey({ columns: [row.tenant, row.id] })],
);

/** A twin that was erased, or is being erased: its receipt is the one thing that is left of it. */
export const erasure = sqliteTable(
  "erasure",
  {
    tenant: text().notNull(),
    id: text().notNull(),
    twin: text().notNull(),
    twinType: text().notNull(),
    requestedAt: text().notNull(),
    requestedBy: text().notNull(),
    /** Null while it goes on. */
    erasedAt: text(),
    /** Canonical JSON, as it was signed. */
    receipt: text(),
    signature: text({ mode: "json" }).$type<Signature>(),
  },
  (row) => [primaryKey({ columns: [row.tenant, row.id] })],
);
