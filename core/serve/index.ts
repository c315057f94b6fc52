// Plugin <-> Worker entrypoint: the methods that a plugin's Worker answers over a service binding.

import { WorkerEntrypoint } from "cloudflare:workers";
import type { BackendAccess, Ticket } from "../backend.ts";
import type { Plugin } from "../plugin.ts";
import type { Program } from "../program/program.ts";
import type { SourceFile } from "../reader.ts";
import type { HostGrant } from "../run/host-grant.ts";
import type { RunContext } from "./grant.ts";
import { answersOf, type ServedPlugin } from "./served-plugin.ts";

export type { RunContext } from "./grant.ts";
export { servedBackend, type ServedPlugin } from "./served-plugin.ts";

export type PluginWorker = new (context: ExecutionContext, env: never) => WorkerEntrypoint & ServedPlugin;

/** `export default servePlugin(myPlugin)` is a complete Worker. Only methods of a class are called over a binding. */
export function servePlugin(plugin: Plugin): PluginWorker {
  const answers = answersOf(plugin);
  return class extends WorkerEntrypoint implements ServedPlugin {
    manifest() {
      return answers.manifest();
    }
    run(capability: string, input: unknown, context: RunContext, host: HostGrant, signal: AbortSignal) {
      return answers.run(capability, input, context, host, signal);
    }
    readDataset(reader: string, files: readonly SourceFile[]) {
      return answers.readDataset(reader, files);
    }
    readTwins(reader: string, files: readonly SourceFile[], options: { startsAt: string }) {
      return answers.readTwins(reader, files, options);
    }
    upgradeTwin(type: string, properties: Readonly<Record<string, unknown>>) {
      return answers.upgradeTwin(type, properties);
    }
    upgradeExample(type: string) {
      return answers.upgradeExample(type);
    }
    example(capability: string) {
      return answers.example(capability);
    }
    readerExample(reader: string) {
      return answers.readerExample(reader);
    }
    describe(backend: string) {
      return answers.describe(backend);
    }
    quote(backend: string, program: Program) {
      return answers.quote(backend, program);
    }
    submit(backend: string, program: Program, key: string, access: BackendAccess) {
      return answers.submit(backend, program, key, access);
    }
    find(backend: string, key: string, access: BackendAccess) {
      return answers.find(backend, key, access);
    }
    check(backend: string, ticket: Ticket, access: BackendAccess) {
      return answers.check(backend, ticket, access);
    }
    cancel(backend: string, ticket: Ticket, access: BackendAccess) {
      return answers.cancel(backend, ticket, access);
    }
  };
}
