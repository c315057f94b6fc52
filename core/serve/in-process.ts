// Runs a capability without Workers: the same plugin object, the same journal rules, data held in memory.

import type { Backend, BackendAccess } from "../backend.ts";
import type { Answer } from "../capability.ts";
import { fail, type Outcome } from "../failure.ts";
import type { SavedModel, Subject } from "../grant.ts";
import type { Plugin } from "../plugin.ts";
import { openAttempt } from "../run/attempt.ts";
import { memoryJournal, type JournalStore } from "../run/journal.ts";
import { memoryPorts, type MemoryDataset } from "../run/memory-ports.ts";
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
  /** Of the tenant, for a backend that needs them. */
  secrets?: BackendAccess["secrets"];
  streams?: Readonly<Record<string, Series>>;
  datasets?: readonly MemoryDataset[];
  models?: Map<string, SavedModel>;
  seed?: number;
  shots?: number;
  budget?: Budget;
  now?: string;
  journal?: JournalStore;
  onProgress?: (fraction: number, note: string) => void;
}

export type InProcessDataset = MemoryDataset;

export async function runInProcess(run: InProcessRun): Promise<Outcome<Answer<unknown>>> {
  const description = await run.backend?.describe();
  const seed = run.seed ?? 1;
  let giveUp: (outcome: Outcome<never>) => void = () => undefined;
  const queued = new Promise<Outcome<never>>((resolve) => (giveUp = resolve));
  const attempt = openAttempt(
    run.journal ?? memoryJournal(),
    memoryPorts({ ...run, savedBy: { plugin: run.plugin.name, version: run.plugin.version } }),
    {
      runId: "in-process",
      seed,
      models: {
        plugin: run.plugin.name,
        capability: run.capability,
        reads: run.plugin.capabilities?.find(({ id }) => id === run.capability)?.reads ?? [],
      },
      shots: run.shots ?? 1000,
      backend:
        run.backend && description
          ? { description, use: run.backend, access: { secrets: run.secrets ?? {} } }
          : undefined,
      budget: run.budget,
      spent: nothingSpent(description?.prices.currency ?? "USD"),
      spend: () => undefined,
      onLost: (failure) => giveUp({ ok: false, failure }),
      onAllWaiting: () => giveUp(fail("backend.unavailable", "an in-process run does not wait for a queue")),
    },
  );
  const context = { subject: run.subject, now: run.now ?? "2026-01-01T00:00:00Z", seed, backend: description };
  const grant = grantFrom(context, attempt.grant, new AbortController().signal);
  const outcome = await Promise.race([runCapability(run.plugin, run.capability, run.input, grant), queued]);
  const unasked = attempt.unasked();
  if (outcome.ok && unasked.length > 0)
    return fail("run.diverged", `${run.plugin.name} did not ask again for ${unasked.length} entries of the journal`);
  return outcome;
}
