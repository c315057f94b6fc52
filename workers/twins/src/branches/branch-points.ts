// The points of a branch: those of its twin as they were known when it was made, and over them its own, in blocks of the
// branch.

import { refuse } from "@eigentwin/core";
import { exists } from "@eigentwin/objects";
import {
  byStream,
  freshIn,
  knownUnder,
  newestOf,
  noteNewest,
  stateWith,
  type Loaded,
  type PointOutcome,
  type PointRow,
} from "../streams/append.ts";
import { EVER_MS } from "../streams/blocks.ts";
import { FIRST_MS } from "../streams/instant.ts";
import { mayHold, readStretches, type Overlay, type StreamPlaces } from "../streams/read.ts";
import { readTail, type StreamState } from "../streams/tail.ts";
import { between, countOf, fromBytes, joined, knownAt, slice, toBytes, type Versions } from "../streams/versions.ts";
import { everyBranch, isUnchanged, readBranch, storedNames, storeStreams, type BranchRecord } from "./branch-record.ts";

const MOST_POINTS = 100_000;
/** A row of the storage has at most 2 MB. */
const MOST_IN_BLOCK = 2_048;

export const overlayOf = (sql: SqlStorage, { name, asOfMs }: Pick<BranchRecord, "name" | "asOfMs">): Overlay => ({
  asOfMs,
  versionsOf: (stream, fromMs, toMs) => ownVersions(sql, name, stream, fromMs, toMs),
});

const ownVersions = (sql: SqlStorage, branch: string, stream: string, fromMs: number, toMs: number): Versions => {
  const blocks = sql
    .exec<{ body: ArrayBuffer }>(
      "SELECT body FROM branch_block WHERE branch = ? AND stream = ? AND first_at < ? AND last_at >= ?",
      branch,
      stream,
      toMs,
      fromMs,
    )
    .toArray();
  return between(joined(blocks.flatMap(({ body }) => fromBytes(body))), fromMs, toMs);
};

/** Call inside a transaction, with the segments of the twin under these points. */
export function appendToBranch(
  sql: SqlStorage,
  branch: BranchRecord,
  rows: readonly PointRow[],
  loaded: Loaded,
  nowMs: number,
): PointOutcome[] {
  const { name, asOfMs } = branch;
  const tail = readTail(sql);
  const known = knownUnder(sql, tail, rows, loaded, asOfMs);
  for (const [stream, list] of Map.groupBy(rows, (row) => row.stream)) {
    const times = [...new Set(list.map(({ observedAtMs }) => observedAtMs))].sort((a, b) => a - b);
    const own = ownVersions(sql, name, stream, times[0] ?? 0, (times.at(-1) ?? 0) + 1);
    noteNewest(newestOf(known, stream), times, own);
  }
  const { outcomes, fresh } = freshIn(rows, known, nowMs);
  const points = branch.points + fresh.length;
  if (points > MOST_POINTS)
    refuse("branch.limit-reached", `a branch holds at most ${MOST_POINTS} points of its own, with their corrections`, {
      hint: "Promote it and make another one, or drop it.",
    });
  if (fresh.length === 0) return outcomes;
  for (const [stream, versions] of byStream(fresh)) writeBlocks(sql, name, stream, versions);
  const states = new Map(branch.states);
  for (const { stream, version, isNew } of fresh) {
    const state = states.get(stream);
    const isForgotten = version.observedAtMs < (tail.states.get(stream)?.keptFromMs ?? FIRST_MS);
    if (state && !isForgotten) states.set(stream, stateWith(state, version, isNew));
  }
  storeStreams(sql, { ...branch, states, points });
  return outcomes;
}

function writeBlocks(sql: SqlStorage, branch: string, stream: string, versions: Versions): void {
  for (let start = 0; start < countOf(versions); start += MOST_IN_BLOCK) {
    const part = slice(versions, start, Math.min(start + MOST_IN_BLOCK, countOf(versions)));
    sql.exec(
      `INSERT INTO branch_block
       SELECT ?1, ?2, coalesce(max(id), 0) + 1, ?3, ?4, ?5, ?6 FROM branch_block WHERE branch = ?1 AND stream = ?2`,
      branch,
      stream,
      part.observedAtMs[0] ?? 0,
      part.observedAtMs.at(-1) ?? 0,
      countOf(part),
      toBytes([part]),
    );
  }
}

/**
 * By the name that points are stored under. What retention has cut, or was never counted, is counted once: it is kept unless
 * points came or went meanwhile.
 */
export async function statesOf(
  storage: DurableObjectStorage,
  places: StreamPlaces,
  branch: BranchRecord,
): Promise<BranchRecord["states"]> {
  const { sql } = storage;
  const states = new Map(branch.states);
  for (const stream of storedNames(branch).filter((name) => !states.has(name))) {
    const keptFromMs = keptFromOf(sql, stream);
    const state = await countedState(places, stream);
    states.set(stream, state);
    const present = exists(storage) ? readBranch(sql, branch.name) : undefined;
    if (present && isUnchanged(branch, present) && keptFromOf(sql, stream) === keptFromMs)
      storeStreams(sql, { ...present, states: new Map(present.states).set(stream, state) });
  }
  return states;
}

async function countedState(places: StreamPlaces, stream: string): Promise<StreamState> {
  let counted: StreamState = { points: 0, last: null };
  for await (const { observedAtMs, values } of readStretches(places, { stream, asOfMs: EVER_MS }))
    counted = {
      points: counted.points + values.length,
      last: { atMs: observedAtMs.at(-1) ?? 0, value: values.at(-1) ?? 0 },
    };
  return counted;
}

const keptFromOf = (sql: SqlStorage, stream: string): number =>
  readTail(sql).states.get(stream)?.keptFromMs ?? FIRST_MS;

/** The newest value at each time that the branch has a value of its own for. What retention has cut is not among them. */
export function ownPoints(sql: SqlStorage, name: string): PointRow[] {
  return sql
    .exec<{ stream: string }>("SELECT DISTINCT stream FROM branch_block WHERE branch = ?", name)
    .toArray()
    .flatMap(({ stream }) => {
      const keptFromMs = keptFromOf(sql, stream);
      const { observedAtMs, values } = knownAt(ownVersions(sql, name, stream, keptFromMs, EVER_MS), EVER_MS);
      return Array.from(values, (value, index) => ({ stream, observedAtMs: observedAtMs[index] ?? 0, value }));
    });
}

/**
 * Call inside the transaction in which the twin forgets what was observed before, and before it has: it is forgotten on branches
 * too.
 */
export function forgetOnBranches(sql: SqlStorage, stream: string, keptFromMs: number): void {
  const cut = { fromMs: keptFromOf(sql, stream), toMs: keptFromMs };
  for (const branch of everyBranch(sql)) {
    const { name, asOfMs } = branch;
    const isCut =
      mayHold(sql, stream, { ...cut, asOfMs }) || countOf(ownVersions(sql, name, stream, cut.fromMs, cut.toMs)) > 0;
    const gone = "branch = ? AND stream = ? AND last_at < ?";
    const { versions } = sql
      .exec<{ versions: number | null }>(
        `SELECT sum(versions) AS versions FROM branch_block WHERE ${gone}`,
        name,
        stream,
        keptFromMs,
      )
      .one();
    sql.exec(`DELETE FROM branch_block WHERE ${gone}`, name, stream, keptFromMs);
    if (isCut) branch.states.delete(stream);
    if (isCut || versions) storeStreams(sql, { ...branch, points: branch.points - (versions ?? 0) });
  }
}
