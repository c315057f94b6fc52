// Everything that goes into a tenant's archive, in order of id: rows of the index, then twins, runs and bodies.

import { and, asc, eq, gt, lte } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { unwrap } from "@eigentwin/core";
import { dataset, erasure, hook, model, run, twin } from "@eigentwin/index";
import type { ArchivedObject, DumpCursor, DumpPart } from "@eigentwin/objects";
import { signerOf } from "@eigentwin/system";
import type { Env } from "../../env.ts";
import { feedAt, runAt, twinAt } from "../services.ts";
import {
  AUDIT_SCHEMA,
  auditPath,
  bodyPath,
  indexPath,
  INDEX_KINDS,
  INDEX_SCHEMA,
  KEPT_HERE,
  objectPath,
  SIGNING_KEYS,
  type IndexKind,
} from "./layout.ts";

export interface Content {
  path: string;
  size: number;
  body: Uint8Array | ReadableStream<Uint8Array>;
}

const TABLES = { twin, dataset, model, run, hook, erasure } as const;
const SINCE = {
  twin: twin.createdAt,
  dataset: dataset.createdAt,
  model: model.createdAt,
  run: run.acceptedAt,
  hook: hook.createdAt,
  erasure: erasure.erasedAt,
} as const;
/** The columns of a dataset are one value of its row, up to some hundred kilobytes. */
const ROWS = { twin: 1000, dataset: 20, model: 500, run: 1000, hook: 20, erasure: 500 } as const;
const AUDIT_ENTRIES = 5_000;
/** So often an object that is being written to is dumped anew before the export gives up. */
const MOST_TRIES = 10;

/** The deployment has one set for all of its tenants. */
async function signingKeys(env: Env): Promise<Content> {
  const body = new TextEncoder().encode(`${JSON.stringify(await signerOf(env.SIGNER).publicKeys())}\n`);
  return { path: SIGNING_KEYS, size: body.length, body };
}

/** What came after `until` is left out, so that nothing refers to what is not there. */
export async function* contentOf(env: Env, tenant: string, until: Date): AsyncGenerator<Content> {
  const bodies = new Set<string>();
  for (const kind of INDEX_KINDS)
    for await (const { part, rows } of pagesOf(env, kind, tenant, until)) {
      for (const row of rows) if ("bodyKey" in row) bodies.add(row.bodyKey);
      yield text(indexPath(kind, part), [{ schema: INDEX_SCHEMA, table: kind, part }, ...rows.map(toldOf(kind))]);
    }
  for await (const { rows } of pagesOf(env, "twin", tenant, until))
    for (const { id } of rows) {
      const object = twinAt(env, tenant, id);
      // Before and after: points may move into a body, or be forgotten, while the object is dumped.
      const before = unwrap(await object.bodyKeys());
      yield* partsOf(object, (part) => objectPath("twin", id, part));
      for (const key of [...before, ...unwrap(await object.bodyKeys())]) bodies.add(key);
    }
  for await (const { rows } of pagesOf(env, "run", tenant, until))
    for (const { id } of rows) {
      const object = runAt(env, tenant, id);
      yield* partsOf(object, (part) => objectPath("run", id, part));
      for (const key of unwrap(await object.bodyKeys())) bodies.add(key);
    }
  // After the objects that tell it: an entry that both have is taken once, and one between them would be lost.
  yield* auditOf(env, tenant);
  yield await signingKeys(env);
  for (const key of [...bodies].sort()) {
    const body = await env.BODIES.get(key);
    if (!body) throw new Error(`the body ${key} is gone from storage`);
    yield { path: bodyPath(key), size: body.size, body: body.body };
  }
}

async function* auditOf(env: Env, tenant: string): AsyncGenerator<Content> {
  for (let part = 1, last = 0; ; part++) {
    const entries = await feedAt(env, tenant).auditAfter(last, AUDIT_ENTRIES);
    if (entries.length === 0) return;
    yield text(auditPath(part), [{ schema: AUDIT_SCHEMA, part }, ...entries]);
    last = entries.at(-1)?.number ?? last;
  }
}

/** What is kept here alone, and what follows from a twin and is written anew where it is restored. */
const toldOf = (kind: IndexKind) => (row: object) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== "indexedAs" && name !== KEPT_HERE[kind]));

async function* pagesOf(env: Env, kind: IndexKind, tenant: string, until: Date) {
  const table = TABLES[kind];
  for (let part = 1, last = ""; ; part++) {
    const rows = await drizzle(env.INDEX)
      .select()
      .from(table)
      .where(and(eq(table.tenant, tenant), gt(table.id, last), lte(SINCE[kind], until.toISOString())))
      .orderBy(asc(table.id))
      .limit(ROWS[kind]);
    if (rows.length > 0) yield { part, rows };
    if (rows.length < ROWS[kind]) return;
    last = rows.at(-1)?.id ?? "";
  }
}

/** One state of the object: where it is written to on the way, its parts come again and replace the first ones. */
async function* partsOf(object: ArchivedObject, pathOf: (part: number) => string): AsyncGenerator<Content> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    for (let cursor: DumpCursor | null = null; ;) {
      const { bytes, next }: DumpPart = unwrap(await object.dumpPart(cursor));
      if (next === "changed") break;
      yield { path: pathOf(cursor?.part ?? 1), size: bytes.length, body: bytes };
      if (next === null) return;
      cursor = next;
    }
  }
  throw new Error(`${pathOf(1)} is being written to all the time`);
}

function text(path: string, lines: readonly object[]): Content {
  const body = new TextEncoder().encode(`${lines.map((line) => JSON.stringify(line)).join("\n")}\n`);
  return { path, size: body.length, body };
}
