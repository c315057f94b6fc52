// What trajectories need: a plan for each unitary piece, and states to go back to where one state became several.

import { refuse, type Circuit, type ExpectationProgram, type Measurement, type SampleProgram } from "@eigentwin/core";
import { mostExpectationBytes } from "../expectation.ts";
import { FREE_FROM } from "../kernels.ts";
import { MEMORY_BUDGET_BYTES, stateBytes, type Regions } from "../memory.ts";
import type { NoiseModel } from "../noise/model.ts";
import { UPDATES_PER_SHOT } from "../pace.ts";
import { checkFits, mebibytes, type Settings } from "../plan.ts";
import { sampleBytes } from "../sample.ts";
import { varyingBindings } from "../planner/image.ts";
import { leastBits, planCircuit, type CircuitPlan, type Planning } from "../planner/plan-circuit.ts";
import { codeOf, isSplit, type SplitStep, type Step } from "./code.ts";
import { partFinal } from "./final-measurements.ts";

export type TrajectoryProgram = SampleProgram | ExpectationProgram;

/** All ways weighed by their probabilities, or so many drawn. */
export type Many = "exactly" | number;

export interface TrajectoryPlan {
  settings: Settings;
  qubits: number;
  code: readonly Step<CircuitPlan>[];
  final: readonly Measurement[];
  regions: Regions;
  bits: number;
  stride: number;
  size: number;
  /** States that fit: the one that goes on, and those to go back to. */
  states: number;
  /** In updates. */
  work: number;
}

/** Each measurement or reset may double the ways that an exact mean goes. */
const MOST_SPLITS = 12;

export interface Wanted {
  many: Many;
  noise?: NoiseModel;
}

export function planTrajectories(
  program: TrajectoryProgram,
  settings: Settings,
  { many, noise }: Wanted,
): TrajectoryPlan {
  checkFits(program, settings.precision);
  const { circuit, final } = partFinal(program.circuit);
  const code = codeOf(circuit.gates, noise);
  const splits = code.filter(isSplit);
  if (many === "exactly") checkSplits(splits.length);
  const wanted = 1 + (many === "exactly" ? splits.length : Math.floor(Math.log2(many)));
  const within = (inPlace: boolean) => layOut(program, settings, inPlace, code, wanted);
  const roomy = within(false);
  const needed = many === "exactly" ? wanted : 1;
  const { regions, states, planned } = roomy.states >= needed ? roomy : within(true);
  const bits = bitsOf(circuit, settings);
  const stride = stateBytes(bits, settings.precision);
  if (states < needed)
    refuse(
      "backend.refused",
      `going every way that this circuit may go takes ${needed} states of ${mebibytes(stride)} MiB, and ${states} fit`,
      { hint: "Use fewer qubits, measure less on the way, or ask for samples.", at: "/circuit" },
    );
  const once = planned.reduce((sum, step) => sum + workOf(step, 2 ** bits), 2 ** bits);
  const paths = many === "exactly" ? 2 ** splits.length : Math.min(many, pathsOf(splits, many));
  const shots = program.kind === "sample" ? UPDATES_PER_SHOT * program.shots : 0;
  return {
    settings,
    qubits: circuit.qubits,
    code: planned,
    final,
    regions,
    bits,
    stride,
    size: 2 ** circuit.qubits,
    states,
    work: program.parameters.rows * (paths * once + shots),
  };
}

const bitsOf = ({ qubits }: Circuit, { precision }: Settings) => Math.max(leastBits(precision), qubits);

function checkSplits(count: number): void {
  if (count <= MOST_SPLITS) return;
  refuse("backend.refused", `an exact mean over ${count} measurements and resets on the way has too many ways to go`, {
    hint: `At most ${MOST_SPLITS} are followed; ask for samples, or measure at the end alone.`,
    at: "/circuit/gates",
  });
}

function layOut(
  { circuit, ...program }: TrajectoryProgram,
  settings: Settings,
  inPlace: boolean,
  code: ReturnType<typeof codeOf>,
  wanted: number,
) {
  const { switches, precision, tileBits } = settings;
  const { qubits, parameters } = circuit;
  const planning: Planning = {
    switches,
    precision,
    tileBits,
    inPlace,
    finish: "state",
    rows: false,
    layered: false,
    onState: true,
  };
  const planned = code.map((step): Step<CircuitPlan> =>
    step.kind === "unitary"
      ? { kind: "unitary", unit: planCircuit({ qubits, parameters, gates: step.unit }, planning, FREE_FROM) }
      : step,
  );
  const units = planned.flatMap((step) => (step.kind === "unitary" ? step.unit : []));
  const stride = stateBytes(bitsOf(circuit, settings), precision);
  const align = (bytes: number) => Math.ceil(bytes / 64) * 64;
  const row = align(units.reduce((end, { encoded }) => Math.max(end, encoded.end), FREE_FROM));
  const workspace = row + align(8 * parameters.length);
  // Readout errors may make more words of few.
  const workspaceBytes = program.kind === "expectation" ? mostExpectationBytes(qubits, precision) : sampleBytes(qubits);
  const other = workspace + align(workspaceBytes);
  const first = other + (units.some(({ needsOther }) => needsOther) ? stride : 0);
  const states = Math.min(wanted, Math.max(0, Math.floor((MEMORY_BUDGET_BYTES - first) / stride)));
  const regions: Regions = {
    parameters: row,
    workspace,
    other,
    together: first,
    states: first,
    end: first + states * stride,
  };
  return { planned, regions, states };
}

function workOf(step: Step<CircuitPlan>, size: number): number {
  if (step.kind !== "unitary") return isSplit(step) ? 2 * size : 0;
  const { encoded } = step.unit;
  return encoded.work + 100 * encoded.stages.length + 20 * varyingBindings(encoded.bindings);
}

/** How many ways so many trajectories go, about: those that nothing happens to go together. */
function pathsOf(splits: readonly SplitStep[], many: number): number {
  const drawn = splits.filter(({ kind }) => kind !== "disturb").length;
  const quiet = splits.reduce((p, step) => (step.kind === "disturb" ? p * (1 - step.by.probability) : p), 1);
  return 2 ** drawn * (1 + many * (1 - quiet));
}
