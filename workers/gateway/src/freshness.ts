// Keeps something that is stored elsewhere up to date, at most so often, and goes on with what is stored when that fails.

import { log } from "@eigentwin/logging";

interface Kept {
  refresh(): Promise<void>;
  /** True where there is something to go on with. */
  isStored(): Promise<boolean>;
}

/**
 * Call before each use. A failure is thrown only where nothing is stored; then, and until it has succeeded once, every call
 * tries. `nowMs` is the clock.
 */
export function keptFresh(everyMs: number, nowMs: () => number = Date.now): (kept: Kept) => Promise<void> {
  let freshUntilMs = -Infinity;
  return async ({ refresh, isStored }) => {
    if (nowMs() < freshUntilMs) return;
    // Others go on with what is stored meanwhile; before the first time there may be nothing.
    if (freshUntilMs > -Infinity) freshUntilMs = nowMs() + everyMs;
    try {
      await refresh();
    } catch (error) {
      if (!(await isStored())) throw error;
      log("error", "catalogue not refreshed", { error });
    }
    freshUntilMs = nowMs() + everyMs;
  };
}
