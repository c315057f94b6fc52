// Old points as Parquet in object storage: an immutable body a segment, which only its row makes part of the stream. A
// body is noted before it is written and until its row is there, so none is left over.

import { refuse } from "@eigentwin/core";
import { digestTable, readColumns, writeTable } from "@eigentwin/tables";
import { countOf, type Versions } from "./versions.ts";

/** The part of a bucket that is used here. */
export type Bodies = Pick<R2Bucket, "get" | "put" | "delete" | "list">;

export interface Segment {
  key: string;
  firstAtMs: number;
  lastAtMs: number;
  versions: number;
  digest: string;
}

interface SegmentRow extends Record<string, SqlStorageValue> {
  key: string;
  first_at: number;
  last_at: number;
  versions: number;
  digest: string;
}

const NAMES = ["observedAtMs", "recordedAtMs", "value"] as const;
/** Longer than any write takes. */
const DRAFT_MS = 60 * 60_000;
/** An archive under way may still name it. */
const DISCARDED_MS = 24 * 60 * 60_000;
/** Pages of one reading ask for the same segment again and again. */
const MOST_HELD = 4;

export const segmentsOf = (
  sql: SqlStorage,
  stream: string,
  { fromMs, toMs, asOfMs }: { fromMs: number; toMs: number; asOfMs: number },
): Segment[] =>
  sql
    .exec<SegmentRow>(
      `SELECT key, first_at, last_at, versions, digest FROM segment
       WHERE stream = ? AND first_at < ? AND last_at >= ? AND first_recorded_at <= ? ORDER BY first_at, key`,
      stream,
      toMs,
      fromMs,
      asOfMs,
    )
    .toArray()
    .map((row) => ({
      key: row.key,
      firstAtMs: row.first_at,
      lastAtMs: row.last_at,
      versions: row.versions,
      digest: row.digest,
    }));

export type ReadSegment = (segment: Segment) => Promise<Versions>;

/** Reads whole bodies, holds the last few, and refuses one that is not what was written. */
export function segmentReader(bodies: Bodies): ReadSegment {
  const held = new Map<string, Promise<Versions>>();
  return (segment) => {
    const known = held.get(segment.key);
    if (known) return known;
    const read = readSegment(bodies, segment);
    held.set(segment.key, read);
    read.catch(() => held.delete(segment.key));
    const [oldest] = held.keys();
    if (held.size > MOST_HELD && oldest !== undefined) held.delete(oldest);
    return read;
  };
}

async function readSegment(bodies: Bodies, { key, digest }: Segment): Promise<Versions> {
  const body = (await bodies.get(key)) ?? refuse("platform.fault", "a segment of this stream is gone from storage");
  const bytes = await body.arrayBuffer();
  const file = { byteLength: bytes.byteLength, slice: async (from: number, to?: number) => bytes.slice(from, to) };
  const {
    observedAtMs = new Float64Array(),
    recordedAtMs = new Float64Array(),
    value = new Float64Array(),
  } = await readColumns(file, NAMES);
  if ((await digestTable(NAMES, [observedAtMs, recordedAtMs, value])) !== digest)
    refuse("platform.fault", "a segment of this stream is not what was written");
  return { observedAtMs, recordedAtMs, values: value };
}

export interface Draft {
  key: string;
  digest: string;
}

/** Writes a body that belongs to nothing yet. */
export async function writeDraft(
  storage: DurableObjectStorage,
  bodies: Bodies,
  key: string,
  { observedAtMs, recordedAtMs, values }: Versions,
): Promise<Draft> {
  discard(storage.sql, key, Date.now() + DRAFT_MS);
  // The note is on disk before the body is: nothing that is written can be forgotten.
  await storage.sync();
  const columns = [observedAtMs, recordedAtMs, values];
  await bodies.put(key, writeTable(NAMES, columns));
  return { key, digest: await digestTable(NAMES, columns) };
}

/** Call inside a transaction that also drops the blocks. */
export function adopt(sql: SqlStorage, stream: string, { key, digest }: Draft, versions: Versions): void {
  const { observedAtMs, recordedAtMs } = versions;
  sql.exec(
    `INSERT INTO segment (key, stream, first_at, last_at, first_recorded_at, last_recorded_at, versions, digest)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    key,
    stream,
    observedAtMs[0] ?? 0,
    observedAtMs.at(-1) ?? 0,
    recordedAtMs.reduce((a, b) => Math.min(a, b), Infinity),
    recordedAtMs.reduce((a, b) => Math.max(a, b), -Infinity),
    countOf(versions),
    digest,
  );
  sql.exec("DELETE FROM discarded_body WHERE key = ?", key);
}

/** Call inside a transaction: segments that end before `keptFromMs` go. */
export function dropSegments(sql: SqlStorage, stream: string, keptFromMs: number, nowMs: number): void {
  sql.exec(
    "INSERT OR REPLACE INTO discarded_body SELECT key, ? FROM segment WHERE stream = ? AND last_at < ?",
    nowMs + DISCARDED_MS,
    stream,
    keptFromMs,
  );
  sql.exec("DELETE FROM segment WHERE stream = ? AND last_at < ?", stream, keptFromMs);
}

const discard = (sql: SqlStorage, key: string, atMs: number) =>
  void sql.exec("INSERT OR REPLACE INTO discarded_body VALUES (?, ?)", key, Math.floor(atMs));

/** Deletes the bodies whose time has come; when the next one is due, nothing where there is none. */
export async function deleteDiscarded(sql: SqlStorage, bodies: Bodies, nowMs: number): Promise<number | undefined> {
  const keys = sql
    .exec<{ key: string }>("SELECT key FROM discarded_body WHERE at_ms <= ?", nowMs)
    .toArray()
    .map(({ key }) => key);
  for (let from = 0; from < keys.length; from += 1000) await bodies.delete(keys.slice(from, from + 1000));
  for (const key of keys) sql.exec("DELETE FROM discarded_body WHERE key = ?", key);
  return sql.exec<{ at: number | null }>("SELECT min(at_ms) AS at FROM discarded_body").one().at ?? undefined;
}

/** False where rows that came from outside name a body of somebody else: it would be read, exported and erased as this twin's. */
export const hasOwnBodies = (sql: SqlStorage, folder: string): boolean =>
  sql
    .exec<{ key: string }>("SELECT key FROM segment UNION SELECT key FROM discarded_body")
    .toArray()
    .every(({ key }) => key.startsWith(folder));

/** Of all bodies that a dump of these tables may name. */
export const bodyKeys = (sql: SqlStorage): string[] =>
  sql
    .exec<{ key: string }>("SELECT key FROM segment ORDER BY key")
    .toArray()
    .map(({ key }) => key);
