// What other Workers may ask of a twin. Every expected failure is data.

import type {
  Failure,
  Outcome,
  PersonalParameter,
  Point,
  Prediction,
  Series,
  SeriesPart,
  StreamType,
  TimeRange,
  Twin,
} from "@eigentwin/core";
import type { ArchivedObject } from "@eigentwin/objects";
import type { PointOutcome } from "./streams/append.ts";

export type { SeriesPart };

/** A declared type, kept with the twin: a major never changes, so the copy cannot go stale. */
export interface OwnType {
  id: string;
  streams: Record<string, StreamType>;
}

export interface TwinDraft {
  tenant: string;
  id: string;
  type: OwnType;
  properties: Record<string, unknown>;
  synthetic: boolean;
}

/** A prediction as it stands on the twin, with the run that made it. */
export interface KeptPrediction extends Prediction {
  run: string;
  verdict: string;
  madeAt: string;
}

export interface TwinView extends Twin {
  synthetic: boolean;
  streams: Record<string, StreamType & { points: number; lastObservedAt: string | null; lastValue: number | null }>;
  predictions: KeptPrediction[];
  /** There where the last upgrade failed: it is tried again when it is next needed. */
  upgrade?: { to: string; failure: Failure; triedAt: string };
}

/** What a run is about: cheap to read, however many points there are. */
export interface TwinSubject extends Pick<Twin, "id" | "type" | "revision" | "sequence" | "properties"> {
  synthetic: boolean;
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
}

export interface AppendResult extends AppendReceipt {
  /** Where a batch is taken in part: in order of index. */
  refused?: { index: number; failure: Failure }[];
  results?: (PointOutcome | "refused")[];
}

/** One major on the way, and its streams that were called otherwise before. */
export interface UpgradeHop {
  type: OwnType;
  renamed: Record<string, string>;
}

export interface TwinUpgrade {
  /** The revision that was upgraded: nothing is written where the twin has changed since. */
  revision: number;
  hops: UpgradeHop[];
  /** As the last hop made them. */
  properties: Record<string, unknown>;
}

export interface SeriesOptions {
  /** RFC 3339: later corrections and late arrivals are left out. */
  asOf: string;
  /** Where there are more points, the earliest are returned. At most a million, whatever is asked for. */
  limit?: number;
  /** Streams are named as they were then; as now where it is left out. */
  revision?: number;
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
  verdict: string;
  madeAt: string;
  prediction?: Prediction;
  parameters?: Record<string, PersonalParameter>;
}

export interface TwinService extends ArchivedObject {
  create(draft: TwinDraft): Promise<Outcome<TwinView>>;
  view(): Promise<Outcome<TwinView>>;
  subject(): Promise<Outcome<TwinSubject>>;
  /** Without options all or nothing: the first bad point refuses the batch and is named by its index. */
  append(points: ReceivedPoint[], options?: AppendOptions): Promise<Outcome<AppendResult>>;
  appendSeries(streams: Record<string, Series>): Promise<Outcome<AppendReceipt>>;
  series(name: string, range: TimeRange, options: SeriesOptions): Promise<Outcome<SeriesPart>>;
  buckets(name: string, range: TimeRange, question: BucketQuestion): Promise<Outcome<BucketPage>>;
  picture(name: string, range: TimeRange, question: PictureQuestion): Promise<Outcome<Picture>>;
  /** Bodies that its dump names. */
  bodyKeys(): Promise<Outcome<string[]>>;
  /** All of it in one transaction, or nothing where the twin has another revision by now. */
  upgrade(upgrade: TwinUpgrade): Promise<Outcome<TwinSubject | "changed">>;
  noteUpgradeFailure(failed: { to: string; failure: Failure }): Promise<Outcome<undefined>>;
  /** Back to what the last upgrade found, as a new revision. Points stay where they are. */
  undoUpgrade(): Promise<Outcome<TwinView>>;
  /** Idempotent by run. A run that ended earlier does not overwrite what a later one has learned. */
  noteRun(finding: RunFinding): Promise<Outcome<undefined>>;
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
