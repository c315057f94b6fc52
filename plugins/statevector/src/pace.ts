// No program holds its thread for long: work is cut into slices, and between two slices others get a turn, whoever
// watches is told, and a program that was cancelled ends.

import { refuse } from "@eigentwin/core";

/** Work is counted in updates: one amplitude rewritten by one gate, about a nanosecond. */
export const SLICE_UPDATES = 1e8;

/** One shot: its uniform number and the search for its outcome. */
export const UPDATES_PER_SHOT = 100;

export interface Watch {
  /** How much of the work is done, from 0 to 1. */
  progress?(fraction: number): void;
  signal?: AbortSignal | undefined;
}

/** Called before each piece of work with its size, which must not exceed a slice. What it returns, if anything, is awaited. */
export type Pace = (updates: number) => Promise<void> | undefined;

/** Slices are sized by work and not by the clock: a Worker's clock stands still while it computes. */
export function startPace(total: number, watch: Watch = {}): Pace {
  let [done, inSlice] = [0, 0];
  return (updates) => {
    const isFull = inSlice > 0 && inSlice + updates > SLICE_UPDATES;
    inSlice = isFull ? updates : inSlice + updates;
    const turn = isFull ? takeTurn(watch, Math.min(1, done / total)) : undefined;
    done += updates;
    return turn;
  };
}

async function takeTurn({ progress, signal }: Watch, fraction: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  if (signal?.aborted) refuse("run.cancelled", "the program was cancelled while it ran");
  progress?.(fraction);
}

/** How many equal steps fit into one slice. */
export const stepsOfSlice = (updatesPerStep: number): number => Math.max(1, Math.floor(SLICE_UPDATES / updatesPerStep));
