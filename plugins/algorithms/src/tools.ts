// What fitting may use, and how long arithmetic gives way to others.

import type { CircuitProgram, ResultOf } from "@eigentwin/core";

/** A part of what a grant gives; a grant satisfies it. */
export interface Tools {
  readonly backend: { run<P extends CircuitProgram>(program: P): Promise<ResultOf<P>> };
  /** Uniform in [0, 1), seeded: the same sequence gives the same fit to the last bit. */
  random(): number;
  progress(fraction: number, note: string): Promise<void>;
}

/** Enough to predict: a backend, and progress where many rows are asked for at once. */
export type PredictTools = Pick<Tools, "backend"> & Partial<Pick<Tools, "progress">>;

/** The same tools for a part of the work, which fills `[from, to]` of the whole progress. */
export const partOf = (tools: Tools, from: number, to: number): Tools => ({
  backend: tools.backend,
  random: () => tools.random(),
  progress: (fraction, note) => tools.progress(from + fraction * (to - from), note),
});

/** Multiply-adds between two reports: 0.1 to 0.2 s on the development machine. */
const SLICE_OPERATIONS = 5e7;

/** Awaited after each piece of work with its size in multiply-adds and how far the work then is. */
export type Pace = (operations: number, fraction: number) => Promise<void>;

/** Slices are sized by work and not by the clock: a Worker's clock stands still while it computes. */
export function paceOf(tools: Partial<Pick<Tools, "progress">>, note: string): Pace {
  let done = 0;
  return async (operations, fraction) => {
    done += operations;
    if (done < SLICE_OPERATIONS) return;
    done = 0;
    await tools.progress?.(fraction, note);
  };
}

/** Numbers in one program's batch or result: under 8 MiB, with room for what surrounds them. */
export const NUMBERS_PER_PROGRAM = 1_000_000;
