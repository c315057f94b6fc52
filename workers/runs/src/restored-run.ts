// A run that comes out of an archive. Whoever made the archive wrote its tables, so this deployment signs nothing that stands
// in them as concluded, and does nothing of them before all that the run names is known to be in the archive.

import { refuse } from "@eigentwin/core";
import { plan, settle } from "@eigentwin/objects";
import { hasOwnBodies } from "./bodies.ts";
import { isFinal, runName } from "./contract.ts";
import { FOLLOWED_BY_OTHERS } from "./end-run.ts";
import { RUN_WORKS } from "./run-work.ts";
import { noteRestored, readRun } from "./run-record.ts";

/** In the transaction of the dump's last part. Nothing is due until `goOn`; a run that had not ended ends anew. */
export function takeOver(storage: DurableObjectStorage, name: string | undefined): void {
  noteRestored(storage.sql, isFinal(readRun(storage.sql).state));
  const run = readRun(storage.sql);
  const { request, state, conclusion } = run;
  if (runName(request.tenant, request.id) !== name) refuse("archive.malformed", "this is the dump of another run");
  if (isFinal(state) && !conclusion) refuse("archive.malformed", "this run has ended without its evidence");
  if (!hasOwnBodies(run, storage.sql)) refuse("archive.malformed", "this run names a body that is not its own");
  for (const work of RUN_WORKS) if (!isFinal(state) || work !== "release-tickets") settle(storage, work);
}

/** Others are told again, because they may have been dumped before this run ended. */
export function goOn(storage: DurableObjectStorage): void {
  const works = isFinal(readRun(storage.sql).state) ? FOLLOWED_BY_OTHERS : (["index", "attempt"] as const);
  storage.transactionSync(() => {
    for (const work of works) plan(storage, work, Date.now());
  });
}
