// Slow backends: asks for every ticket of the journal, and says when to ask again.

import { settleProgram, type Backend, type JournalStore } from "@eigentwin/core";

/** Undefined where at least one ticket has been answered, or failed: the next attempt can go on from there. */
export async function askTickets(journal: JournalStore, backend: Backend): Promise<number | undefined> {
  let moved = false;
  let askAgainAtMs = Infinity;
  for (const { key, state, ticket } of journal.entries()) {
    if (state !== "waiting" || !ticket) continue;
    const submission = await backend.check(ticket);
    if (submission.state === "waiting") {
      journal.wait(key, submission.ticket, Date.now() + submission.askAgainAfterMs);
      askAgainAtMs = Math.min(askAgainAtMs, Date.now() + submission.askAgainAfterMs);
      continue;
    }
    await settleProgram(journal, key, submission);
    moved = true;
  }
  return moved || askAgainAtMs === Infinity ? undefined : askAgainAtMs;
}

/** When the first of the waiting programs wants to be asked about. */
export const firstAskMs = (journal: JournalStore): number =>
  Math.min(...journal.entries().map(({ askAgainAtMs }) => askAgainAtMs ?? Infinity));
