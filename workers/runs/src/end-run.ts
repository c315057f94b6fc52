// The end of a run, in two steps that a crash may come between. How it ended is fixed with its bodies stored; then the
// evidence is signed, and one transaction ends the run with what follows planned in it.

import type { Answer, Outcome } from "@eigentwin/core";
import { count } from "@eigentwin/metrics";
import { planRetry, settle } from "@eigentwin/objects";
import { signerOf } from "@eigentwin/system";
import type { Env } from "../env.ts";
import { concludeRun } from "./conclude.ts";
import { isFinal, type RunState } from "./contract.ts";
import { journalStore } from "./journal-store.ts";
import { keptModels } from "./kept-models.ts";
import { noteRunEvent } from "./run-events.ts";
import { conclude, fixFinish, moveTo, readRun, type Conclusion, type RunRecord } from "./run-record.ts";
import { bodyText } from "./signed-evidence.ts";

/** What others learn of an end. */
export const FOLLOWED_BY_OTHERS = ["note-on-twin", "list-models", "index"] as const;
/** Due work that follows an end: each can be repeated without harm, and none waits for another. */
export const AFTER_THE_END = [...FOLLOWED_BY_OTHERS, "release-tickets"] as const;

/** From here on the run will end so, whatever happens: no attempt follows, and "sign" is due until it is signed. */
export async function fixEnd(
  env: Env,
  storage: DurableObjectStorage,
  outcome: Outcome<Answer<unknown>>,
): Promise<void> {
  fixFinish(storage.sql);
  const ending = { run: readRun(storage.sql), journal: journalStore(storage), models: keptModels(storage.sql) };
  const conclusion = await concludeRun(env, ending, outcome);
  storage.transactionSync(() => {
    settle(storage, "attempt");
    settle(storage, "ask");
    if (readRun(storage.sql).conclusion) return;
    conclude(storage.sql, conclusion);
    planRetry(storage, "sign");
  });
}

/** Throws where the signer or the storage of bodies does not answer: the run is then still to be ended. */
export async function endSigned(env: Env, storage: DurableObjectStorage): Promise<void> {
  const { conclusion, state } = readRun(storage.sql);
  if (!conclusion || isFinal(state)) return settle(storage, "sign");
  const text = await bodyText(env, conclusion.evidence);
  const signature = await signerOf(env.SIGNER).sign(new TextEncoder().encode(text));
  storage.transactionSync(() => {
    settle(storage, "sign");
    if (!moveTo(storage.sql, stateOf(conclusion))) return;
    conclude(storage.sql, { ...conclusion, evidence: { ...conclusion.evidence, signature } });
    for (const work of AFTER_THE_END) planRetry(storage, work);
    noteRunEvent(storage, `run.${stateOf(conclusion)}`);
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
