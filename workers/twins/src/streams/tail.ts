// The newest points of all streams, and what each stream is now, in one row: a batch of a few points writes that row alone.

import { fromBytes, toBytes, countOf, type Versions } from "./versions.ts";

export interface StreamState {
  /** Times of observation that have a value. */
  points: number;
  /** The newest by time of observation; nothing where no point is left. */
  last: { atMs: number; value: number } | null;
  /** What was observed before is forgotten. */
  keptFromMs?: number;
}

export interface Tail {
  states: Map<string, StreamState>;
  /** By stream; what is older stands in blocks and segments. */
  recent: Map<string, Versions>;
  nextBlock: number;
}

type StoredStates = Record<string, StreamState & { recent: number }>;

export function readTail(sql: SqlStorage): Tail {
  const [row] = sql
    .exec<{ states: string; next_block: number; body: ArrayBuffer }>("SELECT states, next_block, body FROM stream_tail")
    .toArray();
  if (!row) return { states: new Map(), recent: new Map(), nextBlock: 1 };
  const stored = Object.entries(JSON.parse(row.states) as StoredStates);
  const recent = fromBytes(
    row.body,
    stored.map(([, state]) => state.recent),
  );
  return {
    states: new Map(
      stored.map(([stream, { points, last, keptFromMs }]) => [
        stream,
        { points, last, ...(keptFromMs !== undefined && { keptFromMs }) },
      ]),
    ),
    recent: new Map(
      stored.flatMap(([stream], index) => {
        const versions = recent[index];
        return versions && countOf(versions) > 0 ? [[stream, versions] as const] : [];
      }),
    ),
    nextBlock: row.next_block,
  };
}

export function writeTail(sql: SqlStorage, { states, recent, nextBlock }: Tail): void {
  const stored = [...states].map(([stream, state]) => {
    const versions = recent.get(stream);
    return [stream, { ...state, recent: versions ? countOf(versions) : 0 }] as const;
  });
  const body = toBytes([...states.keys()].flatMap((stream) => recent.get(stream) ?? []));
  sql.exec(
    "INSERT OR REPLACE INTO stream_tail (one, states, next_block, body) VALUES (1, ?, ?, ?)",
    JSON.stringify(Object.fromEntries(stored)),
    nextBlock,
    body,
  );
}

export interface StreamSummary {
  points: number;
  lastObservedAt: string | null;
  lastValue: number | null;
}

export const summaryOf = ({ points, last }: StreamState = { points: 0, last: null }): StreamSummary => ({
  points,
  lastObservedAt: last && new Date(last.atMs).toISOString(),
  lastValue: last && last.value,
});

/** What a twin tells of its streams without counting their points. */
export const streamStates = (sql: SqlStorage): Map<string, StreamSummary> =>
  new Map([...readTail(sql).states].map(([stream, state]) => [stream, summaryOf(state)]));
