// Puts the content of a whole archive in its places: bodies first, then the index, then the objects that refer to both.
// Each unit may be put twice, so that a restore goes on where it was interrupted.

import { and, eq, getTableColumns } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import * as v from "valibot";
import { readKeySet, refuse, unwrap } from "@eigentwin/core";
import { dataset, erasure, hook, link, model, run, twin, twinValue } from "@eigentwin/index";
import type { ArchivedAuditEntry } from "@eigentwin/events";
import { isInFolderOf, mayBeOf } from "@eigentwin/runs";
import { signerOf } from "@eigentwin/system";
import type { Env } from "../../env.ts";
import { hookRules } from "../routes/hook-schemas.ts";
import { idSchema } from "../routes/twin-schemas.ts";
import { feedAt, runAt, twinAt } from "../services.ts";
import {
  AUDIT_SCHEMA,
  bodyPath,
  INDEX_SCHEMA,
  KEPT_HERE,
  memberAt,
  objectPath,
  SIGNING_KEYS,
  type IndexKind,
  type Manifest,
} from "./layout.ts";
import { staged } from "./stage.ts";

const TABLES = { twin, dataset, model, run, hook, erasure } as const;
/** The log before what tells it: what comes out of an object again is known by then. */
const ORDER = ["body", "index", "audit", "twin", "run"] as const;
/** Statements that D1 takes at once. */
const BATCH = 100;

export type Unit =
  | { kind: "body"; path: string; key: string }
  | { kind: "index"; path: string; table: IndexKind }
  | { kind: "audit"; path: string; part: number }
  | { kind: "twin" | "run"; id: string; parts: number };

/** What has to be put, in order; the parts of an object belong together. */
export function unitsOf({ members }: Manifest): Unit[] {
  const units = new Map<string, Unit>();
  for (const { path, bytes } of members) {
    const member = memberAt(path, bytes);
    if (member.kind === "body") units.set(path, { kind: "body", path, key: member.key });
    if (member.kind === "index") units.set(path, { kind: "index", path, table: member.table });
    if (member.kind === "audit") units.set(path, { kind: "audit", path, part: member.part });
    if (member.kind !== "object") continue;
    const name = `${member.of}/${member.id}`;
    const known = units.get(name);
    if (known && "parts" in known) known.parts += 1;
    else units.set(name, { kind: member.of, id: member.id, parts: 1 });
  }
  const partOf = (unit: Unit) => (unit.kind === "audit" ? unit.part : 0);
  return [...units.values()].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || partOf(a) - partOf(b));
}

/** What is being restored: whose, and the digest that each member has in the manifest. */
export interface Restoring {
  tenant: string;
  digests: ReadonlyMap<string, string>;
}

export async function applyUnit(env: Env, restoring: Restoring, unit: Unit): Promise<void> {
  if (unit.kind === "body") return applyBody(env, restoring, unit);
  if (unit.kind === "index") return applyIndex(env, restoring, unit);
  if (unit.kind === "audit") return applyAudit(env, restoring, unit);
  const { kind, id, parts } = unit;
  const { tenant } = restoring;
  const object = kind === "twin" ? twinAt(env, tenant, id) : runAt(env, tenant, id);
  await mustBeListed(env, tenant, unit);
  let isWhole = false;
  for (let part = 1; part <= parts; part++) {
    const path = objectPath(kind, id, part);
    const put = await object.restorePart(await bytesAt(env, restoring, path));
    isWhole = put.ok ? put.value : refuse(put.failure.code, put.failure.message, { ...put.failure, at: path });
  }
  if (!isWhole)
    refuse("archive.malformed", "the last part of this object is missing", { at: objectPath(kind, id, parts) });
  for (const key of unwrap(await object.bodyKeys())) expectBody(restoring, key, kind, objectPath(kind, id, 1));
  // A run does nothing before all that it names is known to have come with it.
  if (kind === "run") await runAt(env, tenant, id).goOn();
}

/** What no row names would be found by nobody, not even to be deleted. */
async function mustBeListed(env: Env, tenant: string, { kind, id }: Unit & { kind: "twin" | "run" }): Promise<void> {
  const table = TABLES[kind];
  const [row] = await drizzle(env.INDEX)
    .select({ id: table.id })
    .from(table)
    .where(and(eq(table.tenant, tenant), eq(table.id, id)));
  if (!row) refuse("archive.malformed", `the index of the archive lacks this ${kind}`, { at: objectPath(kind, id, 1) });
}

function expectBody({ tenant, digests }: Restoring, key: string, what: string, at: string): void {
  if (!mayBeOf(tenant, key)) refuse("archive.malformed", `this ${what} names a body that is not the tenant's`, { at });
  if (!digests.has(bodyPath(key)))
    refuse("archive.malformed", `the archive lacks a body of this ${what}`, {
      at,
      hint: `It would be ${bodyPath(key)}.`,
    });
}

/** What an earlier tenant of the name may have left: nothing but the archive's content is to be listed. */
export async function clearIndex(env: Env, tenant: string): Promise<void> {
  const index = drizzle(env.INDEX);
  const [first, ...more] = [...Object.values(TABLES), link, twinValue].map((table) =>
    index.delete(table).where(eq(table.tenant, tenant)),
  );
  if (first) await index.batch([first, ...more]);
}

const bytesAt = (env: Env, { tenant, digests }: Restoring, path: string) =>
  staged(env, tenant, path, digests.get(path) ?? "");

/** Evidence that another deployment has signed is told as such, by its keys. */
export async function adoptKeys(env: Env, restoring: Restoring): Promise<void> {
  if (!restoring.digests.has(SIGNING_KEYS)) return;
  const keys = await readKeySet(jsonOf(await bytesAt(env, restoring, SIGNING_KEYS), SIGNING_KEYS));
  unwrap(await signerOf(env.SIGNER).adopt(keys));
}

function jsonOf(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return refuse("archive.malformed", "this is not JSON", { at: path });
  }
}

/**
 * The tenant's own folder holds nothing of anybody else. Outside of it a body belongs to whom it is marked for, or to whoever
 * wrote it here: an equal one under the same key would be deleted with either of them.
 */
async function applyBody(env: Env, restoring: Restoring, { path, key }: Unit & { kind: "body" }): Promise<void> {
  const { tenant, digests } = restoring;
  const known = await env.BODIES.head(key);
  const digest = digests.get(path) ?? "";
  const mark = { tenant, digest };
  if (known?.customMetadata?.["tenant"] === tenant && known.customMetadata["digest"] === digest) return;
  if (known && !isInFolderOf(tenant, key))
    refuse("archive.conflict", "a body is stored here under this name that is not this archive's", { at: path });
  const bytes = (await bytesAt(env, restoring, path)) as Uint8Array<ArrayBuffer>;
  await env.BODIES.put(key, bytes, { customMetadata: mark });
}

async function applyAudit(env: Env, restoring: Restoring, { path }: Unit & { kind: "audit" }): Promise<void> {
  const [head, ...rows] = linesOf(new TextDecoder().decode(await bytesAt(env, restoring, path)), path);
  if (head?.["schema"] !== AUDIT_SCHEMA) refuse("archive.malformed", "this is no audit log", { at: path });
  const entries = rows.map((row, index) =>
    v.is(archivedEntry, row)
      ? (row as unknown as ArchivedAuditEntry)
      : refuse("archive.malformed", "this is no entry of an audit log", { at: `${path} line ${index + 2}` }),
  );
  const put = await feedAt(env, restoring.tenant).restoreAudit(restoring.tenant, entries);
  if (!put.ok) refuse(put.failure.code, put.failure.message, { ...put.failure, at: path });
}

const orNull = v.nullable(v.string());
const archivedEntry = v.strictObject({
  number: v.pipe(v.number(), v.integer()),
  at: v.string(),
  by: orNull,
  action: v.string(),
  target: v.string(),
  path: v.string(),
  outcome: v.string(),
  digest: orNull,
  hash: v.string(),
  source: orNull,
});

async function applyIndex(
  env: Env,
  restoring: Restoring,
  { path, table: name }: Unit & { kind: "index" },
): Promise<void> {
  const rows = indexRows(new TextDecoder().decode(await bytesAt(env, restoring, path)), path, name);
  rows.forEach((row, index) => checkRow(row, name, restoring, `${path} line ${index + 2}`));
  const index = drizzle(env.INDEX);
  const table = TABLES[name];
  const statements = rows.map((row) =>
    index
      .insert(table)
      .values(row as never)
      .onConflictDoUpdate({ target: [table.tenant, table.id], set: row as never }),
  );
  for (let from = 0; from < statements.length; from += BATCH) {
    const [first, ...more] = statements.slice(from, from + BATCH);
    if (first) await index.batch([first, ...more]);
  }
  // The ids of twins that were erased there are not used again here.
  if (name === "erasure")
    for (const [at, { id, twin: of }] of (rows as { id: string; twin: string }[]).entries()) {
      if (!v.is(idSchema, of)) refuse("archive.malformed", "this is no id of a twin", { at: `${path} line ${at + 2}` });
      unwrap(await twinAt(env, restoring.tenant, of).keepErased(id));
    }
}

type IndexRow = Record<string, unknown>;

const linesOf = (text: string, path: string): IndexRow[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line, index) => {
      try {
        return JSON.parse(line) as IndexRow;
      } catch {
        return refuse("archive.malformed", "this line is not JSON", { at: `${path} line ${index + 1}` });
      }
    });

function indexRows(text: string, path: string, table: IndexKind): IndexRow[] {
  const [head, ...rows] = linesOf(text, path);
  if (head?.["schema"] !== INDEX_SCHEMA || head["table"] !== table)
    refuse("archive.malformed", `these are no rows of ${table}`, { at: `${path} line 1` });
  return rows;
}

/** Members that a column has no place for, values of another type, and what belongs to somebody else. */
function checkRow(row: IndexRow, table: IndexKind, restoring: Restoring, at: string): void {
  const { tenant } = restoring;
  const columns = getTableColumns(TABLES[table]) as Record<
    string,
    { dataType: string; notNull: boolean; hasDefault: boolean }
  >;
  const unknown = Object.keys(row).find((name) => !Object.hasOwn(columns, name));
  if (unknown !== undefined) refuse("archive.malformed", `a ${table} has no "${unknown}"`, { at });
  for (const [name, { dataType, notNull, hasDefault }] of Object.entries(columns)) {
    const value = row[name];
    const isLeftOut = value === undefined && (hasDefault || !notNull);
    const fits = value === null ? !notNull : dataType === "json" ? value !== undefined : typeof value === dataType;
    if (!isLeftOut && !fits) refuse("archive.malformed", `"${name}" of this ${table} is not right`, { at });
  }
  const kept = KEPT_HERE[table];
  if (kept !== undefined && kept in row) refuse("archive.malformed", `"${kept}" is never in an archive`, { at });
  if (table === "hook" && !v.is(hookRules, row["rules"]))
    refuse("archive.malformed", "the rules of this hook are not right", { at });
  if (row["tenant"] !== tenant) refuse("archive.malformed", `this ${table} belongs to another tenant`, { at });
  const body = row["bodyKey"];
  if (typeof body !== "string") return;
  if (!body.startsWith(`${table}s/`)) refuse("archive.malformed", `this body is none of a ${table}`, { at });
  expectBody(restoring, body, table, at);
}
