// Trajectories as a tree: those to which the same happens go together, and part where they differ.
//
// Of the ways from a state the one that most take goes on in place, and every other takes at most half of them: states to
// go back to are no more than log2 of the trajectories.

import type { Kernels } from "../kernels.ts";
import { startPace, type Watch } from "../pace.ts";
import { bindRow, loadPlan, normalise, runStages, startOf, type Reading, type Running } from "../session.ts";
import { isSplit } from "./code.ts";
import type { TrajectoryPlan } from "./plan.ts";
import { waysOf, type Splitting, type Way } from "./split.ts";

export interface Walker extends Reading {
  plan: TrajectoryPlan;
}

export function openWalker(kernels: Kernels, plan: TrajectoryPlan, watch?: Watch): Walker {
  return { ...plan, plan, kernels, pace: startPace(plan.work, watch) };
}

/** The end of a trajectory: how many came here, with which classical bits. The state may be overwritten. */
export type Leaf = (state: number, amount: number, bits: readonly (0 | 1)[]) => Promise<void>;

export interface Walk {
  row: Float64Array;
  bits: number;
  amount: number;
  splitting: Omit<Splitting, "reading" | "qubits">;
}

/** All trajectories of one row, from |0...0>. */
export async function walk(walker: Walker, { row, bits, amount, splitting }: Walk, leaf: Leaf): Promise<void> {
  const { plan, kernels } = walker;
  const { code, regions, stride } = plan;
  const state = regions.states;
  const memory = new Uint8Array(kernels.memory.buffer);
  const all: Splitting = { ...splitting, reading: walker, qubits: plan.qubits };
  let saved = 0;

  async function go(from: number, amountHere: number, bitsHere: readonly (0 | 1)[]): Promise<void> {
    let [amountNow, bitsNow, at] = [amountHere, bitsHere, from];
    for (let step = code[at]; step; step = code[at]) {
      if (step.kind === "jump") at = step.to;
      else if (step.kind === "unless") {
        const isMet = step.bits.map((bit) => bitsNow[bit]).join("") === step.equals;
        at = isMet ? at + 1 : step.to;
      } else if (isSplit(step)) {
        const turn = walker.pace(2 * 2 ** walker.bits);
        if (turn) await turn;
        const ways = waysOf(step, all, state, amountNow).toSorted((a, b) => a.amount - b.amount);
        const last = ways.pop();
        if (!last) throw new Error("a step has no way to go on");
        const read = ({ bit }: Way) =>
          step.kind === "measure" && bit !== undefined ? bitsNow.with(step.bit, bit) : bitsNow;
        if (ways.length > 0) await goAside(at + 1, ways, read);
        last.apply?.(state);
        [amountNow, bitsNow, at] = [last.amount, read(last), at + 1];
      } else {
        const turn = runUnit(walker, { ...walker, circuit: step.unit });
        if (turn) await turn;
        at += 1;
      }
    }
    normalise(walker, state);
    await leaf(state, amountNow, bitsNow);
  }

  async function goAside(at: number, ways: readonly Way[], read: (way: Way) => readonly (0 | 1)[]): Promise<void> {
    saved += 1;
    const kept = state + saved * stride;
    memory.copyWithin(kept, state, state + stride);
    for (const way of ways) {
      way.apply?.(state);
      await go(at, way.amount, read(way));
      memory.copyWithin(state, kept, kept + stride);
    }
    saved -= 1;
  }

  new Float64Array(kernels.memory.buffer, regions.parameters, row.length).set(row);
  kernels.reset(state, walker.bits, 1);
  await go(0, amount, new Array<0 | 1>(bits).fill(0));
}

function runUnit({ kernels, regions, plan }: Walker, running: Running): Promise<void> | undefined {
  loadPlan(kernels, running.circuit, regions);
  bindRow(running);
  const start = startOf(running, regions.states);
  if (start !== regions.states)
    new Uint8Array(kernels.memory.buffer).copyWithin(start, regions.states, regions.states + plan.stride);
  return runStages(running, regions.states);
}
