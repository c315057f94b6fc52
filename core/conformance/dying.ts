// Attempts that die in between: after a backend has taken a program and before its answer is kept.

import type { JournalStore } from "../run/journal.ts";
import type { ReferenceBackend } from "./reference/backend.ts";

/** Takes `after` programs and answers them; of the next one the answer is lost, and so is everything after. */
export function dying(backend: ReferenceBackend, after: number): ReferenceBackend {
  return {
    ...backend,
    async submit(program, key, access) {
      if (backend.paid.length > after) throw new Error("the attempt was killed here");
      const submission = await backend.submit(program, key, access);
      if (backend.paid.length > after) throw new Error("the attempt was killed here");
      return submission;
    },
  };
}

/** Everything that a run asked for, whatever the order. */
export const keysOf = (journal: JournalStore): string =>
  journal
    .entries()
    .map(({ key }) => key)
    .sort()
    .join("\n");
