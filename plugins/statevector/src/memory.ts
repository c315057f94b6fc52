// WebAssembly memory: where a program's parts lie, and memories that are used again.

import { refuse } from "@eigentwin/core";
import { PAGE_BYTES, startKernels, type Kernels } from "./kernels.ts";
import { leastBits, type CircuitPlan } from "./planner/plan-circuit.ts";
import type { Precision } from "./precision.ts";

const MIB = 2 ** 20;

/** Of the 128 MB of a Worker: the rest is for the runtime, a program that arrives and a result that leaves. */
export const MEMORY_BUDGET_BYTES = 72 * MIB;

/** Kept between the real and the imaginary plane of a state (kernels/state.ts). */
export const GAP_BYTES = 192;

const align = (bytes: number) => Math.ceil(bytes / 64) * 64;

/** From one state to the next. */
export const stateBytes = (bits: number, { realBytes }: Precision): number =>
  align(2 * realBytes * 2 ** bits + GAP_BYTES);

/** What a program asks for beside its circuit. */
export interface Needs {
  /** What the kind of program needs beside its states. */
  workspaceBytes: number;
  /** States of one row each. */
  states: number;
}

/** Addresses, in order. */
export interface Regions {
  parameters: number;
  workspace: number;
  /** A state for permutations to write to, and one for rows that are prepared together. */
  other: number;
  together: number;
  states: number;
  end: number;
}

export function regionsOf(circuit: CircuitPlan, precision: Precision, needs: Needs): Regions {
  const parameters = align(circuit.encoded.end);
  const workspace = parameters + align(circuit.width * 8 * 2 ** circuit.skipped);
  const other = workspace + align(needs.workspaceBytes);
  const together = other + (circuit.needsOther ? stateBytes(circuit.bits, precision) : 0);
  const states = together + (circuit.skipped > 0 ? stateBytes(circuit.bits, precision) : 0);
  const end = states + needs.states * stateBytes(rowBits(circuit, precision), precision);
  return { parameters, workspace, other, together, states, end };
}

/** Index bits of the state of one row. */
export const rowBits = ({ qubits }: CircuitPlan, precision: Precision): number =>
  Math.max(leastBits(precision), qubits);

export type Borrow = <T>(bytes: number, use: (kernels: Kernels) => Promise<T>) => Promise<T>;

/** A memory, and the builds that have an instance on it. */
interface Slot {
  memory: WebAssembly.Memory;
  kernels: Map<WebAssembly.Module, Kernels>;
}

/** The memory of an isolate, for simulators of both precisions. */
export interface MemoryPool {
  borrow(module: WebAssembly.Module, precision: Precision): Borrow;
}

/**
 * Each program has a memory to itself, because programs take turns whenever one yields. One is kept for the next program.
 * WebAssembly memory never shrinks: it stays as large as its largest program.
 */
export function openMemoryPool(): MemoryPool {
  let idle: Slot | undefined;
  // A request that dies in the middle never returns its memory, which counts until it has been collected.
  const held = new Set<WeakRef<WebAssembly.Memory>>();

  function start(): Slot {
    const memory = new WebAssembly.Memory({ initial: 1 });
    held.add(new WeakRef(memory));
    return { memory, kernels: new Map() };
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

  function grow({ memory }: Slot, bytes: number): void {
    const missing = bytes - memory.buffer.byteLength;
    if (missing <= 0) return;
    if (heldBytes() + missing > MEMORY_BUDGET_BYTES)
      refuse("backend.unavailable", "other programs hold the memory of this simulator", {
        hint: "Ask again in a few seconds.",
      });
    memory.grow(Math.ceil(missing / PAGE_BYTES));
  }

  return {
    borrow: (module, precision) => async (bytes, use) => {
      const slot = idle ?? start();
      idle = undefined;
      try {
        grow(slot, bytes);
        const kernels = slot.kernels.get(module) ?? startKernels(module, slot.memory, precision);
        slot.kernels.set(module, kernels);
        return await use(kernels);
      } finally {
        idle = slot;
      }
    },
  };
}
