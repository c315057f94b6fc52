// Both ends of what a run may reach: the grant as the plugin calls it over the wire, and what the host has behind it.

import type { DatasetInfo } from "../dataset.ts";
import type { Outcome } from "../failure.ts";
import type { ModelDraft, SavedModel } from "../grant.ts";
import type { Program, ProgramResult } from "../program/program.ts";
import type { Series, TimeRange } from "../twin.ts";

/** The earliest points of a range: as many as one message carries. */
export interface SeriesPart extends Series {
  /** Where the next point is, RFC 3339; absent where there is none. */
  next?: string;
}

/** The host's side of a grant, as it crosses the wire: plain data in, outcomes out. `scope` is a path such as `/fold-1/`. */
export interface HostGrant {
  stream(scope: string, name: string, range: TimeRange): Promise<Outcome<SeriesPart>>;
  datasetInfo(scope: string, id: string): Promise<Outcome<DatasetInfo>>;
  datasetColumns(scope: string, id: string, names: readonly string[]): Promise<Outcome<Record<string, Float64Array>>>;
  model(scope: string, id: string): Promise<Outcome<SavedModel>>;
  saveModel(scope: string, draft: ModelDraft): Promise<Outcome<{ id: string; digest: string }>>;
  program(scope: string, program: Program): Promise<Outcome<ProgramResult>>;
  /** The journalled value of a step, or where to record it; `inside` is the scope of what the step itself asks. */
  recall(scope: string, name: string): Promise<Outcome<RecalledStep>>;
  /** `key` is that of a step which this attempt has recalled and not found. */
  record(key: string, value: unknown): Promise<Outcome<undefined>>;
  progress(fraction: number, note: string): Promise<Outcome<undefined>>;
}

export interface RecalledStep {
  key: string;
  inside: string;
  found: boolean;
  value: unknown;
}

/** What the host reads and writes for a run; all reads are as of the run's start. */
export interface RunPorts {
  stream(name: string, range: TimeRange): Promise<SeriesPart>;
  datasetInfo(id: string): Promise<DatasetInfo>;
  datasetColumns(id: string, names: readonly string[]): Promise<Record<string, Float64Array>>;
  model(id: string): Promise<SavedModel>;
  /** Idempotent: a later attempt that saves the same model gets the same id. */
  saveModel(draft: ModelDraft): Promise<{ id: string; digest: string }>;
  progress(fraction: number, note: string): void;
}
