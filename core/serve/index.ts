// Plugin <-> Worker entrypoint: the methods that a plugin's Worker answers over a service binding.

import { WorkerEntrypoint } from "cloudflare:workers";
import type { Backend, BackendDescription, Quote, Submission, Ticket } from "../backend.ts";
import type { Answer } from "../capability.ts";
import { fail, Refusal, refuse, succeed, type Outcome } from "../failure.ts";
import { manifestOf, type Manifest, type Plugin } from "../plugin.ts";
import type { Program } from "../program/program.ts";
import type { ReadTable, ReadTwin, SourceFile } from "../reader.ts";
import type { HostGrant } from "../run/attempt.ts";
import { grantFrom, type RunContext } from "./grant.ts";
import { runCapability } from "./run-capability.ts";

export type { RunContext } from "./grant.ts";

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
  readDataset(reader: string, files: SourceFile[]): Promise<Outcome<ReadTable>>;
  readTwins(
    reader: string,
    files: SourceFile[],
    options: { startsAt: string },
  ): Promise<Outcome<{ type: string; twins: ReadTwin[] }>>;
  describe(backend: string): Promise<BackendDescription>;
  quote(backend: string, program: Program): Promise<Outcome<Quote>>;
  submit(backend: string, program: Program, key: string): Promise<Submission>;
  find(backend: string, key: string): Promise<Submission | undefined>;
  check(backend: string, ticket: Ticket): Promise<Submission>;
  cancel(backend: string, ticket: Ticket): Promise<void>;
}

/** `export default servePlugin(myPlugin)` is a complete Worker. */
export function servePlugin(plugin: Plugin) {
  return class extends WorkerEntrypoint implements ServedPlugin {
    manifest() {
      return manifestOf(plugin);
    }
    run(capability: string, input: unknown, context: RunContext, host: HostGrant, signal: AbortSignal) {
      return runCapability(plugin, capability, input, grantFrom(context, host, signal));
    }
    async readDataset(reader: string, files: SourceFile[]) {
      return answering(() => {
        const { toDataset } = readerOf(plugin, reader);
        return toDataset ? toDataset(files) : refuse("capability.refused", `${reader} reads no datasets`);
      });
    }
    async readTwins(reader: string, files: SourceFile[], options: { startsAt: string }) {
      return answering(() => {
        const { toTwins } = readerOf(plugin, reader);
        return toTwins ? toTwins(files, options) : refuse("capability.refused", `${reader} reads no twins`);
      });
    }
    async describe(name: string) {
      return (await backendOf(plugin, name)).describe();
    }
    async quote(name: string, program: Program) {
      return (await backendOf(plugin, name)).quote(program);
    }
    async submit(name: string, program: Program, key: string) {
      return (await backendOf(plugin, name)).submit(program, key);
    }
    async find(name: string, key: string) {
      return (await backendOf(plugin, name)).find(key);
    }
    async check(name: string, ticket: Ticket) {
      return (await backendOf(plugin, name)).check(ticket);
    }
    async cancel(name: string, ticket: Ticket) {
      return (await backendOf(plugin, name)).cancel(ticket);
    }
  };
}

async function answering<T>(work: () => T): Promise<Outcome<T>> {
  try {
    return succeed(work());
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, failure: error.failure };
    return fail("plugin.broke-contract", `a reader threw ${error instanceof Error ? error.message : String(error)}`);
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
    submit: (program, key) => plugin.submit(name, program, key),
    find: (key) => plugin.find(name, key),
    check: (ticket) => plugin.check(name, ticket),
    cancel: (ticket) => plugin.cancel(name, ticket),
  };
}
