// What other Workers may ask of a twin. Every expected failure is data.

import type {
  Difference,
  Failure,
  Outcome,
  PersonalParameter,
  Point,
  Prediction,
  Series,
  SeriesPart,
  StateRules,
  StreamType,
  TimeRange,
  Twin,
  WritableState,
} from "@eigentwin/core";
import type { ArchivedObject } from "@eigentwin/objects";
import {
  ON_BRANCHES,
  partsOf,
  type BranchDraft,
  type BranchOrigin,
  type BranchSummary,
  type Promoting,
  type Promotion,
} from "./branches/contract.ts";
import type { PointOutcome } from "./streams/append.ts";

export { branchId, partsOf } from "./branches/contract.ts";
export type { BranchDraft, BranchOrigin, BranchSummary, Promoting, Promotion };

export type { SeriesPart };

/** A declared type, kept with the twin: a major never changes, so the copy cannot go stale. */
export interface OwnType {
  id: string;
  streams: Record<string, StreamType>;
  personal?: true;
}

/** Who changes a twin, and why. */
export interface Author {
  /** Id of the key; null where the platform does it by itself. */
  by: string | null;
  reason: string | null;
}

/** The state is whole and checked against its type; of links, that their targets are there. */
export interface TwinDraft extends WritableState, Author {
  tenant: string;
  id: string;
  type: OwnType;
  synthetic: boolean;
  /** Under an idempotency key: the same request again finds the twin that the first one made. */
  request?: { key: string; digest: string };
}

/** Of `If-Match` and `If-None-Match`, as revisions. */
export interface Condition {
  match?: "any" | readonly number[];
  noneMatch?: "any" | readonly number[];
}

/** What becomes of a part of the state: a value in its place, a patch of either kind, or nothing. */
export type Change =
  | { kind: "put"; value: unknown }
  | { kind: "merge"; patch: unknown }
  | { kind: "patch"; patch: unknown }
  | { kind: "delete" };

export interface StateWrite {
  /** Names from the state on: `["properties", "site"]`, `["links", name, target]`; none is all of it. */
  path: readonly string[];
  change: Change;
  condition: Condition;
  author: Author;
  rules: StateRules;
  /** Links and targets that were found to be right; none other is added. */
  targets: readonly [name: string, target: string][];
  /** Refused where the twin is anything else. */
  as?: { type: string; synthetic: boolean };
  /** The receipt brings the twin as it is then. */
  withView?: true;
  /** Answers as if it was written, and writes nothing. */
  isTrial?: boolean;
}

export interface WriteReceipt {
  id: string;
  revision: number;
  sequence: number;
  updatedAt: string;
  /** True where nothing stood at the path before. */
  isNew: boolean;
  view?: TwinView;
}

/** Nothing is written where the rules are those of another type, or targets are yet to be looked up: ask again. */
export type WriteAnswer =
  | { kind: "written"; receipt: WriteReceipt }
  | { kind: "other-type"; type: string }
  | { kind: "unknown-targets"; targets: [name: string, target: string][] };

export type ChangeKind =
  | "created"
  | "changed"
  | "unlinked"
  | "upgraded"
  | "undone"
  | "promoted"
  | "history-begun"
  | "consent-given"
  | "consent-withdrawn";

/** One entry of a twin's history. */
export interface StateChange extends Author {
  revision: number;
  kind: ChangeKind;
  at: string;
  /** JSON Patch that made this state of the one before; empty for the first entry. */
  patch: Difference[];
}

/** A state that the twin once had. */
export interface PastState extends WritableState, Pick<StateChange, "revision" | "at"> {
  id: string;
  type: string;
  synthetic: boolean;
}

/** What a past state is asked by: the revision itself, or a time (RFC 3339) at which it was the twin's. */
export type Moment = { revision: number } | { at: string };

export interface ConsentChange {
  purpose: string;
  isAllowed: boolean;
  condition: Condition;
  author: Author;
}

/** One change of consent, and the revision that it made. */
export interface ConsentEntry extends Author {
  number: number;
  purpose: string;
  isAllowed: boolean;
  at: string;
  revision: number;
}

export interface ConsentView {
  revision: number;
  personal: boolean;
  allowed: { purpose: string; since: string; by: string | null }[];
  /** Newest first. */
  changes: ConsentEntry[];
}

/** A prediction as it stands on the twin, with the run that made it. */
export interface KeptPrediction extends Prediction {
  run: string;
  /** Of the run; absent where it was noted before twins were found by their predictions. */
  capability?: string;
  verdict: string;
  madeAt: string;
}

export interface TwinView extends Twin {
  synthetic: boolean;
  streams: Record<string, StreamType & { points: number; lastObservedAt: string | null; lastValue: number | null }>;
  predictions: KeptPrediction[];
  /** There where the last upgrade failed: it is tried again when it is next needed. */
  upgrade?: { to: string; failure: Failure; triedAt: string };
  branch?: BranchOrigin;
}

/** What a run is about: cheap to read, however many points there are. */
export interface TwinSubject extends Pick<Twin, "id" | "type" | "revision" | "sequence" | "properties"> {
  synthetic: boolean;
  branch?: BranchOrigin;
}

export interface AppendReceipt {
  /** New points. */
  accepted: number;
  /** Already known with the same value. */
  unchanged: number;
  /** Known with another value: both are kept, the newer one is read. */
  corrected: number;
}

/** A point, or why what came is none: told again under its index where a batch is taken in part. */
export type ReceivedPoint = Point | { refused: Failure };

export interface AppendOptions {
  /** Takes the good ones and tells the others; otherwise the first bad one refuses the batch. */
  isPartial: boolean;
  /** Tells what became of each. */
  isEach: boolean;
  /** Id of the key that sends them. */
  by: string | null;
  /** Says what would become of them, and writes nothing. */
  isTrial?: boolean;
}

/** What is done where nothing is said. */
export const ALL_OR_NOTHING: AppendOptions = { isPartial: false, isEach: false, by: null };

export interface AppendResult extends AppendReceipt {
  /** Where a batch is taken in part: in order of index. */
  refused?: { index: number; failure: Failure }[];
  results?: (PointOutcome | "refused")[];
}

/** With the sequence that the twin has by now. */
export type Appended = AppendResult & { sequence: number };

/** One major on the way, and its streams that were called otherwise before. */
export interface UpgradeHop {
  type: OwnType;
  renamed: Record<string, string>;
  /** Names of the links that the major declares; what leads from others is dropped. */
  links: readonly string[];
}

export interface TwinUpgrade {
  /** The revision that was upgraded: nothing is written where the twin has changed since. */
  revision: number;
  hops: UpgradeHop[];
  /** As the last hop made them. */
  properties: Record<string, unknown>;
  author: Author;
}

export interface SeriesOptions {
  /** RFC 3339: later corrections and late arrivals are left out. */
  asOf: string;
  /** Where there are more points, the earliest are returned. At most a million, whatever is asked for. */
  limit?: number;
  /** Streams are named as they were then; as now where it is left out. */
  revision?: number;
  /** What a run reads for: refused where the twin does not consent to it. Left out where the caller has asked before. */
  purpose?: string | null;
}

export const AGGREGATES = ["min", "max", "mean", "count", "first", "last"] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** What the points of a stretch come to; it begins at `fromMs`. */
export type Bucket = Record<Aggregate, number> & { fromMs: number };

/** How the points of a picture are chosen. */
export const METHODS = ["lttb", "minmax-lttb"] as const;
export type Method = (typeof METHODS)[number];

export interface BucketQuestion {
  asOf: string;
  everyMs: number;
  limit: number;
}

export interface BucketPage {
  buckets: Bucket[];
  /** Where the next bucket begins. */
  next?: string;
}

export interface PictureQuestion {
  asOf: string;
  /** At most so many, at least 3. */
  points: number;
  method: Method;
}

export interface Picture extends Series {
  /** How many points it stands for. */
  total: number;
}

export interface RunFinding {
  run: string;
  /** That the run was about: another one of its name is told nothing of it. */
  branch?: BranchOrigin;
  capability: string;
  /** What the twin was told later the run has not read. */
  asOf: string;
  verdict: string;
  madeAt: string;
  prediction?: Prediction;
  parameters?: Record<string, PersonalParameter>;
}

/** What can be asked of a twin and of a branch of one alike. */
export interface TwinOrBranch {
  view(): Promise<Outcome<TwinView>>;
  subject(): Promise<Outcome<TwinSubject>>;
  /** What stands at a path of the state. */
  part(path: readonly string[]): Promise<Outcome<{ value: unknown; revision: number }>>;
  /** Atomic: all of it or nothing. What changes nothing is neither a revision nor an event. */
  write(write: StateWrite): Promise<Outcome<WriteAnswer>>;
  /** From the answer on it is not there; what is left of a twin anywhere goes by due work. */
  retire(condition: Condition, author: Author): Promise<Outcome<undefined>>;
  /** Newest first, from below the revision `before` on; fewer than `limit` where they are large. */
  history(page: {
    before: number | null;
    limit: number;
  }): Promise<Outcome<{ changes: StateChange[]; hasMore: boolean }>>;
  past(moment: Moment): Promise<Outcome<PastState>>;
  /** JSON Patch between the states of two revisions; `to` is the present one where it is left out. */
  diff(revisions: { from: number; to?: number }): Promise<Outcome<{ from: number; to: number; patch: Difference[] }>>;
  /** Without options all or nothing: the first bad point refuses the batch and is named by its index. */
  append(points: ReceivedPoint[], options?: AppendOptions): Promise<Outcome<Appended>>;
  series(name: string, range: TimeRange, options: SeriesOptions): Promise<Outcome<SeriesPart>>;
  buckets(name: string, range: TimeRange, question: BucketQuestion): Promise<Outcome<BucketPage>>;
  picture(name: string, range: TimeRange, question: PictureQuestion): Promise<Outcome<Picture>>;
  /** Idempotent by run. A run that ended earlier does not overwrite what a later one has learned. */
  noteRun(finding: RunFinding): Promise<Outcome<undefined>>;
}

export interface TwinService extends TwinOrBranch, ArchivedObject {
  create(draft: TwinDraft): Promise<Outcome<TwinView>>;
  /** No link of this twin leads to that one any more. */
  unlink(target: string, author: Author): Promise<Outcome<undefined>>;
  appendSeries(streams: Record<string, Series>, by: string | null): Promise<Outcome<AppendReceipt>>;
  /**
   * Retires the twin and leaves nothing of it but the name of the erasure. Idempotent; `erasing` where something of it is still
   * to go, by due work.
   */
  eraseAs(erasure: string, author: Author): Promise<Outcome<"erasing" | "erased">>;
  /** The storage of a twin that was erased is made anew, so that nothing of it is left in its file either. */
  scrub(erasure: string): Promise<void>;
  /** In a deployment to which a tenant is restored that had erased this twin there. */
  keepErased(erasure: string): Promise<Outcome<undefined>>;
  /** Refused where the twin is personal and does not consent to the purpose, for its branches too. */
  permits(purpose: string | null): Promise<Outcome<undefined>>;
  consent(page: { before: number | null; limit: number }): Promise<Outcome<ConsentView>>;
  /** A new revision, unless it stands so already. */
  changeConsent(change: ConsentChange): Promise<Outcome<WriteReceipt>>;
  /** Bodies that its dump names. */
  bodyKeys(): Promise<Outcome<string[]>>;
  /** All of it in one transaction, or nothing where the twin has another revision by now. */
  upgrade(upgrade: TwinUpgrade): Promise<Outcome<TwinSubject | "changed">>;
  noteUpgradeFailure(failed: { to: string; failure: Failure }): Promise<Outcome<undefined>>;
  /** Back to what the last upgrade found, as a new revision. Points stay where they are. */
  undoUpgrade(author: Author): Promise<Outcome<TwinView>>;
  makeBranch(draft: BranchDraft): Promise<Outcome<TwinView>>;
  /** In order of their names. */
  branches(): Promise<Outcome<BranchSummary[]>>;
  /** What promoting a branch would change by now. */
  promotion(branch: string): Promise<Outcome<Promotion>>;
  /** All of it in one transaction, and the branch is not there any more; or nothing. */
  promote(promoting: Promoting): Promise<Outcome<WriteAnswer>>;
  /** Asks a branch what is asked of a twin. Plain data goes through, so that nothing has to be kept open. */
  onBranch(branch: string, method: keyof TwinOrBranch, question: readonly unknown[]): Promise<Outcome<unknown>>;
  /** Brings the index up to what the twin is now. `isAnew`: where it seems to be that already, too. */
  follow(isAnew: boolean): Promise<Outcome<undefined>>;
  /** Everything, for good: the id is free again. Erasing what is not there is nothing. */
  erase(): Promise<void>;
}

/** One object a twin; the tenant is part of its name, so another tenant's twin is simply not there. */
export const twinName = (tenant: string, id: string): string => `${tenant}/${id}`;

/** Where bodies of a tenant's twins stand, and those of one of them. */
export const streamFolder = (tenant: string, id?: string): string =>
  id === undefined ? `streams/${tenant}/` : `streams/${twinName(tenant, id)}/`;

/** The object of a twin. It comes into being by being called: look an id up before. */
export const twinOf = (namespace: DurableObjectNamespace, tenant: string, id: string): TwinService =>
  namespace.getByName(twinName(tenant, id)) as unknown as TwinService;

/** Stands for the twin, or for a branch of it: `engine-1~what-if`. */
export const twinOrBranchOf = (namespace: DurableObjectNamespace, tenant: string, id: string): TwinOrBranch => {
  const { twin, branch } = partsOf(id);
  const object = twinOf(namespace, tenant, twin);
  return branch === undefined ? object : onBranch(object, branch);
};

function onBranch(twin: TwinService, branch: string): TwinOrBranch {
  const ask = (method: keyof TwinOrBranch) =>
    [method, (...question: unknown[]) => twin.onBranch(branch, method, question)] as const;
  return Object.fromEntries(ON_BRANCHES.map(ask)) as unknown as TwinOrBranch;
}
