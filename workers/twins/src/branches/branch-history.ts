// The history of a branch: its own changes, and before them those of the twin up to the revision that it was made from.

import { applyPatch, type Difference } from "@eigentwin/core";
import type { Moment } from "../contract.ts";
import {
  changeBelow,
  differenceOf,
  documentOf,
  notKept,
  pageOfChanges,
  stateAt,
  type ChangeRow,
  type HistoricState,
  type HistoryPage,
} from "../history.ts";
import type { BranchRecord } from "./branch-record.ts";

export const readBranchHistory = (sql: SqlStorage, branch: BranchRecord, page: HistoryPage) =>
  pageOfChanges(
    page,
    (below) => ownChange(sql, branch, "revision < ?", below) ?? changeBelow(sql, Math.min(below, branch.base + 1)),
  );

const ownChange = (
  sql: SqlStorage,
  { name }: BranchRecord,
  condition: string,
  value: SqlStorageValue,
): ChangeRow | undefined =>
  sql
    .exec<ChangeRow>(
      `SELECT * FROM branch_change WHERE branch = ? AND ${condition} ORDER BY revision DESC LIMIT 1`,
      name,
      value,
    )
    .toArray()[0];

/** Refuses where its history has no such revision. */
export function branchStateAt(
  sql: SqlStorage,
  branch: BranchRecord,
  moment: Moment,
): HistoricState & { revision: number; at: string } {
  const { base } = branch;
  const own =
    "revision" in moment
      ? ownChange(sql, branch, "revision = ?", moment.revision)
      : ownChange(sql, branch, "changed_at <= ?", new Date(moment.at).toISOString());
  if (own) return { ...rebuilt(sql, branch, own.revision), revision: own.revision, at: own.changed_at };
  if ("revision" in moment) return moment.revision <= base ? stateAt(sql, moment) : notKept(moment);
  const twins = stateAt(sql, moment);
  return twins.revision <= base ? twins : stateAt(sql, { revision: base });
}

/** What a branch was made from. */
export const baseOf = (sql: SqlStorage, { base }: BranchRecord): HistoricState =>
  documentOf(stateAt(sql, { revision: base }));

const rebuilt = (sql: SqlStorage, branch: BranchRecord, revision: number): HistoricState =>
  sql
    .exec<{ patch: string }>(
      "SELECT patch FROM branch_change WHERE branch = ? AND revision <= ? ORDER BY revision",
      branch.name,
      revision,
    )
    .toArray()
    .reduce((state, { patch }) => applyPatch(state, JSON.parse(patch)) as HistoricState, baseOf(sql, branch));

export const branchDiff = (sql: SqlStorage, branch: BranchRecord, from: number, to: number): Difference[] =>
  differenceOf(branchStateAt(sql, branch, { revision: from }), branchStateAt(sql, branch, { revision: to }));
