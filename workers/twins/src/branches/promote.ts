// Promotes a branch: what was changed on it since it was made becomes the twin's, in one transaction, or nothing where the
// twin has changed the same otherwise since then.

import { applyPatch, refuse } from "@eigentwin/core";
import { noteAppended } from "../change.ts";
import { checkCondition, needMatch } from "../condition.ts";
import { storeState, writableOf, writeState, type Written } from "../state.ts";
import { pointsBytes } from "../streams/received.ts";
import type { Loaded } from "../streams/append.ts";
import type { Streams } from "../streams/index.ts";
import type { TwinRecord } from "../twin-record.ts";
import { baseOf } from "./branch-history.ts";
import { ownPoints } from "./branch-points.ts";
import { afterBranchesMs, dropBranch, branchNamed, fromOf, readBranch, type BranchRecord } from "./branch-record.ts";
import type { Promoting, Promotion } from "./contract.ts";
import { mergeOf } from "./merge.ts";

const MOST_NAMED = 10;

export function promotionOf(sql: SqlStorage, twin: TwinRecord, branch: BranchRecord): Promotion {
  const { changes, twinChanges, conflicts } = mergeOf(baseOf(sql, branch), branch, twin);
  const points: Record<string, number> = {};
  const named = new Map(Object.entries(branch.streams).map(([name, { storedAs = name }]) => [storedAs, name]));
  for (const { stream } of ownPoints(sql, branch.name)) {
    const name = named.get(stream) ?? stream;
    points[name] = (points[name] ?? 0) + 1;
  }
  return {
    revision: branch.revision,
    twinRevision: twin.revision,
    from: fromOf(branch),
    changes,
    twinChanges,
    conflicts,
    points,
  };
}

export interface BranchPromotion {
  promoting: Promoting;
  loaded: Loaded;
  nowMs: number;
}

/**
 * Call inside a transaction, with the segments under the branch's points. The points are recorded now: the twin did not know
 * them before. Where the answer is not `written` nothing was.
 */
export function promoteBranch(
  storage: DurableObjectStorage,
  streams: Streams,
  twin: TwinRecord,
  { promoting, loaded, nowMs }: BranchPromotion,
): Written {
  const { sql } = storage;
  const { branch: name, condition, author, rules, targets } = promoting;
  const branch = branchNamed(sql, name);
  checkCondition(condition, twin.revision);
  needMatch(condition);
  const { missing, conflicts } = mergeOf(baseOf(sql, branch), branch, twin);
  if (conflicts.length > 0) refuseConflicts(conflicts, branch, twin);
  const change = { kind: "put" as const, value: applyPatch(writableOf(twin), missing) };
  const entry = {
    kind: "promoted" as const,
    author: { ...author, reason: author.reason ?? `branch ${name}` },
    now: new Date(nowMs).toISOString(),
  };
  const written = writeState(twin, { path: [], change, condition, author, rules, targets }, (state) =>
    storeState(sql, twin, state, entry),
  );
  if (written.kind !== "written") return written;
  const outcomes = streams.write(ownPoints(sql, name), loaded, twin.streams, afterBranchesMs(sql, nowMs));
  const content = pointsBytes(ownPoints(sql, name));
  noteAppended(storage, outcomes, { by: author.by, path: "/points", content });
  dropBranch(sql, name);
  return written;
}

/** The segments of the twin under the branch's points; others may come to it while they are read. */
export async function segmentsUnderBranch(sql: SqlStorage, streams: Streams, name: string): Promise<Loaded> {
  for (;;) {
    const before = readBranch(sql, name);
    const loaded = await streams.segmentsOf(ownPoints(sql, name));
    if (readBranch(sql, name)?.sequence === before?.sequence) return loaded;
  }
}

function refuseConflicts(conflicts: readonly string[], { name, base }: BranchRecord, { revision }: TwinRecord): never {
  const named = conflicts.slice(0, MOST_NAMED).join(", ");
  const more = conflicts.length > MOST_NAMED ? ` and ${conflicts.length - MOST_NAMED} more` : "";
  return refuse(
    "branch.conflict",
    `since revision ${base} both the twin, by now of revision ${revision}, and the branch ${name} changed ${named}${more}`,
    {
      at: conflicts[0] ?? "",
      hint: conflicts.includes("/type")
        ? "The twin was upgraded: undo that, or make another branch of what it is now."
        : "Write to the branch what the twin has there, or to the twin what is to stand there, and promote again.",
    },
  );
}
