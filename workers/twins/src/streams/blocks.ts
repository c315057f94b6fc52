// Points that have left the tail: rows of some hundred to some thousand versions of one stream. A block never changes; it
// is replaced by a larger one, or by a segment.

import type { Tail } from "./tail.ts";
import { countOf, fromBytes, joined, positionOf, slice, toBytes, type Versions } from "./versions.ts";

export interface BlockSizes {
  /** A row of the storage has at most 2 MB; what is read of a block is read whole. */
  most: number;
  /** A smaller last block takes more in, so that small batches do not leave small blocks. */
  full: number;
}

const SIZES: BlockSizes = { most: 2_048, full: 512 };

/** Later than every time that can be said. */
export const EVER_MS = 8.64e15;

export interface Block {
  id: number;
  firstAtMs: number;
  lastAtMs: number;
  lastRecordedAtMs: number;
  versions: number;
}

interface BlockRow extends Record<string, SqlStorageValue> {
  id: number;
  first_at: number;
  last_at: number;
  last_recorded_at: number;
  versions: number;
}

const blockOf = (row: BlockRow): Block => ({
  id: row.id,
  firstAtMs: row.first_at,
  lastAtMs: row.last_at,
  lastRecordedAtMs: row.last_recorded_at,
  versions: row.versions,
});

const COLUMNS = "id, first_at, last_at, last_recorded_at, versions";

/** Those that hold something observed from `fromMs` to before `toMs` and recorded by `asOfMs`, in order of their first time. */
export const blocksOf = (
  sql: SqlStorage,
  stream: string,
  { fromMs, toMs, asOfMs }: { fromMs: number; toMs: number; asOfMs: number },
): Block[] =>
  sql
    .exec<BlockRow>(
      `SELECT ${COLUMNS} FROM point_block
       WHERE stream = ? AND first_at < ? AND last_at >= ? AND first_recorded_at <= ? ORDER BY first_at, id`,
      stream,
      toMs,
      fromMs,
      asOfMs,
    )
    .toArray()
    .map(blockOf);

export const everyBlock = (sql: SqlStorage, stream: string): Block[] =>
  blocksOf(sql, stream, { fromMs: -EVER_MS, toMs: EVER_MS, asOfMs: EVER_MS });

/** Of all blocks, the one that reaches furthest. */
const newestBlock = (sql: SqlStorage, stream: string): Block | undefined =>
  sql
    .exec<BlockRow>(`SELECT ${COLUMNS} FROM point_block WHERE stream = ? ORDER BY last_at DESC LIMIT 1`, stream)
    .toArray()
    .map(blockOf)[0];

export function readBlock(sql: SqlStorage, stream: string, { id, firstAtMs }: Block): Versions {
  const { body } = sql
    .exec<{ body: ArrayBuffer }>(
      "SELECT body FROM point_block WHERE stream = ? AND first_at = ? AND id = ?",
      stream,
      firstAtMs,
      id,
    )
    .one();
  return joined(fromBytes(body));
}

export function dropBlock(sql: SqlStorage, stream: string, { id, firstAtMs }: Block): void {
  sql.exec("DELETE FROM point_block WHERE stream = ? AND first_at = ? AND id = ?", stream, firstAtMs, id);
}

/** Call inside a transaction: moves all that is recent into blocks. The tail is written by the caller. */
export function spill(sql: SqlStorage, tail: Tail, sizes = SIZES): void {
  for (const [stream, versions] of tail.recent) {
    const last = newestBlock(sql, stream);
    // What came late stands apart: blocks of what came in its order do not overlap.
    const split = last ? positionOf(versions, last.lastAtMs + 1) : 0;
    writeBlocks(sql, tail, { stream, most: sizes.most }, slice(versions, 0, split));
    const newer = slice(versions, split, countOf(versions));
    if (countOf(newer) === 0) continue;
    const small = last && last.versions < sizes.full ? last : undefined;
    const before = small && readBlock(sql, stream, small);
    if (small) dropBlock(sql, stream, small);
    writeBlocks(sql, tail, { stream, most: sizes.most }, before ? joined([before, newer]) : newer);
  }
  tail.recent.clear();
}

function writeBlocks(
  sql: SqlStorage,
  tail: Tail,
  { stream, most }: { stream: string; most: number },
  versions: Versions,
): void {
  for (let start = 0; start < countOf(versions); start += most) {
    const part = slice(versions, start, Math.min(start + most, countOf(versions)));
    const { observedAtMs, recordedAtMs } = part;
    sql.exec(
      `INSERT INTO point_block (stream, first_at, id, last_at, first_recorded_at, last_recorded_at, versions, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      stream,
      observedAtMs[0] ?? 0,
      tail.nextBlock,
      observedAtMs.at(-1) ?? 0,
      recordedAtMs.reduce((a, b) => Math.min(a, b), Infinity),
      recordedAtMs.reduce((a, b) => Math.max(a, b), -Infinity),
      countOf(part),
      toBytes([part]),
    );
    tail.nextBlock += 1;
  }
}
