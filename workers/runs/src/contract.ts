// What other Workers may ask of runs, of the catalogue and of readers. Every expected failure is data.

import type {
  Budget,
  BackendChoice,
  Digest,
  Evidence,
  EvidenceBundle,
  Failure,
  Outcome,
  Prediction,
  ReadTable,
  ReadTwin,
  Signature,
  SourceFile,
  Spending,
  Subject,
  Verdict,
} from "@eigentwin/core";
import type { ArchivedObject } from "@eigentwin/objects";
import type { Author, TwinSubject } from "@eigentwin/twins";

export { folderOf, isInFolderOf, mayBeOf, newDatasetKey } from "./body-key.ts";

export interface RunRequest {
  tenant: string;
  id: string;
  /** Of the HTTP request that began it, for the log alone. */
  requestId?: string;
  /** W3C trace context of that request: its events carry it. */
  traceparent?: string;
  /** Id of the key that asks, for the audit log. */
  by?: string;
  /** What for: a personal twin is read as long as it consents to this. */
  purpose?: string;
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

/** How far a watcher has seen a run. */
export type RunMark = Pick<RunView, "state" | "progress">;

export interface RunView {
  id: string;
  capability: string;
  subject: Evidence["subject"];
  /** What it was asked for; absent where nothing was stated. */
  purpose?: string;
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

/** Evidence as its stored text, to be digested and checked as it is. */
export interface SignedEvidence {
  text: string;
  digest: Digest;
  /** Null where the run ended before there were signatures. */
  signature: Signature | null;
}

export interface RunService extends ArchivedObject {
  /** Idempotent: starting a run that exists returns it, unless it was asked something else. Waits up to `waitMs` for the end. */
  start(request: RunRequest, waitMs: number): Promise<Outcome<RunView>>;
  view(waitMs: number): Promise<Outcome<RunView>>;
  /** As soon as its state or progress is another than `seen`, or after `waitMs` as it is then. */
  next(seen: RunMark | undefined, waitMs: number): Promise<Outcome<RunView>>;
  cancel(by: string): Promise<Outcome<RunView>>;
  evidence(): Promise<Outcome<SignedEvidence>>;
  /** The evidence with everything that it is checked against, but not that of the run whose verdict it inherits. */
  bundle(): Promise<Outcome<EvidenceBundle>>;
  /** Where the bodies are stored that it has written: its evidence, the losses that it rests on, the models that it has saved. */
  bodyKeys(): Promise<Outcome<string[]>>;
  /** Of a run that was restored, once every body that it names is known to be in the archive: what was due then is due now. */
  goOn(): Promise<void>;
  /** Ends the run and erases everything of it, its bodies too. False while something is still under way: ask again. */
  erase(): Promise<boolean>;
}

/** What becomes of a tenant as a whole. */
export interface TenantService {
  /**
   * Durable when it returns: from then on the tenant that began at `since` goes step by step, whatever happens, until its id
   * is free again. One that comes later under its id is another.
   */
  remove(tenant: string, since: string): Promise<void>;
  /** The right to put an archive's content in its places: false while another holder has it, or the tenant is going. */
  lease(holder: string, forMs: number): Promise<boolean>;
  release(holder: string): Promise<void>;
}

/** One object a tenant, while it is being restored or deleted. */
export const tenantOf = (namespace: DurableObjectNamespace, tenant: string): TenantService =>
  namespace.getByName(tenant) as unknown as TenantService;

export interface ErasureRequest {
  tenant: string;
  /** Of the receipt. */
  id: string;
  twin: string;
  twinType: string;
  /** Id of the key. */
  by: string;
  requestedAt: string;
  /** Where else there are rows of this individual, and how it is called there. */
  datasets: { id: string; individual: number }[];
}

/** The erasure of one twin, and of everything that is known of it. */
export interface ErasureService {
  /** Durable when it returns: the twin is not there from then on, and the rest goes step by step. Tells under which id: one that is under way goes on. */
  begin(request: ErasureRequest): Promise<Outcome<string>>;
}

/** One object a twin, while it is being erased. */
export const erasureOf = (namespace: DurableObjectNamespace, tenant: string, twin: string): ErasureService =>
  namespace.getByName(`${tenant}/${twin}`) as unknown as ErasureService;

export interface CatalogueService {
  /** Reads the manifest of every bound plugin and brings the catalogue up to date. */
  refresh(): Promise<void>;
  /** Asks every bound plugin now, by its name. */
  health(): Promise<Record<string, PluginHealth>>;
}

export interface PluginHealth {
  /** Refused: it answers, and the catalogue does not take it. */
  state: "ok" | "refused" | "down";
  version: string | null;
  reason?: string;
}

export interface ReaderService {
  readDataset(reader: string, files: SourceFile[]): Promise<Outcome<ReadTable>>;
  readTwins(
    reader: string,
    files: SourceFile[],
    options: { startsAt: string },
  ): Promise<Outcome<{ type: string; twins: ReadTwin[] }>>;
}

export interface UpgradeRequest {
  tenant: string;
  id: string;
  to?: string;
  author: Author;
}

export interface UpgradeService {
  /**
   * Brings a twin to a newer major of its type, the newest that can be reached where none is named. Where that fails the
   * twin stays what it is, keeps why, and is tried again when it is next asked for.
   */
  upgrade(request: UpgradeRequest): Promise<Outcome<TwinSubject>>;
}

export const runOf = (namespace: DurableObjectNamespace, tenant: string, id: string): RunService =>
  namespace.getByName(runName(tenant, id)) as unknown as RunService;

/** Where the members of an archive wait while a tenant is restored, and how far that is; a deleted tenant leaves neither. */
export const stagingFolder = (tenant: string): string => `restoring/${tenant}/`;
export const stagingProgress = (tenant: string): string => `restoring-progress/${tenant}`;

export const runName = (tenant: string, id: string): string => `${tenant}/${id}`;
