// A plugin as its host sees it: methods that take and give plain data, so that they can be called across a wire.

import type { Backend, BackendAccess, BackendDescription, Quote, Submission, Ticket } from "../backend.ts";
import type { Answer, Example } from "../capability.ts";
import { fail, Refusal, refuse, succeed, type Outcome } from "../failure.ts";
import { manifestOf, type Manifest, type Plugin } from "../plugin.ts";
import type { Program } from "../program/program.ts";
import type { ReadTable, ReadTwin, SourceFile } from "../reader.ts";
import type { HostGrant } from "../run/host-grant.ts";
import type { RunContext } from "./grant.ts";

/** What a plugin's Worker answers. The host holds a stub of this and nothing else. */
export interface ServedPlugin {
  manifest(): Promise<Manifest>;
  run(
    capability: string,
    input: unknown,
    context: RunContext,
    host: HostGrant,
    signal: AbortSignal,
  ): Promise<Outcome<Answer<unknown>>>;
  readDataset(reader: string, files: readonly SourceFile[]): Promise<Outcome<ReadTable>>;
  readTwins(
    reader: string,
    files: readonly SourceFile[],
    options: { startsAt: string },
  ): Promise<Outcome<{ type: string; twins: ReadTwin[] }>>;
  /** The properties of a twin of the older major as those of `type`, its upgrade's own. */
  upgradeTwin(type: string, properties: Readonly<Record<string, unknown>>): Promise<Outcome<Record<string, unknown>>>;
  upgradeExample(type: string): Promise<Record<string, unknown> | undefined>;
  /** The example of a capability, or none. */
  example(capability: string): Promise<Example | undefined>;
  readerExample(reader: string): Promise<readonly SourceFile[] | undefined>;
  describe(backend: string): Promise<BackendDescription>;
  quote(backend: string, program: Program): Promise<Outcome<Quote>>;
  submit(backend: string, program: Program, key: string, access: BackendAccess): Promise<Submission>;
  find(backend: string, key: string, access: BackendAccess): Promise<Submission | undefined>;
  check(backend: string, ticket: Ticket, access: BackendAccess): Promise<Submission>;
  cancel(backend: string, ticket: Ticket, access: BackendAccess): Promise<void>;
}

/**
 * The same answers without a wire: what its Worker calls, and tests in one process. What only some plugins need is loaded
 * when it is first asked for, so that a Worker of backends starts without it.
 */
export function answersOf(plugin: Plugin): ServedPlugin {
  return {
    manifest: () => manifestOf(plugin),
    run: async (capability, input, context, host, signal) => {
      const { runCapability } = await import("./run-capability.ts");
      const { grantFrom } = await import("./grant.ts");
      return runCapability(plugin, capability, input, grantFrom(context, host, signal));
    },
    readDataset: (reader, files) =>
      answering("a reader", () => {
        const { toDataset } = readerOf(plugin, reader);
        return toDataset ? toDataset(files) : refuse("capability.refused", `${reader} reads no datasets`);
      }),
    readTwins: (reader, files, options) =>
      answering("a reader", () => {
        const { toTwins } = readerOf(plugin, reader);
        return toTwins ? toTwins(files, options) : refuse("capability.refused", `${reader} reads no twins`);
      }),
    upgradeTwin: async (type, properties) => {
      const { upgradeProperties } = await import("./upgrade-properties.ts");
      return answering(`the upgrade to ${type}`, () => upgradeProperties(plugin, type, properties));
    },
    upgradeExample: async (type) => plugin.twinTypes?.find(({ id }) => id === type)?.upgrade?.example(),
    example: async (capability) => plugin.capabilities?.find(({ id }) => id === capability)?.example?.(),
    readerExample: async (reader) => plugin.readers?.find(({ id }) => id === reader)?.example?.(),
    describe: async (name) => (await backendOf(plugin, name)).describe(),
    quote: async (name, program) => (await backendOf(plugin, name)).quote(program),
    submit: async (name, program, key, access) => (await backendOf(plugin, name)).submit(program, key, access),
    find: async (name, key, access) => (await backendOf(plugin, name)).find(key, access),
    check: async (name, ticket, access) => (await backendOf(plugin, name)).check(ticket, access),
    cancel: async (name, ticket, access) => (await backendOf(plugin, name)).cancel(ticket, access),
  };
}

async function answering<T>(what: string, work: () => T): Promise<Outcome<T>> {
  try {
    return succeed(work());
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, failure: error.failure };
    return fail("plugin.broke-contract", `${what} threw ${error instanceof Error ? error.message : String(error)}`);
  }
}

const readerOf = (plugin: Plugin, id: string) =>
  plugin.readers?.find((one) => one.id === id) ??
  refuse("capability.not-found", `plugin ${plugin.name} has no reader ${id}`);

async function backendOf(plugin: Plugin, name: string): Promise<Backend> {
  for (const backend of plugin.backends ?? []) if ((await backend.describe()).name === name) return backend;
  throw new Error(`plugin ${plugin.name} has no backend ${name}`);
}

/** A backend behind a service binding, obeying the same contract. */
export function servedBackend(plugin: ServedPlugin, name: string): Backend {
  return {
    describe: () => plugin.describe(name),
    quote: (program) => plugin.quote(name, program),
    submit: (program, key, access) => plugin.submit(name, program, key, access),
    find: (key, access) => plugin.find(name, key, access),
    check: (ticket, access) => plugin.check(name, ticket, access),
    cancel: (ticket, access) => plugin.cancel(name, ticket, access),
  };
}
