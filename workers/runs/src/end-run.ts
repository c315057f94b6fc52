// The end of a run: evidence first, then everything that ends it in one transaction, with what follows planned in it.

import type { Answer, Outcome } from "@eigentwin/core";
import { planRetry, settle } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import { concludeRun } from "./conclude.ts";
import type { RunState } from "./contract.ts";
import { journalStore } from "./journal-store.ts";
import { conclude, fixFinish, moveTo, readRun, type Conclusion } from "./run-record.ts";

/** What others learn of an end. */
export const FOLLOWED_BY_OTHERS = ["note-on-twin", "list-models", "index"] as const;
/** Due work that follows an end: each can be repeated without harm, and none waits for another. */
export const AFTER_THE_END = [...FOLLOWED_BY_OTHERS, "release-tickets"] as const;

export async function endRun(
  env: Env,
  storage: DurableObjectStorage,
  outcome: Outcome<Answer<unknown>>,
): Promise<void> {
  fixFinish(storage.sql);
  const conclusion = await concludeRun(env, readRun(storage.sql), journalStore(storage), outcome);
  storage.transactionSync(() => {
    settle(storage, "attempt");
    settle(storage, "ask");
    if (!moveTo(storage.sql, stateOf(conclusion))) return;
    conclude(storage.sql, conclusion);
    for (const work of AFTER_THE_END) planRetry(storage, work);
  });
}

function stateOf(conclusion: Conclusion): RunState {
  if (conclusion.kind === "succeeded") return "succeeded";
  return conclusion.failure.code === "run.cancelled" ? "cancelled" : "failed";
}
