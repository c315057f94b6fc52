// One program on one instance: 16 reads at a time begin at random, are swept, go downhill, and become bitstrings.

import { annealResult, joinReads, type AnnealResult } from "@eigentwin/core";
import { FIELD_BYTES, LANES, SPIN_BYTES, type Kernels } from "./kernels.ts";
import { SCHEDULE_ROWS } from "./memory.ts";
import { startPace, stepsOfSlice, type Pace, type Watch } from "./pace.ts";
import type { Plan } from "./plan.ts";
import { wholeOf, type WholeProblem } from "./whole.ts";

export interface Session extends Plan {
  kernels: Kernels;
  whole: WholeProblem;
  pace: Pace;
}

/** The instance is as large as the plan says, so no view of its memory is lost by growth. */
export function openSession(kernels: Kernels, plan: Plan, watch: Watch): Session {
  const { regions, slices, program } = plan;
  const { buffer } = kernels.memory;
  const { length } = program.problem.couplings.values;
  const whole = wholeOf(program.problem, new Int32Array(buffer, regions.couplings, 4 * length));
  new Uint32Array(buffer, regions.rows, whole.rows.length).set(whole.rows);
  new Int32Array(buffer, regions.biases, whole.variables).set(whole.biases);
  kernels.useProblem(whole.variables, slices, regions.rows, regions.couplings, regions.biases, regions.state);
  return { ...plan, kernels, whole, pace: startPace(plan.work, watch) };
}

/** Reads are numbered: read r of a seed is the same however many others are asked for with it. */
export async function annealIn(session: Session, seed: number): Promise<AnnealResult> {
  const { program, blocks, kernels, sweepWork, pace } = session;
  const parts: AnnealResult[] = [];
  for (let block = 0; block < blocks; block++) {
    kernels.useBlock(seed, block);
    await pace(sweepWork);
    kernels.begin();
    await sweep(session);
    await descend(session);
    await pace(sweepWork);
    const lanes = Math.min(LANES, program.reads - LANES * block);
    parts.push(annealResult(program.problem, readLanes(session, lanes)));
  }
  return joinReads(parts);
}

export async function sweep(session: Session): Promise<void> {
  const { kernels, regions, whole, sweeps, sweepWork, pace } = session;
  const at = session.schedule(whole);
  const rows = new Float32Array(kernels.memory.buffer, regions.schedule, 2 * SCHEDULE_ROWS);
  const step = Math.min(SCHEDULE_ROWS, stepsOfSlice(sweepWork));
  for (let from = 0; from < sweeps; from += step) {
    const count = Math.min(step, sweeps - from);
    await pace(count * sweepWork);
    for (let row = 0; row < count; row++) {
      const { classical, bond } = at(sweeps > 1 ? (from + row) / (sweeps - 1) : 1);
      rows[2 * row] = classical;
      rows[2 * row + 1] = bond;
    }
    kernels.sweeps(regions.schedule, from, count);
  }
}

/** What temperature has left above a minimum: no read ends where a single flip would lower its energy. */
async function descend({ kernels, pace, sweepWork }: Session): Promise<void> {
  do await pace(sweepWork);
  while (kernels.descend());
}

/** Of each lane the slice of least energy, as a bitstring: variable 0 leftmost, 1 for up. */
export function readLanes(session: Session, lanes: number): string[] {
  const { slices, whole } = session;
  const { variables } = whole;
  const text = new TextDecoder();
  const views = Array.from({ length: slices }, (_, slice) => sliceOf(session, slice));
  return Array.from({ length: lanes }, (_, lane) => {
    let best: { energy: number; spins: Int8Array } | undefined;
    for (const { fields, spins } of views) {
      const energy = energyIn(whole, fields, spins, lane);
      if (!best || energy < best.energy) best = { energy, spins };
    }
    const bits = Uint8Array.from({ length: variables }, (_bit, i) => 49 + (best?.spins[i * LANES + lane] ?? 0));
    return text.decode(bits);
  });
}

export function sliceOf({ kernels, regions, whole: { variables } }: Session, slice: number) {
  const { buffer } = kernels.memory;
  const at = regions.state + slice * variables * (FIELD_BYTES + SPIN_BYTES);
  return {
    fields: new Int32Array(buffer, at, variables * LANES),
    /** 0 for up, -1 for down. */
    spins: new Int8Array(buffer, at + variables * FIELD_BYTES, variables * LANES),
  };
}

/** In whole numbers, without the offset: s (h + sum J s) counts each coupling twice. */
function energyIn({ biases }: WholeProblem, fields: Int32Array, spins: Int8Array, lane: number): number {
  let twice = 0;
  for (let i = 0, at = lane; i < biases.length; i++, at += LANES)
    twice += (1 + 2 * (spins[at] ?? 0)) * ((fields[at] ?? 0) + (biases[i] ?? 0));
  return twice / 2;
}
