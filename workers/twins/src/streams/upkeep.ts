// What the alarm does for streams: old points become segments, points past their retention are forgotten, bodies that
// belong to nothing are deleted. Every step may end at any moment and be done again.

import { exists } from "@eigentwin/objects";
import { blocksOf, dropBlock, EVER_MS, everyBlock, readBlock, type Block } from "./blocks.ts";
import { FIRST_MS } from "./instant.ts";
import { readStretches, type StreamPlaces } from "./read.ts";
import { adopt, deleteDiscarded, dropSegments, writeDraft, type Bodies } from "./segments.ts";
import { readTail, writeTail } from "./tail.ts";
import { between, joined } from "./versions.ts";

export interface Limits {
  /** More versions than this of one stream in blocks: the oldest become segments. */
  mostHot: number;
  /** So many of the newest stay. */
  keptHot: number;
  mostInSegment: number;
  /** Recorded longer ago than this, they become a segment where they are enough for one. */
  coldAfterMs: number;
  leastCold: number;
}

const DAY_MS = 24 * 60 * 60_000;

export const LIMITS: Limits = {
  mostHot: 100_000,
  keptHot: 20_000,
  mostInSegment: 200_000,
  coldAfterMs: 30 * DAY_MS,
  leastCold: 5_000,
};

/** Told inside the transaction in which a stream forgets what was observed before a time. */
export type Forgotten = (stream: string, keptFromMs: number) => void;

export interface Upkeep extends StreamPlaces {
  storage: DurableObjectStorage;
  bodies: Bodies;
  /** Folder of the bodies, with its slash. */
  folder: string;
  /** Milliseconds, of the streams that have one, by the name that their points are stored under. */
  retentions: ReadonlyMap<string, number>;
  onForgotten: Forgotten;
}

/** When there is something to do again; nothing where there is nothing left that could be. */
export async function keepUp(upkeep: Upkeep, nowMs: number, limits = LIMITS): Promise<number | undefined> {
  const { sql, storage, bodies, retentions } = upkeep;
  for (const [stream, retentionMs] of retentions) await forget(upkeep, stream, nowMs - retentionMs, nowMs);
  for (const stream of readTail(sql).states.keys()) await moveOld(upkeep, stream, nowMs, limits);
  if (!exists(storage)) return undefined;
  const discardedMs = await deleteDiscarded(sql, bodies, nowMs);
  const isEmpty = sql.exec("SELECT 1 FROM point_block LIMIT 1").toArray().length === 0;
  const dailyMs = retentions.size > 0 || !isEmpty ? nowMs + DAY_MS : undefined;
  return discardedMs === undefined ? dailyMs : Math.min(discardedMs, dailyMs ?? discardedMs);
}

export const isOverfull = (sql: SqlStorage, limits = LIMITS): boolean =>
  sql.exec("SELECT 1 FROM point_block GROUP BY stream HAVING sum(versions) > ? LIMIT 1", limits.mostHot).toArray()
    .length > 0;

async function moveOld(upkeep: Upkeep, stream: string, nowMs: number, limits: Limits): Promise<void> {
  const { sql, storage, bodies, folder } = upkeep;
  for (let old = oldBlocks(everyBlock(sql, stream), nowMs, limits); old.length > 0;) {
    const versions = joined(old.map((block) => readBlock(sql, stream, block)));
    const draft = await writeDraft(storage, bodies, `${folder}${crypto.randomUUID()}`, versions);
    // The twin may have been erased meanwhile.
    if (!exists(storage)) return bodies.delete(draft.key);
    const stillThere = new Set(everyBlock(sql, stream).map(({ id }) => id));
    // A small block has grown meanwhile: the draft is discarded in its time.
    if (!old.every(({ id }) => stillThere.has(id))) return;
    storage.transactionSync(() => {
      adopt(sql, stream, draft, versions);
      for (const block of old) dropBlock(sql, stream, block);
    });
    old = oldBlocks(everyBlock(sql, stream), nowMs, limits);
  }
}

function oldBlocks(blocks: readonly Block[], nowMs: number, limits: Limits): Block[] {
  const { mostHot, keptHot, mostInSegment, coldAfterMs, leastCold } = limits;
  const sum = (some: readonly Block[]) => some.reduce((versions, block) => versions + block.versions, 0);
  const total = sum(blocks);
  const cold = blocks.filter(({ lastRecordedAtMs }) => lastRecordedAtMs < nowMs - coldAfterMs);
  const candidates = total > mostHot ? [...blocks] : sum(cold) >= leastCold ? cold : [];
  const most = Math.min(mostInSegment, total > mostHot ? total - keptHot : mostInSegment);
  let taken = 0;
  const beyond = candidates.findIndex(({ versions }) => (taken += versions) > most);
  return beyond < 0 ? candidates : candidates.slice(0, beyond);
}

/** Points observed before `keptFromMs` are no longer there for anybody; their rows and bodies go once nothing newer is in them. */
async function forget(upkeep: Upkeep, stream: string, keptFromMs: number, nowMs: number): Promise<void> {
  const { sql, storage } = upkeep;
  const state = readTail(sql).states.get(stream);
  if (!state || keptFromMs <= (state.keptFromMs ?? FIRST_MS)) return;
  let forgotten = 0;
  for await (const { values } of readStretches(upkeep, { stream, toMs: keptFromMs, asOfMs: EVER_MS }))
    forgotten += values.length;
  if (!exists(storage)) return;
  storage.transactionSync(() => {
    const tail = readTail(sql);
    const own = tail.states.get(stream);
    if (!own) return;
    own.points -= forgotten;
    own.keptFromMs = keptFromMs;
    if (own.last && own.last.atMs < keptFromMs) own.last = null;
    const recent = tail.recent.get(stream);
    if (recent) tail.recent.set(stream, between(recent, keptFromMs, EVER_MS));
    const past = blocksOf(sql, stream, { fromMs: -EVER_MS, toMs: keptFromMs, asOfMs: EVER_MS });
    for (const block of past.filter(({ lastAtMs }) => lastAtMs < keptFromMs)) dropBlock(sql, stream, block);
    dropSegments(sql, stream, keptFromMs, nowMs);
    writeTail(sql, tail);
    upkeep.onForgotten(stream, keptFromMs);
  });
}
