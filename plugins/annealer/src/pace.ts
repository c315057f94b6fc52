// No program holds its thread for long: work is cut into slices, and between two slices others get a turn, whoever
// watches is told, and a program that was cancelled ends.

import { refuse } from "@eigentwin/core";

/** Work is counted in offers: one spin of one read offered one flip, 6 ns on one core of a development machine. */
export const SLICE_OFFERS = 1.5e7;
export const SECONDS_PER_OFFER = 6e-9;
/** What a spin's neighbours add to its offer, each, averaged over a schedule: measured. */
export const OFFERS_PER_NEIGHBOUR = 0.025;

export interface Watch {
  /** How much of the work is done, from 0 to 1. */
  progress?(fraction: number): void;
  signal?: AbortSignal;
}

/** Awaited before each piece of work with its size, which must not exceed a slice. */
export type Pace = (offers: number) => Promise<void>;

/** Slices are sized by work and not by the clock: a Worker's clock stands still while it computes. */
export function startPace(total: number, { progress, signal }: Watch): Pace {
  let done = 0;
  let inSlice = 0;
  return async (offers) => {
    if (inSlice > 0 && inSlice + offers > SLICE_OFFERS) {
      await new Promise((resolve) => setTimeout(resolve));
      inSlice = 0;
      progress?.(Math.min(1, done / total));
    }
    if (signal?.aborted) refuse("run.cancelled", "the program was cancelled while it ran");
    done += offers;
    inSlice += offers;
  };
}

/** How many equal steps fit into one slice. */
export const stepsOfSlice = (offersPerStep: number): number => Math.max(1, Math.floor(SLICE_OFFERS / offersPerStep));
