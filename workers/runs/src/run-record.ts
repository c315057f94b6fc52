// The run's own row: what was asked, how far it is, how it ended. State changes only along RUN_STATES.

import type {
  Digest,
  Evidence,
  Failure,
  PersonalParameter,
  Prediction,
  Signature,
  Spending,
  Verdict,
} from "@eigentwin/core";
import { isFinal, RUN_STATES, type RunRequest, type RunState, type RunView } from "./contract.ts";
import type { Resolution } from "./resolve.ts";

/**
 * How a run ended: fixed once, before its evidence is signed. The signature is added in the transaction that ends the run,
 * so a run whose state is not final yet may have a conclusion.
 */
export type Conclusion =
  | { kind: "failed"; failure: Failure; evidence: SignedBody }
  | {
      kind: "succeeded";
      result: unknown;
      resultDigest: string;
      verdict: Verdict;
      prediction?: Prediction;
      parameters?: Record<string, PersonalParameter>;
      /** The losses that the verdict follows from. */
      comparison?: Kept;
      evidence: SignedBody;
    };

/** Where a run's own bodies stand: no two runs share one, so each goes with its run. */
export const bodyFolder = (kind: "evidence" | "comparisons", { tenant, id }: Pick<RunRequest, "tenant" | "id">) =>
  `${kind}/${tenant}/${id}/`;

/** A body: digest of the stored text, and where it is stored. */
export interface Kept {
  digest: Digest;
  key: string;
}

export interface SignedBody extends Kept {
  /** Absent until the run ends, and for good where it ended before there were signatures. */
  signature?: Signature;
}

export interface RunRecord {
  request: RunRequest;
  resolution: Resolution;
  state: RunState;
  attempts: number;
  /** Attempts since the journal last grew. */
  barrenAttempts: number;
  progress: { fraction: number; note: string };
  spent: Spending;
  /** True once anything synthetic has gone in. */
  synthetic: boolean;
  isCancelRequested: boolean;
  /** True once it has come out of an archive: what it did before is that archive's word. */
  isRestored: boolean;
  acceptedAt: string;
  /** Set when the run begins to end, before its evidence is written. */
  finishedAt: string | null;
  conclusion: Conclusion | undefined;
}

interface RunRow extends Record<string, SqlStorageValue> {
  request: string;
  resolution: string;
  state: RunState;
  attempts: number;
  barren_attempts: number;
  fraction: number;
  note: string;
  spent: string;
  synthetic: number;
  cancel_requested: number;
  restored: number;
  accepted_at: string;
  finished_at: string | null;
  conclusion: string | null;
}

export function readRun(sql: SqlStorage): RunRecord {
  const row = sql.exec<RunRow>("SELECT * FROM run").one();
  return {
    request: JSON.parse(row.request),
    resolution: JSON.parse(row.resolution),
    state: row.state,
    attempts: row.attempts,
    barrenAttempts: row.barren_attempts,
    progress: { fraction: row.fraction, note: row.note },
    spent: JSON.parse(row.spent),
    synthetic: row.synthetic === 1,
    isCancelRequested: row.cancel_requested === 1,
    isRestored: row.restored === 1,
    acceptedAt: row.accepted_at,
    finishedAt: row.finished_at,
    conclusion: row.conclusion === null ? undefined : JSON.parse(row.conclusion),
  };
}

export function insertRun(sql: SqlStorage, request: RunRequest, resolution: Resolution, spent: Spending): void {
  sql.exec(
    "INSERT INTO run (one, request, resolution, state, spent, synthetic, accepted_at) VALUES (1, ?, ?, 'queued', ?, ?, ?)",
    JSON.stringify(request),
    JSON.stringify(resolution),
    JSON.stringify(spent),
    request.synthetic ? 1 : 0,
    new Date().toISOString(),
  );
}

/** False where the run is already in a state that `to` may not follow: somebody else ended it first. */
export function moveTo(sql: SqlStorage, to: RunState): boolean {
  const { state } = sql.exec<{ state: RunState }>("SELECT state FROM run").one();
  if (!(RUN_STATES[state] as readonly RunState[]).includes(to)) return false;
  sql.exec("UPDATE run SET state = ?", to);
  return true;
}

/** Counts the attempt that begins, and how many in a row have added no answer to the journal. */
export function countAttempt(sql: SqlStorage): void {
  const { count } = sql.exec<{ count: number }>("SELECT count(*) AS count FROM journal WHERE state = 'answered'").one();
  sql.exec(
    `UPDATE run SET attempts = attempts + 1, answered = ?1,
     barren_attempts = CASE WHEN ?1 > answered THEN 1 ELSE barren_attempts + 1 END`,
    count,
  );
}

/** The first call fixes the time, so that an end which is repeated after a crash writes the same evidence. */
export const fixFinish = (sql: SqlStorage): void =>
  void sql.exec("UPDATE run SET finished_at = coalesce(finished_at, ?)", new Date().toISOString());
export const noteProgress = (sql: SqlStorage, fraction: number, note: string): void =>
  void sql.exec("UPDATE run SET fraction = ?, note = ?", Math.min(1, Math.max(0, fraction)), note.slice(0, 200));
export const noteSpending = (sql: SqlStorage, spent: Spending): void =>
  void sql.exec("UPDATE run SET spent = ?", JSON.stringify(spent));
export const noteSynthetic = (sql: SqlStorage): void => void sql.exec("UPDATE run SET synthetic = 1");
export const requestCancel = (sql: SqlStorage): void => void sql.exec("UPDATE run SET cancel_requested = 1");
/** How it was about to end is forgotten: it would be signed here without having been seen here. */
export const noteRestored = (sql: SqlStorage, hasEnded: boolean): void =>
  void sql.exec(
    hasEnded ? "UPDATE run SET restored = 1" : "UPDATE run SET restored = 1, conclusion = NULL, finished_at = NULL",
  );
/** Writes the conclusion, or writes it again with its signature. */
export const conclude = (sql: SqlStorage, conclusion: Conclusion): void =>
  void sql.exec("UPDATE run SET conclusion = ?", JSON.stringify(conclusion));

export function viewOf({ request, resolution, conclusion, ...run }: RunRecord): RunView {
  const view: RunView = {
    id: request.id,
    capability: request.capability,
    subject: subjectOf(request),
    ...(request.purpose !== undefined && { purpose: request.purpose }),
    state: run.state,
    progress: run.state === "succeeded" ? { fraction: 1, note: "done" } : run.progress,
    seed: request.seed,
    attempts: run.attempts,
    plugin: resolution.plugin,
    backend: resolution.backend,
    executedBy: executedBy(run.spent, resolution),
    spent: run.spent,
    acceptedAt: run.acceptedAt,
    finishedAt: isFinal(run.state) ? run.finishedAt : null,
    synthetic: run.synthetic,
  };
  if (!conclusion || !isFinal(run.state)) return view;
  if (conclusion.kind === "failed")
    return { ...view, failure: conclusion.failure, evidenceDigest: conclusion.evidence.digest };
  const { result, resultDigest, verdict, prediction, evidence } = conclusion;
  return { ...view, result, resultDigest, verdict, evidenceDigest: evidence.digest, ...(prediction && { prediction }) };
}

/** What ran the programs; nothing did where none was sent, whatever was chosen. */
export const executedBy = (spent: Spending, { backend }: Resolution): string | null =>
  spent.programs > 0 ? backend.name : null;

export const subjectOf = ({ subject }: RunRequest): Evidence["subject"] =>
  subject.kind === "twin"
    ? {
        kind: subject.kind,
        id: subject.id,
        revision: subject.revision,
        ...(subject.branch && { branch: subject.branch }),
      }
    : { kind: subject.kind, id: subject.id };

/** What a line of the log says of a run: whose it is, and the request that began it. */
export const logContextOf = ({ request: { id, tenant, requestId } }: RunRecord) => ({ run: id, tenant, requestId });
