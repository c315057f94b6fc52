// WebAssembly memory: where a problem's parts lie, and instances that are used again.

import { refuse } from "@eigentwin/core";
import { FIELD_BYTES, FREE_FROM, PAGE_BYTES, SPIN_BYTES, startKernels, type Kernels } from "./kernels.ts";

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

export type Borrow = <T>(bytes: number, use: (kernels: Kernels) => Promise<T>) => Promise<T>;

/**
 * Each program has an instance to itself, because programs take turns whenever one yields. One instance is kept for
 * the next program. WebAssembly memory never shrinks: an instance stays as large as its largest program.
 */
export function poolOf(module: WebAssembly.Module): Borrow {
  let idle: Kernels | undefined;
  // A request that dies in the middle never returns its instance. Its memory counts until it has been collected.
  const held = new Set<WeakRef<WebAssembly.Memory>>();

  function start(): Kernels {
    const kernels = startKernels(module);
    held.add(new WeakRef(kernels.memory));
    return kernels;
  }

  function heldBytes(): number {
    let bytes = 0;
    for (const reference of held) {
      const memory = reference.deref();
      if (memory) bytes += memory.buffer.byteLength;
      else held.delete(reference);
    }
    return bytes;
  }

  function grow({ memory }: Kernels, bytes: number): void {
    const missing = bytes - memory.buffer.byteLength;
    if (missing <= 0) return;
    if (heldBytes() + missing > MEMORY_BUDGET_BYTES)
      refuse("backend.unavailable", "other programs hold the memory of this annealer", {
        hint: "Ask again in a few seconds.",
      });
    memory.grow(Math.ceil(missing / PAGE_BYTES));
  }

  return async (bytes, use) => {
    const kernels = idle ?? start();
    idle = undefined;
    try {
      grow(kernels, bytes);
      return await use(kernels);
    } finally {
      idle = kernels;
    }
  };
}
