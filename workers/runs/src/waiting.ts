// Slow backends: asks about the tickets of a run, says when to ask again, and gives them back when the run is over.

import { NO_SECRETS, settleProgram, type Backend, type JournalEntry, type JournalStore } from "@eigentwin/core";
import type { Env } from "../env.ts";
import { backendOwner, boundBackend } from "./plugins.ts";
import type { RunRecord } from "./run-record.ts";
import { accessOf } from "./secrets.ts";

/**
 * Undefined where a ticket has been answered, or failed: the next attempt can go on from there. Throws where the backend
 * answers for none of the tickets that are due.
 */
export async function askTickets(env: Env, run: RunRecord, journal: JournalStore): Promise<number | undefined> {
  const backend = await backendOf(env, run);
  const due = waitingEntries(journal).filter(({ askAgainAtMs = 0 }) => askAgainAtMs <= Date.now());
  const asked = await Promise.allSettled(due.map((entry) => askOne(backend, journal, entry)));
  if (asked.some((one) => one.status === "fulfilled" && one.value === "answered")) return undefined;
  const lost = asked.find((one) => one.status === "rejected");
  if (lost && asked.every(({ status }) => status === "rejected")) throw lost.reason;
  return firstAskMs(journal);
}

async function backendOf(env: Env, { request, resolution }: RunRecord): Promise<Backend> {
  const { owner, description } = await backendOwner(env, resolution.backend);
  return boundBackend(owner, description.name, await accessOf(env, request.tenant, owner.manifest.name, description));
}

async function askOne(
  backend: Backend,
  journal: JournalStore,
  { key, ticket }: JournalEntry,
): Promise<"answered" | "waiting"> {
  const submission = await backend.check(ticket ?? {}, NO_SECRETS);
  if (submission.state === "waiting") {
    journal.wait(key, submission.ticket, Date.now() + submission.askAgainAfterMs);
    return "waiting";
  }
  await settleProgram(journal, key, submission);
  return "answered";
}

/** When the first of the waiting programs wants to be asked about; at once where none is left. */
export function firstAskMs(journal: JournalStore): number {
  const times = waitingEntries(journal).map(({ askAgainAtMs = 0 }) => askAgainAtMs);
  return times.length > 0 ? Math.min(...times) : Date.now();
}

/** A run that ended without its programs' answers lets the backend drop them, so that nothing is paid for nobody. */
export async function releaseTickets(env: Env, run: RunRecord, journal: JournalStore): Promise<void> {
  const waiting = waitingEntries(journal);
  if (waiting.length === 0) return;
  const backend = await backendOf(env, run);
  for (const { ticket } of waiting) await backend.cancel(ticket ?? {}, NO_SECRETS);
}

const waitingEntries = (journal: JournalStore): JournalEntry[] =>
  journal.entries().filter(({ state }) => state === "waiting");
