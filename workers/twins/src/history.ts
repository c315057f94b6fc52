// Every state that a twin has had: a patch for each revision, and from time to time the whole state, so that any of them is
// found again with few patches.

import { applyPatch, diffOf, refuse, type Difference, type WritableState } from "@eigentwin/core";
import type { Author, ChangeKind, Moment, StateChange } from "./contract.ts";

/** What history is about; it is also the document that its patches change. */
export interface HistoricState extends WritableState {
  type: string;
}

/** A past state is made of at most so many patches, of at most so many characters altogether. */
const PATCHES_A_SNAPSHOT = 50;
const CHARACTERS_A_SNAPSHOT = 1_000_000;
/** Larger changes are kept as the whole state after them, where that is shorter. */
const MOST_OPERATIONS = 500;
const SHORT_PATCH = 2_000;
/** A page ends with the patch that goes beyond it. */
const CHARACTERS_A_PAGE = 4_000_000;

export const documentOf = ({ type, properties, desired, links }: HistoricState): HistoricState => ({
  type,
  properties,
  desired,
  links,
});

/** The state of revision 1. */
export function beginHistory(sql: SqlStorage, state: HistoricState, { by, reason }: Author, now: string): void {
  sql.exec("INSERT INTO state_change VALUES (1, 'created', ?, ?, ?, '[]')", now, by, reason);
  keepSnapshot(sql, 1, state);
}

interface KeptChange {
  before: HistoricState;
  after: HistoricState & { revision: number };
  kind: ChangeKind;
  author: Author;
  now: string;
}

/** Call inside a transaction. Clocks may step back; the times of a history do not. */
export function keepChange(sql: SqlStorage, { before, after, kind, author, now }: KeptChange): void {
  sql.exec(
    `INSERT INTO state_change
     SELECT ?, ?, max(?, coalesce((SELECT changed_at FROM state_change ORDER BY revision DESC LIMIT 1), '')), ?, ?, ?`,
    after.revision,
    kind,
    now,
    author.by,
    author.reason,
    patchText(before, after),
  );
  const { patches, characters } = sql
    .exec<{ patches: number; characters: number }>(
      `SELECT count(*) AS patches, sum(length(patch)) AS characters FROM state_change
       WHERE revision > (SELECT max(revision) FROM state_snapshot)`,
    )
    .one();
  if (patches >= PATCHES_A_SNAPSHOT || characters >= CHARACTERS_A_SNAPSHOT) keepSnapshot(sql, after.revision, after);
}

/** Not longer than the state itself, however long the names on the way to what has changed; unless both are short. */
export function patchText(before: HistoricState, after: HistoricState): string {
  const differences = differenceOf(before, after);
  const patch = JSON.stringify(differences);
  const whole = JSON.stringify([{ op: "replace", path: "", value: documentOf(after) } satisfies Difference]);
  return differences.length > MOST_OPERATIONS || patch.length > Math.max(whole.length, SHORT_PATCH) ? whole : patch;
}

const keepSnapshot = (sql: SqlStorage, revision: number, state: HistoricState): void =>
  void sql.exec(
    "INSERT INTO state_snapshot VALUES (?, ?, ?, ?, ?)",
    revision,
    state.type,
    JSON.stringify(state.properties),
    JSON.stringify(state.desired),
    JSON.stringify(state.links),
  );

export interface ChangeRow extends Record<string, SqlStorageValue> {
  revision: number;
  kind: ChangeKind;
  changed_at: string;
  changed_by: string | null;
  reason: string | null;
  patch: string;
}

export interface HistoryPage {
  before: number | null;
  limit: number;
}

export const readHistory = (sql: SqlStorage, page: HistoryPage) =>
  pageOfChanges(page, (below) => changeBelow(sql, below));

/** The newest of the twin's changes before a revision. */
export const changeBelow = (sql: SqlStorage, below: number): ChangeRow | undefined =>
  changesWhere(sql, "revision < ?", below)[0];

/** Newest first. One entry at least, however large it is. */
export function pageOfChanges(
  { before, limit }: HistoryPage,
  changeBelow: (below: number) => ChangeRow | undefined,
): { changes: StateChange[]; hasMore: boolean } {
  const changes: StateChange[] = [];
  let characters = 0;
  for (let below = before ?? Number.MAX_SAFE_INTEGER; ;) {
    const row = changeBelow(below);
    if (!row) return { changes, hasMore: false };
    characters += row.patch.length;
    if (changes.length === limit || (changes.length > 0 && characters > CHARACTERS_A_PAGE))
      return { changes, hasMore: true };
    const { revision, kind, changed_at: at, changed_by: by, reason, patch } = row;
    changes.push({ revision, kind, at, by, reason, patch: JSON.parse(patch) });
    below = revision;
  }
}

/** Refuses where history has no such revision. */
export function stateAt(sql: SqlStorage, moment: Moment): HistoricState & { revision: number; at: string } {
  const [found] =
    "revision" in moment
      ? changesWhere(sql, "revision = ?", moment.revision)
      : changesWhere(sql, "changed_at <= ?", new Date(moment.at).toISOString());
  return found ? { ...rebuilt(sql, found.revision), revision: found.revision, at: found.changed_at } : notKept(moment);
}

const changesWhere = (sql: SqlStorage, condition: string, value: SqlStorageValue) =>
  sql.exec<ChangeRow>(`SELECT * FROM state_change WHERE ${condition} ORDER BY revision DESC LIMIT 1`, value).toArray();

interface SnapshotRow extends Record<string, SqlStorageValue> {
  revision: number;
  type: string;
  properties: string;
  desired: string;
  links: string;
}

function rebuilt(sql: SqlStorage, revision: number): HistoricState {
  const { revision: since, ...row } = sql
    .exec<SnapshotRow>("SELECT * FROM state_snapshot WHERE revision <= ? ORDER BY revision DESC LIMIT 1", revision)
    .one();
  const { type, properties, desired, links } = row;
  const snapshot = {
    type,
    properties: JSON.parse(properties),
    desired: JSON.parse(desired),
    links: JSON.parse(links),
  };
  return sql
    .exec<{ patch: string }>(
      "SELECT patch FROM state_change WHERE revision > ? AND revision <= ? ORDER BY revision",
      since,
      revision,
    )
    .toArray()
    .reduce((state, { patch }) => applyPatch(state, JSON.parse(patch)) as HistoricState, snapshot);
}

/** JSON Patch that makes the state of one revision from that of another. */
export const diffBetween = (sql: SqlStorage, from: number, to: number): Difference[] =>
  differenceOf(stateAt(sql, { revision: from }), stateAt(sql, { revision: to }));

export const differenceOf = (from: HistoricState, to: HistoricState): Difference[] =>
  diffOf(documentOf(from), documentOf(to));

export const notKept = (moment: Moment): never =>
  refuse(
    "twin.revision-not-found",
    "revision" in moment ? `history has no revision ${moment.revision}` : `history begins after ${moment.at}`,
    { hint: "GET /v1/twins/{id}/history lists what there is." },
  );
