// No program holds its thread for long: work is cut into slices, and others get a turn between two slices.

/** Work is counted in updates: one amplitude rewritten by one gate, about a nanosecond. */
export const SLICE_UPDATES = 1e8;

/** One shot: its uniform number and the search for its outcome. */
export const UPDATES_PER_SHOT = 100;

/** Called before each piece of work with its size, which must not exceed a slice. What it returns, if anything, is awaited. */
export type Pace = (updates: number) => Promise<void> | undefined;

/** Slices are sized by work and not by the clock: a Worker's clock stands still while it computes. */
export function startPace(): Pace {
  let done = 0;
  return (updates) => {
    const isFull = done > 0 && done + updates > SLICE_UPDATES;
    done = isFull ? updates : done + updates;
    return isFull ? new Promise((resolve) => setTimeout(resolve)) : undefined;
  };
}

/** How many equal steps fit into one slice. */
export const stepsOfSlice = (updatesPerStep: number): number => Math.max(1, Math.floor(SLICE_UPDATES / updatesPerStep));
