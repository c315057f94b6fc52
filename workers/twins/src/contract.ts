// What other Workers may ask of a twin. Every expected failure is data.

import type {
  Outcome,
  PersonalParameter,
  Point,
  Prediction,
  Series,
  StreamType,
  TimeRange,
  Twin,
} from "@eigentwin/core";
import type { ArchivedObject } from "@eigentwin/objects";

export interface TwinDraft {
  tenant: string;
  id: string;
  /** The declared type, kept with the twin: a major never changes, so the copy cannot go stale. */
  type: { id: string; streams: Record<string, StreamType> };
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
  /** All or nothing: the first bad point refuses the batch and is named by its index. */
  append(points: Point[]): Promise<Outcome<AppendReceipt>>;
  appendSeries(streams: Record<string, Series>): Promise<Outcome<AppendReceipt>>;
  /**
   * The series as it was known at `asOf` (RFC 3339): later corrections and late arrivals are left out. Where there are
   * more than `limit` points, the earliest are returned.
   */
  series(name: string, range: TimeRange, asOf: string, limit?: number): Promise<Outcome<Series>>;
  /** Idempotent by run. A run that ended earlier does not overwrite what a later one has learned. */
  noteRun(finding: RunFinding): Promise<Outcome<undefined>>;
}

/** One object a twin; the tenant is part of its name, so another tenant's twin is simply not there. */
export const twinName = (tenant: string, id: string): string => `${tenant}/${id}`;

/** The object of a twin. It comes into being by being called: look an id up before. */
export const twinOf = (namespace: DurableObjectNamespace, tenant: string, id: string): TwinService =>
  namespace.getByName(twinName(tenant, id)) as unknown as TwinService;
