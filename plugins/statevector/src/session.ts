// One program on one instance: the plan is loaded once, then states are prepared from rows of parameters.

import type { Batch } from "@eigentwin/core";
import type { Kernels } from "./kernels.ts";
import { GAP_BYTES } from "./memory.ts";
import { startPace, stepsOfSlice, type Pace, type Watch } from "./pace.ts";
import { bindingsAfter } from "./planner/image.ts";
import type { CircuitPlan } from "./planner/plan-circuit.ts";
import type { Plan } from "./plan.ts";
import { numbersAt } from "./precision.ts";

export interface Session extends Plan {
  kernels: Kernels;
  pace: Pace;
  /** Amplitudes of one row. */
  size: number;
  /** Rows that are prepared together. */
  together: number;
  /** Where the kernels read the parameters of these rows. */
  row: Float64Array;
}

/** The instance is as large as the plan says, so no view of its memory is lost by growth. */
export function openSession(kernels: Kernels, plan: Plan, watch?: Watch): Session {
  const { circuit, regions } = plan;
  const together = 2 ** circuit.skipped;
  loadPlan(kernels, circuit, plan.regions);
  return {
    ...plan,
    kernels,
    pace: startPace(plan.work, watch),
    size: 2 ** circuit.qubits,
    together,
    row: new Float64Array(kernels.memory.buffer, regions.parameters, circuit.width * together),
  };
}

export function loadPlan(kernels: Kernels, { encoded }: CircuitPlan, { parameters }: Plan["regions"]): void {
  new Uint8Array(kernels.memory.buffer, encoded.base, encoded.bytes.length).set(encoded.bytes);
  kernels.usePlan(encoded.scratch);
  kernels.useRows(encoded.scratch);
  kernels.bind(encoded.bindings.address, encoded.bindings.constant, parameters, 0);
}

/** Rows of a circuit that takes no longer than this need not give way in between. */
const SMALL_WORK = 1e6;

/** Runs the circuit for the rows from `index` on that are prepared together; their state is then at `target`. */
export function prepare(session: Session, parameters: Batch, index: number, target: number): Promise<void> | undefined {
  const { kernels, circuit, row, together } = session;
  const { encoded, width, bits } = circuit;
  const { values, rows } = parameters;
  for (let lane = 0; lane < together; lane++) {
    // A batch that ends within a group repeats its last row.
    const from = Math.min(rows - 1, index + lane) * width;
    for (let one = 0; one < width; one++) row[lane * width + one] = values[from + one] ?? Number.NaN;
  }
  bindRow(session, together > 1 ? 8 * width : 0);
  const start = startOf(session, target);
  if (encoded.product === undefined) kernels.reset(start, bits, together);
  else kernels.product(start, bits, encoded.product, together > 1 ? 0 : session.settings.precision.laneBits);
  return runStages(session, target);
}

/** What reading a state takes. */
export type Reading = Pick<Session, "kernels" | "regions" | "bits" | "size" | "pace" | "settings">;
/** Real parts and imaginary parts. */
export function planesOf({ kernels, bits, settings }: Reading, state: number) {
  const { precision } = settings;
  return [state, state + precision.realBytes * 2 ** bits + GAP_BYTES].map((at) =>
    numbersAt(precision, kernels.memory, at, 2 ** bits),
  );
}
/** What running a loaded plan takes. */
export type Running = Pick<Session, "kernels" | "circuit" | "regions" | "pace">;

/** Angles of the row, or of rows so many bytes apart, go into the loaded plan. */
export function bindRow({ kernels, circuit: { encoded }, regions }: Running, rowBytes = 0): void {
  const { bindings } = encoded;
  const { general, tangents, turns } = bindings;
  if (general > 0) kernels.bind(bindingsAfter(bindings), general, regions.parameters, rowBytes);
  kernels.bindPlain(bindingsAfter(bindings, general), tangents, turns, regions.parameters, rowBytes);
}

/** Where a state must lie so that the stages leave it at `target`. */
export const startOf = ({ circuit, regions }: Running, target: number): number =>
  circuit.encoded.moves % 2 === 0 ? target : regions.other;

/** Runs the loaded plan on the state at `startOf`. */
export function runStages(running: Running, target: number): Promise<void> | undefined {
  const { kernels, circuit, regions, pace } = running;
  const { encoded } = circuit;
  if (encoded.work > SMALL_WORK) return runSlowly(running, target);
  let state = startOf(running, target);
  for (const { address, tiles, permutes } of encoded.stages) {
    if (circuit.skipped > 0) {
      kernels.runRows(address, tiles, circuit.bits, state, target + regions.other - state);
    } else {
      kernels.prepareStage(address, 0);
      kernels.runStage(address, state, target + regions.other - state, 0, tiles, 0);
    }
    if (permutes) state = target + regions.other - state;
  }
  return pace(encoded.work);
}

/** Every piece of a long circuit may give way. */
async function runSlowly(running: Running, target: number): Promise<void> {
  const { kernels, circuit, regions, pace } = running;
  const { stages } = circuit.encoded;
  let state = startOf(running, target);
  const rows = circuit.skipped > 0;
  for (const { address, tiles, tileWork, permutes } of stages) {
    if (!rows) kernels.prepareStage(address, 0);
    const step = rows ? tiles : stepsOfSlice(tileWork);
    for (let from = 0; from < tiles; from += step) {
      const to = Math.min(tiles, from + step);
      const turn = pace((to - from) * tileWork);
      if (turn) await turn;
      const other = target + regions.other - state;
      if (rows) kernels.runRows(address, tiles, circuit.bits, state, other);
      else kernels.runStage(address, state, other, from, to, 0);
    }
    if (permutes) state = target + regions.other - state;
  }
}

/** Before a state is read. */
export function normalise({ kernels, bits, settings }: Reading, state: number): void {
  if (settings.precision.normalises) kernels.normalise(state, bits);
}

/** Prepares the rows from `index` on side by side, ready to be read. */
export function prepareTogether(session: Session, parameters: Batch, index: number): Promise<void> | undefined {
  const { kernels, circuit, regions, settings } = session;
  const preparing = prepare(session, parameters, index, regions.together);
  if (!settings.precision.normalises) return preparing;
  if (preparing) return preparing.then(() => kernels.normaliseRows(regions.together, circuit.bits));
  kernels.normaliseRows(regions.together, circuit.bits);
  return undefined;
}

/** Prepares `count` rows from `from` on, where `at` says, and calls `use` after each. */
export async function forEachRow(
  session: Session,
  parameters: Batch,
  { from, count, at }: { from: number; count: number; at: (index: number) => number },
  use?: (state: number, index: number) => Promise<void> | undefined,
): Promise<void> {
  const { kernels, circuit, regions, together, bits } = session;
  for (let index = 0; index < count; index += together) {
    const preparing =
      together > 1
        ? prepareTogether(session, parameters, from + index)
        : prepare(session, parameters, from + index, at(index));
    if (preparing) await preparing;
    for (let lane = 0; lane < Math.min(together, count - index); lane++) {
      if (together > 1) kernels.unpack(regions.together, circuit.bits, lane, at(index + lane), bits);
      else normalise(session, at(index));
      const using = use?.(at(index + lane), index + lane);
      if (using) await using;
    }
  }
}

/** All rows of a batch, one state after the other in the same place. */
export const allRows = (session: Session, { rows }: Batch) => ({
  from: 0,
  count: rows,
  at: () => session.regions.states,
});
