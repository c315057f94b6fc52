// The contract of a plugin: it registers twin types, capabilities, backends and readers. A capability is run with a grant
// (`grant.ts`), which is all that it may use; what the catalogue knows of the plugin is its manifest.

import { toJsonSchema } from "@valibot/to-json-schema";
import type { Backend, BackendDescription } from "./backend.ts";
import type { BackendNeed, Capability, SubjectNeed } from "./capability.ts";
import type { Reader } from "./reader.ts";
import type { StreamType, TwinType } from "./twin.ts";
import { upgradedStreams } from "./upgrade.ts";
import { kindsOfProperties } from "./query/kinds.ts";
import { baseOf, isVersionedId, majorOf } from "./versioned-id.ts";

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
    personal?: true;
    properties: JsonSchema;
    indexed?: readonly string[];
    streams: Record<string, StreamType>;
    links: TwinType["links"];
    /** The older major whose twins it upgrades, and the streams that are called otherwise now. */
    upgradesFrom?: { type: string; streams: Record<string, string> };
  }[];
  capabilities: {
    id: string;
    title: string;
    subject: SubjectNeed;
    input: JsonSchema;
    result: JsonSchema;
    needs: { backend?: BackendNeed };
    /** Model formats. */
    reads?: readonly string[];
    patienceMs: number;
  }[];
  backends: BackendDescription[];
  readers: { id: string; title: string; mediaTypes: readonly string[] }[];
}

/** Checks what types cannot: names, majors, upgrades, duplicates. Throws at load time, so a broken plugin never starts. */
export function definePlugin(plugin: Plugin): Plugin {
  if (!/^[a-z][a-z0-9-]*$/.test(plugin.name)) throw new Error(`plugin "${plugin.name}": a name is a kebab-case word`);
  const ids = [...(plugin.twinTypes ?? []), ...(plugin.capabilities ?? [])].map(({ id }) => id);
  for (const id of ids)
    if (!isVersionedId(id, plugin.name))
      throw new Error(`plugin ${plugin.name}: "${id}" is not of the form ${plugin.name}.<name>@<major>`);
  const registered = [...ids, ...(plugin.readers ?? []).map(({ id }) => id)];
  const twice = registered.find((id, index) => registered.indexOf(id) !== index);
  if (twice) throw new Error(`plugin ${plugin.name}: "${twice}" is registered twice`);
  if (!/^\d+\.\d+\.\d+$/.test(plugin.version))
    throw new Error(`plugin ${plugin.name}: version "${plugin.version}" is not semantic`);
  for (const { id, reads = [] } of plugin.capabilities ?? [])
    for (const format of reads)
      if (!isVersionedId(format, format.split(".")[0] ?? ""))
        throw new Error(
          `plugin ${plugin.name}: ${id} reads "${format}", which is not of the form <plugin>.<name>@<major>`,
        );
  for (const type of plugin.twinTypes ?? []) {
    checkUpgrade(type, plugin.twinTypes ?? []);
    kindsOfProperties({ ...type, properties: toJsonSchema(type.properties) as JsonSchema });
  }
  return plugin;
}

function checkUpgrade({ id, personal, streams, upgrade }: TwinType, types: readonly TwinType[]): void {
  if (!upgrade) return;
  const { from, streams: renamed = {} } = upgrade;
  // Majors fall along a chain of upgrades, so there are no circles.
  if (baseOf(from) !== baseOf(id) || !(majorOf(from) < majorOf(id)))
    throw new Error(`twin type ${id}: it upgrades "${from}", which is no older major of it`);
  const older = types.find((one) => one.id === from);
  if (older && older.personal !== personal)
    throw new Error(`twin type ${id}: it is personal in one major and not in another`);
  if (older) upgradedStreams(older.streams, { id, streams, renamed });
  const missing = Object.values(renamed).find((name) => !Object.hasOwn(streams, name));
  if (missing !== undefined) throw new Error(`twin type ${id}: its upgrade leads to "${missing}", no stream of it`);
}

export async function manifestOf(plugin: Plugin): Promise<Manifest> {
  const { name, version, contract, title, twinTypes = [], capabilities = [], backends = [], readers = [] } = plugin;
  return {
    name,
    version,
    contract,
    title,
    twinTypes: twinTypes.map(({ id, title, personal, properties, indexed, streams, links, upgrade }) => ({
      id,
      title,
      ...(personal && { personal }),
      properties: toJsonSchema(properties) as JsonSchema,
      ...(indexed && { indexed }),
      streams: { ...streams },
      links,
      ...(upgrade && { upgradesFrom: { type: upgrade.from, streams: { ...upgrade.streams } } }),
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
