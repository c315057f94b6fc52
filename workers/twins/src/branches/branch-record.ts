// The row of a branch: what it was made from, its present state, and what its streams are by now.

import { refuse, type KeptStream, type WritableState } from "@eigentwin/core";
import type { Author } from "../contract.ts";
import { patchText, type HistoricState } from "../history.ts";
import type { StreamState } from "../streams/tail.ts";
import type { BranchOrigin, BranchSummary } from "./contract.ts";
import { branchId } from "./contract.ts";

export const MOST_BRANCHES = 20;
const MOST_CHANGES = 1_000;
const MOST_CHARACTERS = 4_000_000;

export interface BranchRecord extends HistoricState, Author {
  name: string;
  /** Of the twin: the revision that it was made from, and until when its points are those of the twin. */
  base: number;
  asOfMs: number;
  streams: Record<string, KeptStream>;
  revision: number;
  sequence: number;
  /** By the name that points are stored under; one that the twin's retention has cut since is not there. */
  states: Map<string, StreamState>;
  /** Versions of points that it holds of its own. */
  points: number;
  createdAt: string;
  updatedAt: string;
}

interface BranchRow extends Record<string, SqlStorageValue> {
  name: string;
  base: number;
  as_of: number;
  type: string;
  streams: string;
  revision: number;
  sequence: number;
  properties: string;
  desired: string;
  links: string;
  states: string;
  points: number;
  made_by: string | null;
  reason: string | null;
  created_at: string;
  updated_at: string;
}

const recordOf = (row: BranchRow): BranchRecord => ({
  name: row.name,
  base: row.base,
  asOfMs: row.as_of,
  type: row.type,
  streams: JSON.parse(row.streams),
  revision: row.revision,
  sequence: row.sequence,
  properties: JSON.parse(row.properties),
  desired: JSON.parse(row.desired),
  links: JSON.parse(row.links),
  states: new Map(Object.entries(JSON.parse(row.states) as Record<string, StreamState>)),
  points: row.points,
  by: row.made_by,
  reason: row.reason,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export function readBranch(sql: SqlStorage, name: string): BranchRecord | undefined {
  const [row] = sql.exec<BranchRow>("SELECT * FROM branch WHERE name = ?", name).toArray();
  return row && recordOf(row);
}

export const branchNamed = (sql: SqlStorage, name: string): BranchRecord =>
  readBranch(sql, name) ?? refuse("branch.not-found", `this twin has no branch ${name.slice(0, 64)}`);

export const everyBranch = (sql: SqlStorage): BranchRecord[] =>
  sql.exec<BranchRow>("SELECT * FROM branch ORDER BY name").toArray().map(recordOf);

export const isBranch = (sql: SqlStorage, name: string): boolean =>
  sql.exec("SELECT 1 FROM branch WHERE name = ?", name).toArray().length > 0;

/** In order of their names. */
export const listBranches = (sql: SqlStorage, twin: string): BranchSummary[] =>
  everyBranch(sql).map(({ name, type, revision, points, by, reason, createdAt, updatedAt, ...branch }) => ({
    id: branchId(twin, name),
    name,
    type,
    revision,
    from: fromOf(branch),
    points,
    by,
    reason,
    createdAt,
    updatedAt,
  }));

export const fromOf = ({ base, asOfMs }: Pick<BranchRecord, "base" | "asOfMs">): BranchOrigin["from"] => ({
  revision: base,
  asOf: new Date(asOfMs).toISOString(),
});

export const originOf = (twin: string, branch: Pick<BranchRecord, "name" | "base" | "asOfMs">): BranchOrigin => ({
  twin,
  name: branch.name,
  from: fromOf(branch),
});

/** What is written to the twin is recorded later than what its branches have of it. */
export const afterBranchesMs = (sql: SqlStorage, nowMs = Date.now()): number =>
  Math.max(nowMs, 1 + (sql.exec<{ asOf: number | null }>("SELECT max(as_of) AS asOf FROM branch").one().asOf ?? 0));

/** Call inside a transaction. */
export function insertBranch(sql: SqlStorage, branch: BranchRecord): void {
  if (isBranch(sql, branch.name))
    refuse("branch.exists", `this twin has a branch ${branch.name} already`, {
      at: "/name",
      hint: "Choose another name, or drop the branch that is there.",
    });
  const { count } = sql.exec<{ count: number }>("SELECT count(*) AS count FROM branch").one();
  if (count >= MOST_BRANCHES)
    refuse("branch.limit-reached", `a twin has at most ${MOST_BRANCHES} branches`, {
      hint: "Promote or drop one: GET /v1/twins/{id}/branches lists them.",
    });
  sql.exec(
    "INSERT INTO branch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    branch.name,
    branch.base,
    branch.asOfMs,
    branch.type,
    JSON.stringify(branch.streams),
    branch.revision,
    branch.sequence,
    JSON.stringify(branch.properties),
    JSON.stringify(branch.desired),
    JSON.stringify(branch.links),
    statesText(branch.states),
    branch.points,
    branch.by,
    branch.reason,
    branch.createdAt,
    branch.updatedAt,
  );
}

const statesText = (states: BranchRecord["states"]): string => JSON.stringify(Object.fromEntries(states));

/** Call inside a transaction: the next revision, with its entry in the history of the branch. */
export function storeBranchState(
  sql: SqlStorage,
  branch: BranchRecord,
  state: WritableState,
  { author, now }: { author: Author; now: string },
): void {
  const { name, revision } = branch;
  const patch = patchText(branch, { ...state, type: branch.type });
  const { characters } = sql
    .exec<{ characters: number | null }>(
      "SELECT sum(length(patch)) AS characters FROM branch_change WHERE branch = ?",
      name,
    )
    .one();
  if (revision - branch.base >= MOST_CHANGES || (characters ?? 0) + patch.length > MOST_CHARACTERS)
    refuse(
      "branch.limit-reached",
      `a branch has at most ${MOST_CHANGES} changes, of ${MOST_CHARACTERS} characters altogether`,
      { hint: "Promote it and make another one, or drop it." },
    );
  sql.exec(
    `INSERT INTO branch_change VALUES (?, ?, 'changed',
       max(?, coalesce((SELECT changed_at FROM branch_change WHERE branch = ? ORDER BY revision DESC LIMIT 1), ?)), ?, ?, ?)`,
    name,
    revision + 1,
    now,
    name,
    branch.createdAt,
    author.by,
    author.reason,
    patch,
  );
  sql.exec(
    "UPDATE branch SET revision = revision + 1, properties = ?, desired = ?, links = ? WHERE name = ?",
    JSON.stringify(state.properties),
    JSON.stringify(state.desired),
    JSON.stringify(state.links),
    name,
  );
  countBranch(sql, name, now);
}

/** Call inside a transaction. */
export const countBranch = (sql: SqlStorage, name: string, now: string): void =>
  void sql.exec("UPDATE branch SET sequence = sequence + 1, updated_at = max(updated_at, ?) WHERE name = ?", now, name);

/** Call inside a transaction. */
export const storeStreams = (sql: SqlStorage, { name, states, points }: BranchRecord): void =>
  void sql.exec("UPDATE branch SET states = ?, points = ? WHERE name = ?", statesText(states), points, name);

/** Call inside a transaction. */
export function dropBranch(sql: SqlStorage, name: string): void {
  sql.exec("DELETE FROM branch WHERE name = ?", name);
  for (const table of ["branch_change", "branch_block", "branch_finding"])
    sql.exec(`DELETE FROM ${table} WHERE branch = ?`, name);
}
