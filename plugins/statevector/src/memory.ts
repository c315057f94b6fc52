// WebAssembly memory: where a program's parts lie, and memories that are used again.

import { instancesOf, type Borrow as BorrowOf } from "@eigentwin/core/instances";
import { startKernels, type Kernels } from "./kernels.ts";
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

/** So much of an instance stays for the next program. */
const KEPT_BYTES = 4 * MIB;

export type Borrow = BorrowOf<Kernels>;

/** A memory, and the builds that have an instance on it. */
interface Slot {
  memory: WebAssembly.Memory;
  kernels: Map<WebAssembly.Module, Kernels>;
}

/** The memory of an isolate, for simulators of both precisions. */
export interface MemoryPool {
  borrow(module: WebAssembly.Module, precision: Precision): Borrow;
}

export function openMemoryPool(): MemoryPool {
  const borrow = instancesOf<Slot>(() => ({ memory: new WebAssembly.Memory({ initial: 1 }), kernels: new Map() }), {
    owner: "this simulator",
    budgetBytes: MEMORY_BUDGET_BYTES,
    keptBytes: KEPT_BYTES,
  });
  return {
    borrow: (module, precision) => (bytes, use) =>
      borrow(bytes, (slot) => {
        const kernels = slot.kernels.get(module) ?? startKernels(module, slot.memory, precision);
        slot.kernels.set(module, kernels);
        return use(kernels);
      }),
  };
}
