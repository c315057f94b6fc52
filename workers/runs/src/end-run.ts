// The end of a run: evidence first, then everything that ends it in one transaction, with what follows planned in it.

import type { Answer, Outcome } from "@eigentwin/core";
import { count } from "@eigentwin/metrics";
import { planRetry, settle } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import { concludeRun } from "./conclude.ts";
import type { RunState } from "./contract.ts";
import { journalStore } from "./journal-store.ts";
import { conclude, fixFinish, moveTo, readRun, type Conclusion, type RunRecord } from "./run-record.ts";

/** Due work that follows an end: each can be repeated without harm, and none waits for another. */
export const AFTER_THE_END = ["note-on-twin", "list-models", "index", "release-tickets"] as const;

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
    countEnd(readRun(storage.sql));
  });
}

function countEnd({ request, resolution, state, spent }: RunRecord): void {
  count("eigentwin_runs_ended_total", [request.capability, state]);
  count("eigentwin_programs_total", [resolution.backend.name], spent.programs);
  count("eigentwin_shots_total", [resolution.backend.name], spent.shots);
}

function stateOf(conclusion: Conclusion): RunState {
  if (conclusion.kind === "succeeded") return "succeeded";
  return conclusion.failure.code === "run.cancelled" ? "cancelled" : "failed";
}
