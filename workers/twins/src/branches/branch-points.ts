// The points of a branch: those of its twin as they were known when it was made, and over them its own, in blocks of the
// branch.

import { refuse } from "@eigentwin/core";
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
import { readStretches, type Overlay, type StreamPlaces } from "../streams/read.ts";
import { readTail, type StreamState } from "../streams/tail.ts";
import { between, countOf, fromBytes, joined, knownAt, slice, toBytes, type Versions } from "../streams/versions.ts";
import { everyBranch, storeStreams, type BranchRecord } from "./branch-record.ts";

const MOST_POINTS = 100_000;
/** A row of the storage has at most 2 MB. */
const MOST_IN_BLOCK = 2_048;

export const overlayOf = (sql: SqlStorage, { name, asOfMs }: Pick<BranchRecord, "name" | "asOfMs">): Overlay => ({
  asOfMs,
  versionsOf: (stream, fromMs, toMs) => between(ownVersions(sql, name, stream, fromMs, toMs), fromMs, toMs),
});

const ownVersions = (sql: SqlStorage, branch: string, stream: string, fromMs: number, toMs: number): Versions =>
  joined(
    sql
      .exec<{ body: ArrayBuffer }>(
        "SELECT body FROM branch_block WHERE branch = ? AND stream = ? AND first_at < ? AND last_at >= ?",
        branch,
        stream,
        toMs,
        fromMs,
      )
      .toArray()
      .flatMap(({ body }) => fromBytes(body)),
  );

/** Call inside a transaction, with the segments of the twin under these points. */
export function appendToBranch(
  sql: SqlStorage,
  branch: BranchRecord,
  rows: readonly PointRow[],
  loaded: Loaded,
  nowMs: number,
): PointOutcome[] {
  const { name, asOfMs } = branch;
  const known = knownUnder(sql, readTail(sql), rows, loaded, asOfMs);
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
    if (state) states.set(stream, stateWith(state, version, isNew));
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

/** What a stream of a branch comes to: kept, or counted anew where the twin's retention has cut it. */
export async function stateOfStream(
  places: StreamPlaces,
  { states }: Pick<BranchRecord, "states">,
  stream: string,
): Promise<StreamState> {
  const kept = states.get(stream);
  if (kept) return kept;
  let counted: StreamState = { points: 0, last: null };
  for await (const { observedAtMs, values } of readStretches(places, { stream, asOfMs: EVER_MS }))
    counted = {
      points: counted.points + values.length,
      last: { atMs: observedAtMs.at(-1) ?? 0, value: values.at(-1) ?? 0 },
    };
  return counted;
}

/** The newest value at each time that the branch has a value of its own for. What retention has cut is not among them. */
export function ownPoints(sql: SqlStorage, name: string): PointRow[] {
  const { states } = readTail(sql);
  return sql
    .exec<{ stream: string }>("SELECT DISTINCT stream FROM branch_block WHERE branch = ?", name)
    .toArray()
    .flatMap(({ stream }) => {
      const keptFromMs = states.get(stream)?.keptFromMs ?? FIRST_MS;
      const { observedAtMs, values } = knownAt(ownVersions(sql, name, stream, keptFromMs, EVER_MS), EVER_MS);
      return Array.from(values, (value, index) => ({ stream, observedAtMs: observedAtMs[index] ?? 0, value })).filter(
        (row) => row.observedAtMs >= keptFromMs,
      );
    });
}

/** Call inside a transaction: what was observed before is forgotten on branches too. */
export function forgetOnBranches(sql: SqlStorage, stream: string, keptFromMs: number): void {
  for (const branch of everyBranch(sql)) {
    const { name } = branch;
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
    branch.states.delete(stream);
    storeStreams(sql, { ...branch, points: branch.points - (versions ?? 0) });
  }
}
