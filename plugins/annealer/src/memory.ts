// WebAssembly memory: where a problem's parts lie, and instances that are used again.

import { instancesOf, type Borrow as BorrowOf } from "@eigentwin/core/instances";
import { FIELD_BYTES, FREE_FROM, SPIN_BYTES, startKernels, type Kernels } from "./kernels.ts";

const MIB = 2 ** 20;

/** Of the 128 MB of a Worker: the rest is for the runtime, the problem as it arrives, the reads. */
export const MEMORY_BUDGET_BYTES = 48 * MIB;

/** Rows of the schedule handed to the kernels at a time. */
export const SCHEDULE_ROWS = 1024;

/** What a variable takes: its state in each slice, its bias and its row. */
export const variableBytes = (slices: number): number => slices * (FIELD_BYTES + SPIN_BYTES) + 8;
/** What a coupling takes: one entry at each end. */
export const COUPLING_BYTES = 16;

const align = (bytes: number) => Math.ceil(bytes / 64) * 64;

/** Addresses, in order. */
export interface Regions {
  schedule: number;
  rows: number;
  couplings: number;
  biases: number;
  state: number;
  end: number;
}

export function regionsOf(variables: number, couplings: number, slices: number): Regions {
  const schedule = FREE_FROM;
  const rows = schedule + SCHEDULE_ROWS * 8;
  const first = rows + align(4 * (variables + 1));
  const biases = first + align(COUPLING_BYTES * couplings);
  const state = biases + align(4 * variables);
  const end = state + slices * variables * (FIELD_BYTES + SPIN_BYTES);
  return { schedule, rows, couplings: first, biases, state, end };
}

/** So much of an instance stays for the next program. */
const KEPT_BYTES = 4 * MIB;

export type Borrow = BorrowOf<Kernels>;

export const instancesIn = (module: WebAssembly.Module): Borrow =>
  instancesOf(() => startKernels(module), {
    owner: "this annealer",
    budgetBytes: MEMORY_BUDGET_BYTES,
    keptBytes: KEPT_BYTES,
  });
