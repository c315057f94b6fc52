// Asks a capability its example through the same attempt and journal as a deployment, and watches what goes over the wire.

import type { Answer, Example } from "../capability.ts";
import { digest, type Digest } from "../codec.ts";
import type { Outcome } from "../failure.ts";
import type { ModelDraft, SavedModel, Subject } from "../grant.ts";
import type { Manifest } from "../plugin.ts";
import { sizeOf, type Program, type ProgramKind } from "../program/program.ts";
import { openAttempt, type Attempt } from "../run/attempt.ts";
import type { HostGrant } from "../run/host-grant.ts";
import { memoryJournal, type JournalStore } from "../run/journal.ts";
import { memoryPorts } from "../run/memory-ports.ts";
import { nothingSpent } from "../run/quote.ts";
import type { ServedPlugin } from "../serve/served-plugin.ts";
import { patienceOf, type Patience } from "./patience.ts";
import { referenceBackend, type ReferenceBackend } from "./reference/backend.ts";

export const SEED = 1;
const NOW = "2026-01-01T00:00:00Z";
const DATASET = "example";
const MOST_REFUSALS = 1000;

export interface Asking {
  served: ServedPlugin;
  manifest: Manifest;
  capability: string;
  example: Example;
  /** Saved by the examples that come before. */
  models: ReadonlyMap<string, SavedModel>;
  /** In place of the formats in which they were saved. */
  modelFormat?: string;
  seed?: number;
  journal?: JournalStore;
  backend?: ReferenceBackend;
  signal?: AbortSignal;
  /** Called at each call of the grant, with its number, before it is answered. */
  onCall?(number: number, attempt: Attempt): void;
}

export interface Asked {
  outcome: Outcome<Answer<unknown>>;
  /** Of the whole answer; of the failure where it failed. */
  digest: Digest;
  journal: JournalStore;
  backend: ReferenceBackend;
  models: Map<string, SavedModel>;
  programs: { kind: ProgramKind; qubits: number }[];
  /** Models that it has asked for. */
  modelsRead: string[];
  /** Why the grant refused models: formats that it may not read, or may not save. */
  formatFaults: string[];
  told: { fraction: number; note: string }[];
  /** Calls of the grant. */
  calls: number;
  /** Calls that it refused. */
  refused: number;
  unasked: string[];
  /** Longest time without an open call of the grant. */
  silentMs: number;
}

export async function ask(asking: Asking): Promise<Asked> {
  const { served, manifest, capability, example, seed = SEED, journal = memoryJournal() } = asking;
  const { backend = referenceBackend(), signal = new AbortController().signal } = asking;
  const { modelFormat } = asking;
  const models = new Map(
    [...asking.models].map(([id, model]) => [id, modelFormat ? { ...model, format: modelFormat } : model]),
  );
  const told: Asked["told"] = [];
  const description = await backend.describe();
  const columns = example.table?.columns ?? [];
  const values = Object.fromEntries(
    columns.map(({ name }, index) => [name, example.table?.values[index] ?? new Float64Array()]),
  );
  const ports = memoryPorts({
    savedBy: { plugin: manifest.name, version: manifest.version },
    streams: example.streams,
    datasets: example.table ? [{ id: DATASET, columns, values }] : [],
    models,
    onProgress: (fraction, note) => void told.push({ fraction, note }),
  });
  const need = manifest.capabilities.find(({ id }) => id === capability);
  const chosen = need?.needs.backend ? { description, use: backend } : undefined;
  let lose: (outcome: Outcome<never>) => void = () => undefined;
  const lost = new Promise<Outcome<never>>((resolve) => (lose = resolve));
  const attempt = openAttempt(journal, ports, {
    runId: "conformance",
    seed,
    shots: 1000,
    models: { plugin: manifest.name, capability, reads: need?.reads ?? [] },
    backend: chosen,
    budget: { money: Infinity, currency: description.prices.currency },
    spent: nothingSpent(description.prices.currency),
    spend: () => undefined,
    onLost: (failure) => lose({ ok: false, failure }),
    onAllWaiting: () => undefined,
  });
  const patience = patienceOf(need?.patienceMs ?? 10_000);
  const watched = watch(attempt, patience, asking.onCall);
  const context = { subject: subjectOf(need, example), now: NOW, seed, backend: chosen?.description };
  const running = served.run(capability, example.input, context, watched.grant, signal);
  const outcome = await Promise.race([running, patience.lost, lost]);
  patience.stop();
  attempt.retire();
  return {
    outcome,
    digest: await digest(outcome),
    journal,
    backend,
    models,
    programs: watched.programs,
    modelsRead: watched.modelsRead,
    formatFaults: watched.formatFaults,
    told,
    ...watched.counts,
    unasked: attempt.unasked(),
    silentMs: patience.longestMs(),
  };
}

function subjectOf(capability: Manifest["capabilities"][number] | undefined, { properties = {} }: Example): Subject {
  const need = capability?.subject;
  if (need?.kind !== "twin") return { kind: "dataset", id: DATASET };
  return { kind: "twin", id: "example", type: need.type, revision: 1, properties };
}

/** An object of plain functions: over a service binding each of them becomes a stub. */
function watch(attempt: Attempt, patience: Patience, onCall: Asking["onCall"]) {
  const counts = { calls: 0, refused: 0 };
  const programs: Asked["programs"] = [];
  const modelsRead: Asked["modelsRead"] = [];
  const formatFaults: Asked["formatFaults"] = [];
  const noteFormat = <T>(outcome: Outcome<T>): Outcome<T> => {
    const code = outcome.ok ? undefined : outcome.failure.code;
    if (!outcome.ok && (code === "model.unreadable" || code === "plugin.broke-contract"))
      formatFaults.push(outcome.failure.message);
    return outcome;
  };
  const watching =
    <Given extends unknown[], T>(call: (...given: Given) => Promise<Outcome<T>>) =>
    async (...given: Given): Promise<Outcome<T>> => {
      counts.calls += 1;
      onCall?.(counts.calls, attempt);
      const outcome = await patience.during(() => call(...given));
      if (!outcome.ok) counts.refused += 1;
      // Whoever asks on and on after a refusal would never let a timer run.
      if (counts.refused > MOST_REFUSALS) return new Promise(() => undefined);
      return outcome;
    };
  const { grant } = attempt;
  const host: HostGrant = {
    stream: watching(grant.stream),
    datasetInfo: watching(grant.datasetInfo),
    datasetColumns: watching(grant.datasetColumns),
    model: watching(async (scope: string, id: string) => {
      modelsRead.push(id);
      return noteFormat(await grant.model(scope, id));
    }),
    saveModel: watching(async (scope: string, draft: ModelDraft) => noteFormat(await grant.saveModel(scope, draft))),
    program: watching((scope: string, program: Program) => {
      programs.push({ kind: program.kind, qubits: sizeOf(program).qubits });
      return grant.program(scope, program);
    }),
    recall: watching(grant.recall),
    record: watching(grant.record),
    progress: watching(grant.progress),
  };
  return { grant: host, counts, programs, modelsRead, formatFaults };
}
