// Makes a branch: the state of a twin at one of its revisions, and its points as they were known then.

import { auditBranch } from "../change.ts";
import type { BranchDraft } from "./contract.ts";
import { stateAt } from "../history.ts";
import type { Streams } from "../streams/index.ts";
import { readTail, type StreamState } from "../streams/tail.ts";
import { headOf } from "../twin-record.ts";
import { streamsAt } from "../upgrades.ts";
import { insertBranch, storedNames, type BranchRecord } from "./branch-record.ts";

/** Refuses where there is no such revision, or one branch too many. What the points of a past one come to is not counted here. */
export function makeBranch(
  storage: DurableObjectStorage,
  streams: Streams,
  draft: BranchDraft,
  clock: () => number = Date.now,
): void {
  const branch = originalOf(storage.sql, draft, clock());
  if (isPresent(storage.sql, draft)) {
    branch.asOfMs = Math.max(branch.asOfMs, streams.newestRecordedMs());
    const { states } = readTail(storage.sql);
    for (const stream of storedNames(branch)) branch.states.set(stream, stateIn(states, stream));
  }
  storage.transactionSync(() => {
    insertBranch(storage.sql, branch);
    const { by, base } = branch;
    auditBranch(storage, branch.name, { by, path: "", content: { from: base } });
  });
}

const isPresent = (sql: SqlStorage, { revision, at }: BranchDraft): boolean =>
  at === undefined && (revision === undefined || revision === headOf(sql)?.revision);

const stateIn = (states: ReadonlyMap<string, StreamState>, stream: string): StreamState => {
  const { points = 0, last = null } = states.get(stream) ?? {};
  return { points, last };
};

function originalOf(sql: SqlStorage, draft: BranchDraft, nowMs: number): BranchRecord {
  const { name, by, reason, at } = draft;
  const now = new Date(nowMs).toISOString();
  const revision = draft.revision ?? headOf(sql)?.revision ?? 0;
  const { at: _since, ...state } = stateAt(sql, at === undefined ? { revision } : { at });
  return {
    ...state,
    name,
    base: state.revision,
    asOfMs: at === undefined ? lastMsOf(sql, state.revision, nowMs) : Math.min(Date.parse(at), nowMs),
    streams: streamsAt(sql, state.revision),
    sequence: 1,
    states: new Map(),
    points: 0,
    by,
    reason,
    createdAt: now,
    updatedAt: now,
  };
}

/** The last moment at which the twin had this revision: its points came and were corrected until then. */
function lastMsOf(sql: SqlStorage, revision: number, nowMs: number): number {
  const [next] = sql
    .exec<{ at: string }>("SELECT changed_at AS at FROM state_change WHERE revision = ?", revision + 1)
    .toArray();
  return next ? Date.parse(next.at) - 1 : nowMs;
}
