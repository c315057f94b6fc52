// The contract of a plugin: it registers twin types, capabilities, backends and readers. A capability is run with a grant
// (`grant.ts`), which is all that it may use; what the catalogue knows of the plugin is its manifest.

import { toJsonSchema } from "@valibot/to-json-schema";
import type { Backend, BackendDescription } from "./backend.ts";
import type { BackendNeed, Capability, SubjectNeed } from "./capability.ts";
import type { Reader } from "./reader.ts";
import type { StreamType, TwinType } from "./twin.ts";

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
