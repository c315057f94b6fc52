// Runs a capability without Workers: the same plugin object, the same journal rules, data held in memory.

import type { Backend } from "../backend.ts";
import type { Answer } from "../capability.ts";
import type { Subject } from "../grant.ts";
import { digest } from "../codec.ts";
import type { Column, DatasetInfo } from "../dataset.ts";
import { fail, refuse, type Outcome } from "../failure.ts";
import type { Plugin } from "../plugin.ts";
import type { SavedModel } from "../grant.ts";
import { openAttempt, type RunPorts } from "../run/attempt.ts";
import { memoryJournal, type JournalStore } from "../run/journal.ts";
import { nothingSpent, type Budget } from "../run/quote.ts";
import type { Series } from "../twin.ts";
import { grantFrom } from "./grant.ts";
import { runCapability } from "./run-capability.ts";

export interface InProcessRun {
  plugin: Plugin;
  capability: string;
  input: unknown;
  subject: Subject;
  backend?: Backend;
  streams?: Readonly<Record<string, Series>>;
  datasets?: readonly InProcessDataset[];
  models?: Map<string, SavedModel>;
  seed?: number;
  shots?: number;
  budget?: Budget;
  now?: string;
  journal?: JournalStore;
  onProgress?: (fraction: number, note: string) => void;
}

export interface InProcessDataset {
  id: string;
  columns: readonly Column[];
  values: Readonly<Record<string, Float64Array>>;
}

export async function runInProcess(run: InProcessRun): Promise<Outcome<Answer<unknown>>> {
  const description = await run.backend?.describe();
  const seed = run.seed ?? 1;
  let giveUp: (outcome: Outcome<never>) => void = () => undefined;
  const queued = new Promise<Outcome<never>>((resolve) => (giveUp = resolve));
  const attempt = openAttempt(run.journal ?? memoryJournal(), portsOf(run), {
    runId: "in-process",
    seed,
    shots: run.shots ?? 1000,
    backend: run.backend && description ? { description, use: run.backend } : undefined,
    budget: run.budget,
    spent: nothingSpent(description?.prices.currency ?? "USD"),
    spend: () => undefined,
    onLost: (failure) => giveUp({ ok: false, failure }),
    onAllWaiting: () => giveUp(fail("backend.unavailable", "an in-process run does not wait for a queue")),
  });
  const context = { subject: run.subject, now: run.now ?? "2026-01-01T00:00:00Z", seed, backend: description };
  const grant = grantFrom(context, attempt.grant, new AbortController().signal);
  const outcome = await Promise.race([runCapability(run.plugin, run.capability, run.input, grant), queued]);
  const unasked = attempt.unasked();
  if (outcome.ok && unasked.length > 0)
    return fail("run.diverged", `${run.plugin.name} did not ask again for ${unasked.length} entries of the journal`);
  return outcome;
}

function portsOf(run: InProcessRun): RunPorts {
  const dataset = (id: string) =>
    run.datasets?.find((one) => one.id === id) ?? refuse("dataset.not-found", `there is no dataset ${id}`);
  const models = run.models ?? new Map<string, SavedModel>();
  return {
    async stream(name, { from, to }) {
      const series = run.streams?.[name] ?? refuse("stream.unknown", `there is no stream ${name}`);
      const start = from ? Date.parse(from) : -Infinity;
      const end = to ? Date.parse(to) : Infinity;
      const kept = series.observedAtMs
        .map((at, index) => (at >= start && at < end ? index : -1))
        .filter((index) => index >= 0);
      return {
        observedAtMs: kept.map((index) => series.observedAtMs[index] ?? 0),
        values: kept.map((index) => series.values[index] ?? 0),
      };
    },
    async datasetInfo(id): Promise<DatasetInfo> {
      const { columns, values } = dataset(id);
      const rows = values[columns[0]?.name ?? ""]?.length ?? 0;
      return { id, title: id, rows, columns, digest: await digest(values), synthetic: false };
    },
    async datasetColumns(id, names) {
      const { values } = dataset(id);
      return Object.fromEntries(
        names.map((name) => [name, values[name] ?? refuse("dataset.malformed", `dataset ${id} has no column ${name}`)]),
      );
    },
    model: async (id) => models.get(id) ?? refuse("model.not-found", `there is no model ${id}`),
    async saveModel({ body }) {
      const id = `model-${models.size + 1}`;
      const saved = {
        id,
        savedBy: { plugin: run.plugin.name, version: run.plugin.version },
        digest: await digest(body),
        body,
      };
      models.set(id, saved);
      return { id, digest: saved.digest };
    },
    progress: (fraction, note) => run.onProgress?.(fraction, note),
  };
}
