// Append-only points: the same value again is nothing new, another value at the same time is a correction. Only what came
// late is looked up; everything newer than its stream's newest point is new.

import { blocksOf, EVER_MS, readBlock, spill } from "./blocks.ts";
import { segmentsOf, type ReadSegment } from "./segments.ts";
import { readTail, writeTail, type StreamState, type Tail } from "./tail.ts";
import { countOf, joined, positionOf, recordedBy, versionsOf, type Version, type Versions } from "./versions.ts";

/** The tail holds so many versions; a batch that fills it moves them into blocks. */
export const MOST_IN_TAIL = 512;

export interface PointRow {
  stream: string;
  observedAtMs: number;
  value: number;
}

export type PointOutcome = "accepted" | "unchanged" | "corrected";

export interface Appended {
  outcomes: PointOutcome[];
  /** Something has moved from the tail into blocks. */
  spilled: boolean;
}

/** The contents of segments by key. */
export type Loaded = ReadonlyMap<string, Versions>;

/** Times that are not after their stream's newest point, by stream, in order. */
function lateTimes(tail: Tail, rows: readonly PointRow[]): Map<string, number[]> {
  const late = new Map<string, Set<number>>();
  for (const { stream, observedAtMs } of rows) {
    const last = tail.states.get(stream)?.last;
    if (!last || observedAtMs > last.atMs) continue;
    const times = late.get(stream);
    if (times) times.add(observedAtMs);
    else late.set(stream, new Set([observedAtMs]));
  }
  return new Map([...late].map(([stream, times]) => [stream, [...times].sort((a, b) => a - b)]));
}

const rangeOf = (times: readonly number[]) => ({
  fromMs: times[0] ?? 0,
  toMs: (times.at(-1) ?? 0) + 1,
  asOfMs: EVER_MS,
});

const touches = (times: readonly number[], { firstAtMs, lastAtMs }: { firstAtMs: number; lastAtMs: number }) =>
  times.some((at) => at >= firstAtMs && at <= lastAtMs);

/** The segments that these points may correct. Segments come at any time, so ask again after every wait. */
export async function segmentsUnder(sql: SqlStorage, rows: readonly PointRow[], read: ReadSegment): Promise<Loaded> {
  const loaded = new Map<string, Versions>();
  for (;;) {
    const missing = [...lateTimes(readTail(sql), rows)]
      .flatMap(([stream, times]) => segmentsOf(sql, stream, rangeOf(times)).filter((one) => touches(times, one)))
      .filter(({ key }) => !loaded.has(key));
    if (missing.length === 0) return loaded;
    for (const segment of missing) loaded.set(segment.key, await read(segment));
  }
}

/** Call inside a transaction, with the segments under these points. */
export function appendPoints(
  sql: SqlStorage,
  rows: readonly PointRow[],
  nowMs: number,
  loaded: Loaded = new Map(),
): Appended {
  const tail = readTail(sql);
  const { outcomes, fresh } = freshIn(rows, knownUnder(sql, tail, rows, loaded), nowMs);
  if (fresh.length === 0) return { outcomes, spilled: false };
  for (const { stream, version, isNew } of fresh)
    tail.states.set(stream, stateWith(tail.states.get(stream), version, isNew));
  for (const [stream, versions] of byStream(fresh))
    tail.recent.set(stream, joined([tail.recent.get(stream) ?? versionsOf([]), versions]));
  const held = [...tail.recent.values()].reduce((sum, versions) => sum + countOf(versions), 0);
  const spilled = held > MOST_IN_TAIL;
  if (spilled) spill(sql, tail);
  writeTail(sql, tail);
  return { outcomes, spilled };
}

export interface FreshVersion {
  stream: string;
  version: Version;
  /** Nothing was known at this time before. */
  isNew: boolean;
}

/** What of these points is new over what is known; `known` follows. */
export function freshIn(
  rows: readonly PointRow[],
  known: Map<string, Newest>,
  nowMs: number,
): { outcomes: PointOutcome[]; fresh: FreshVersion[] } {
  const fresh: FreshVersion[] = [];
  const outcomes = rows.map((row): PointOutcome => {
    // SQLite knew one zero only, and so does Parquet.
    const [{ stream, observedAtMs }, value] = [row, row.value + 0];
    const newest = newestOf(known, stream);
    const before = newest.get(observedAtMs);
    if (before?.value === value) return "unchanged";
    // Two corrections within one millisecond still need an order.
    const recordedAtMs = before ? Math.max(nowMs, before.recordedAtMs + 1) : nowMs;
    const version = { observedAtMs, recordedAtMs, value };
    newest.set(observedAtMs, version);
    fresh.push({ stream, version, isNew: before === undefined });
    return before ? "corrected" : "accepted";
  });
  return { outcomes, fresh };
}

export const byStream = (fresh: readonly FreshVersion[]): Map<string, Versions> =>
  new Map(
    [...Map.groupBy(fresh, ({ stream }) => stream)].map(([stream, list]) => [
      stream,
      versionsOf(list.map(({ version }) => version)),
    ]),
  );

export const stateWith = (
  state: StreamState = { points: 0, last: null },
  { observedAtMs, value }: Version,
  isNew: boolean,
): StreamState => ({
  ...state,
  points: state.points + (isNew ? 1 : 0),
  last: !state.last || observedAtMs >= state.last.atMs ? { atMs: observedAtMs, value } : state.last,
});

/** By time of observation. */
export type Newest = Map<number, Version>;

export function newestOf(known: Map<string, Newest>, stream: string): Newest {
  const newest = known.get(stream) ?? new Map<number, Version>();
  known.set(stream, newest);
  return newest;
}

/** The newest version at each late time, of those recorded by `asOfMs`. */
export function knownUnder(
  sql: SqlStorage,
  tail: Tail,
  rows: readonly PointRow[],
  loaded: Loaded,
  asOfMs = EVER_MS,
): Map<string, Newest> {
  const known = new Map<string, Newest>();
  for (const [stream, times] of lateTimes(tail, rows)) {
    const newest = newestOf(known, stream);
    const range = rangeOf(times);
    const segments = segmentsOf(sql, stream, range).filter((one) => touches(times, one));
    const blocks = blocksOf(sql, stream, range).filter((one) => touches(times, one));
    for (const { key } of segments) {
      const versions = loaded.get(key);
      if (!versions) throw new Error(`the segment ${key} has not been read before its points are corrected`);
      noteNewest(newest, times, recordedBy(versions, asOfMs));
    }
    for (const block of blocks) noteNewest(newest, times, recordedBy(readBlock(sql, stream, block), asOfMs));
    const recent = tail.recent.get(stream);
    if (recent) noteNewest(newest, times, recordedBy(recent, asOfMs));
  }
  return known;
}

export function noteNewest(newest: Newest, times: readonly number[], versions: Versions): void {
  const { observedAtMs, recordedAtMs, values } = versions;
  for (const at of times)
    for (let index = positionOf(versions, at); observedAtMs[index] === at; index++) {
      const version = { observedAtMs: at, recordedAtMs: recordedAtMs[index] ?? 0, value: values[index] ?? 0 };
      const before = newest.get(at);
      if (!before || version.recordedAtMs > before.recordedAtMs) newest.set(at, version);
    }
}
