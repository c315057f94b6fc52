// The whole system in one file: a plugin registers twin types, capabilities, backends and readers; a capability is run
// with a grant, and the grant is all that it may use.

import { toJsonSchema } from "@valibot/to-json-schema";
import type { Backend, BackendDescription } from "./backend.ts";
import type { BackendNeed, Capability, Subject, SubjectNeed } from "./capability.ts";
import type { DatasetReader } from "./dataset.ts";
import type { Reader } from "./reader.ts";
import type { Program, ResultOf } from "./program/program.ts";
import type { Series, StreamType, TimeRange, TwinType } from "./twin.ts";

/** What a training run learned. `body` is any encodable value (see `codec.ts`); only the plugin that saved it reads it. */
export interface ModelDraft {
  title: string;
  body: unknown;
}

export interface SavedModel {
  id: string;
  /** Plugin name and version that saved it. */
  savedBy: { plugin: string; version: string };
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

export interface Plugin {
  /** `aerospace`: prefix of its capability and twin type ids. */
  name: string;
  /** Semantic version: results repeat to the bit only within one. */
  version: string;
  contract: 1;
  title: string;
  twinTypes?: readonly TwinType[];
  capabilities?: readonly Capability[];
  backends?: readonly Backend[];
  readers?: readonly Reader[];
}

/** A JSON Schema document. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the catalogue knows of a plugin: data, readable without running any of its capabilities. */
export interface Manifest {
  name: string;
  version: string;
  contract: 1;
  title: string;
  twinTypes: {
    id: string;
    title: string;
    properties: JsonSchema;
    streams: Record<string, StreamType>;
    links: TwinType["links"];
  }[];
  capabilities: {
    id: string;
    title: string;
    subject: SubjectNeed;
    input: JsonSchema;
    result: JsonSchema;
    needs: { backend?: BackendNeed };
    patienceMs: number;
  }[];
  backends: BackendDescription[];
  readers: { id: string; title: string; mediaTypes: readonly string[] }[];
}

/** Checks what types cannot: names, majors, duplicates. Throws at load time, so a broken plugin never starts. */
export function definePlugin(plugin: Plugin): Plugin {
  if (!/^[a-z][a-z0-9-]*$/.test(plugin.name)) throw new Error(`plugin "${plugin.name}": a name is a kebab-case word`);
  const ids = [...(plugin.twinTypes ?? []), ...(plugin.capabilities ?? [])].map(({ id }) => id);
  for (const id of ids)
    if (!new RegExp(`^${plugin.name}\\.[a-z0-9-]+@[1-9][0-9]*$`).test(id))
      throw new Error(`plugin ${plugin.name}: "${id}" is not of the form ${plugin.name}.<name>@<major>`);
  const registered = [...ids, ...(plugin.readers ?? []).map(({ id }) => id)];
  const twice = registered.find((id, index) => registered.indexOf(id) !== index);
  if (twice) throw new Error(`plugin ${plugin.name}: "${twice}" is registered twice`);
  if (!/^\d+\.\d+\.\d+$/.test(plugin.version))
    throw new Error(`plugin ${plugin.name}: version "${plugin.version}" is not semantic`);
  return plugin;
}

export async function manifestOf(plugin: Plugin): Promise<Manifest> {
  const { name, version, contract, title, twinTypes = [], capabilities = [], backends = [], readers = [] } = plugin;
  return {
    name,
    version,
    contract,
    title,
    twinTypes: twinTypes.map(({ id, title, properties, streams, links }) => ({
      id,
      title,
      properties: toJsonSchema(properties) as JsonSchema,
      streams: { ...streams },
      links,
    })),
    capabilities: capabilities.map(({ input, result, run: _run, example: _example, ...facts }) => ({
      ...facts,
      input: toJsonSchema(input) as JsonSchema,
      result: toJsonSchema(result) as JsonSchema,
    })),
    backends: await Promise.all(backends.map((backend) => backend.describe())),
    readers: readers.map(({ id, title, mediaTypes }) => ({ id, title, mediaTypes })),
  };
}
