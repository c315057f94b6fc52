// What other Workers may ask of runs, of the catalogue and of readers. Every expected failure is data.

import type {
  Budget,
  BackendChoice,
  Failure,
  Outcome,
  Prediction,
  ReadTable,
  ReadTwin,
  SourceFile,
  Spending,
  Subject,
  Verdict,
} from "@eigentwin/core";
import type { ArchivedObject } from "@eigentwin/objects";

export interface RunRequest {
  tenant: string;
  id: string;
  capability: string;
  input: unknown;
  subject: Subject;
  synthetic: boolean;
  seed: number;
  /** Per circuit evaluation, where the backend must sample. */
  shots: number;
  backend?: string;
  budget?: Budget;
}

/** Which state may follow which; the last three are final. */
export const RUN_STATES = {
  queued: ["running", "failed", "cancelled"],
  running: ["waiting", "succeeded", "failed", "cancelled", "running"],
  waiting: ["running", "failed", "cancelled"],
  succeeded: [],
  failed: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;

export type RunState = keyof typeof RUN_STATES;
export const isFinal = (state: RunState): boolean => RUN_STATES[state].length === 0;

export interface RunView {
  id: string;
  capability: string;
  subject: { kind: Subject["kind"]; id: string; revision?: number };
  state: RunState;
  progress: { fraction: number; note: string };
  seed: number;
  attempts: number;
  plugin: { name: string; version: string };
  /** What was chosen to run its programs, and why every other choice was passed over. */
  backend: BackendChoice;
  /** What did run them; null where none was sent. */
  executedBy: string | null;
  spent: Spending;
  acceptedAt: string;
  finishedAt: string | null;
  synthetic: boolean;
  result?: unknown;
  resultDigest?: string;
  prediction?: Prediction;
  verdict?: Verdict;
  evidenceDigest?: string;
  failure?: Failure;
}

export interface RunService extends ArchivedObject {
  /** Idempotent: starting a run that exists returns it, unless it was asked something else. Waits up to `waitMs` for the end. */
  start(request: RunRequest, waitMs: number): Promise<Outcome<RunView>>;
  view(waitMs: number): Promise<Outcome<RunView>>;
  cancel(): Promise<Outcome<RunView>>;
  /** The evidence as its stored text, to be digested as it is. */
  evidence(): Promise<Outcome<string>>;
  /** Where the bodies are stored that it has written: its evidence, the models that it has saved. */
  bodyKeys(): Promise<Outcome<string[]>>;
}

export interface CatalogueService {
  /** Reads the manifest of every bound plugin and brings the catalogue up to date. */
  refresh(): Promise<void>;
}

export interface ReaderService {
  readDataset(reader: string, files: SourceFile[]): Promise<Outcome<ReadTable>>;
  readTwins(
    reader: string,
    files: SourceFile[],
    options: { startsAt: string },
  ): Promise<Outcome<{ type: string; twins: ReadTwin[] }>>;
}

export const runName = (tenant: string, id: string): string => `${tenant}/${id}`;
