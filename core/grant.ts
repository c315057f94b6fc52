// The contract of a grant: all that an attempt may use, and nothing else.

import type { BackendDescription } from "./backend.ts";
import type { DatasetReader } from "./dataset.ts";
import type { Program, ResultOf } from "./program/program.ts";
import type { Series, TimeRange } from "./twin.ts";

/** What a branch was made from: a revision of its twin, with the points that were recorded until then. */
export interface BranchedFrom {
  twin: string;
  name: string;
  /** `asOf` is RFC 3339. */
  from: { revision: number; asOf: string };
}

/** Whom the run is about. */
export type Subject =
  | {
      kind: "twin";
      id: string;
      type: string;
      revision: number;
      properties: Readonly<Record<string, unknown>>;
      /** There where the subject is a branch: the id, revision and properties are the branch's own. */
      branch?: BranchedFrom;
    }
  | { kind: "dataset"; id: string };

/** What a training run learned. `body` is any encodable value (see `codec.ts`). */
export interface ModelDraft {
  title: string;
  /** How `body` is laid out: `aerospace.model@1`, of the plugin's own. Who reads it declares so. */
  format: string;
  body: unknown;
}

export interface SavedModel {
  id: string;
  /** Plugin name and version that saved it. */
  savedBy: { plugin: string; version: string };
  format: string;
  digest: string;
  body: unknown;
}

/** Programs go where the run's policy sent them; the plugin never learns more than the description. */
export interface GrantedBackend {
  readonly description: BackendDescription;
  /** Refuses what the budget or the backend does not allow. An RPC hop: few calls, large batches. */
  run<P extends Program>(program: P): Promise<ResultOf<P>>;
}

/** Everything an attempt may use. All reads are as of the run's start; all results from outside enter the journal. */
export interface Grant {
  readonly subject: Subject;
  /** Fixed for the run: RFC 3339. */
  readonly now: string;
  readonly backend: GrantedBackend;
  /** Points of the subject twin, ordered by time of observation. */
  stream(name: string, range?: TimeRange): Promise<Series>;
  dataset(id: string): Promise<DatasetReader>;
  /** Refuses a model of a format that the capability does not declare to read. Read it before any program is paid. */
  model(id: string): Promise<SavedModel>;
  /** The verdict and scores of this run's comparison are attached to the model when the run succeeds. */
  saveModel(draft: ModelDraft): Promise<{ id: string; digest: string }>;
  /** Seeded, uniform in [0, 1): the same run draws the same numbers. */
  random(): number;
  /** A grant with its own random sequence and journal path, for parts that run in parallel. */
  scope(name: string): Grant;
  /** `fraction` in [0, 1]. Awaiting it gives way to others: long arithmetic calls it at least once a second. */
  progress(fraction: number, note: string): Promise<void>;
  /** Aborted when the run is cancelled or the attempt retired. */
  readonly signal: AbortSignal;
  /**
   * Journals what `fn` returns (encodable): a later attempt gets the value back without running it again. What `fn` asks,
   * it asks of `inside`, a scope of the step's own, which later attempts then need not ask again.
   */
  step<T>(name: string, fn: (inside: Grant) => T | Promise<T>): Promise<T>;
}
