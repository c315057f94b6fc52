// What a program needs, known before anything runs: its instructions, its memory, its work. Refuses what does not fit.

import { batchesOf, checkProgram, refuse, type CircuitProgram, type OverlapProgram } from "@eigentwin/core";
import { expectationBytes } from "./expectation.ts";
import { gradientBytes } from "./gradient.ts";
import { FREE_FROM } from "./kernels.ts";
import { MEMORY_BUDGET_BYTES, regionsOf, rowBits, stateBytes, type Regions } from "./memory.ts";
import { UPDATES_PER_SHOT } from "./pace.ts";
import { varyingBindings } from "./planner/image.ts";
import {
  ALL_ON,
  cachedPlan,
  type CircuitPlan,
  type Finish,
  type Planning,
  type Switches,
} from "./planner/plan-circuit.ts";
import { PRECISIONS, type Precision, type PrecisionName } from "./precision.ts";
import { sampleBytes } from "./sample.ts";

/** How many qubits fit when so many states are in memory together: of double precision 22 for one, 21 for two. */
export const largestQubits = (states: number, { realBytes }: Precision): number =>
  Math.floor(Math.log2(MEMORY_BUDGET_BYTES / (2 * realBytes * states)));
/** Going backwards: two states, and a plane. */
const STATES_OF_GRADIENT = 2.5;

/** What one call of a Worker may carry back (the contract's limit). */
const LARGEST_RESULT_BYTES = 8 * 2 ** 20;

/** More would leave the cache; fewer than this many states would prepare the same ones too often. */
const TILE_BYTES = 8 * 2 ** 20;
const TILE_STATES = 64;

/** Rows stand side by side while their states stay in the cache together. */
const LARGEST_SIDE_BY_SIDE = 11;

export interface Options {
  /** `f64` where it is absent; the kernels must be of the same. */
  precision?: PrecisionName;
  switches?: Switches;
  /** log2 of the amplitudes of a tile. */
  tileBits?: number;
}

export interface Settings {
  precision: Precision;
  switches: Switches;
  tileBits: number;
}

export function settingsOf({ precision: name = "f64", switches = ALL_ON, tileBits }: Options = {}): Settings {
  const precision = PRECISIONS[name];
  return { precision, switches, tileBits: tileBits ?? precision.tileBits };
}

export interface Plan {
  settings: Settings;
  circuit: CircuitPlan;
  regions: Regions;
  /** Index bits of the state of one row, and bytes from one to the next. */
  bits: number;
  stride: number;
  /** States that are in memory together; of a Gram matrix all, as right ones. Other programs have one at a time. */
  tile: { lefts: number; rights: number };
  /** In updates, see pace.ts. */
  work: number;
}

export function planOf(program: CircuitProgram, settings: Settings = settingsOf()): Plan {
  const { qubits } = program.circuit;
  /** It needs stages of one kind, a second state, and a plane for what is read off both. */
  const backwards = program.kind === "gradient";
  const { precision } = settings;
  checkFits(program, precision);
  const rows = Math.max(...batchesOf(program).map((batch) => batch.rows));
  const planning: Planning = {
    ...settings,
    finish: finishOf(program),
    rows: !backwards && settings.switches.rows && rows > 1 && qubits <= LARGEST_SIDE_BY_SIDE,
    inPlace: false,
    layered: backwards,
    onState: false,
  };
  const within = (inPlace: boolean) => {
    const circuit = cachedPlan(program.circuit, { ...planning, inPlace }, FREE_FROM);
    const bits = rowBits(circuit, precision);
    const workspace = backwards ? gradientBytes(bits, precision) : workspaceBytes(program, precision, planning.rows);
    const room = MEMORY_BUDGET_BYTES - regionsOf(circuit, precision, { workspaceBytes: workspace, states: 0 }).end;
    const tile = backwards ? { lefts: 1, rights: 1 } : tileOf(program, room, stateBytes(bits, precision));
    const regions = regionsOf(circuit, precision, { workspaceBytes: workspace, states: tile.lefts + tile.rights });
    return { circuit, regions, tile };
  };
  const fits = ({ regions }: ReturnType<typeof within>) => regions.end <= MEMORY_BUDGET_BYTES;
  const roomy = within(false);
  const plan = fits(roomy) ? roomy : within(true);
  if (!fits(plan))
    refuse(
      "backend.refused",
      `this circuit needs ${mebibytes(plan.regions.end)} MiB of memory, and ${mebibytes(MEMORY_BUDGET_BYTES)} are allowed`,
      {
        hint: `Use fewer gates or observables, ${precision.name === "f64" ? "fewer qubits, or single precision" : "or fewer qubits"}.`,
      },
    );
  const bits = rowBits(plan.circuit, precision);
  return { ...plan, settings, bits, stride: stateBytes(bits, precision), work: workOf(program, plan.circuit) };
}

/** Refuses what nobody could run, and what is too large here whatever its circuit does. */
export function checkFits(program: CircuitProgram, precision: Precision): void {
  checkProgram(program);
  checkQubits(program, precision);
  checkResult(program);
}

/** What happens at the end of a circuit and cannot be seen is left out. */
function finishOf(program: CircuitProgram): Finish {
  if (program.kind === "overlap") return "state";
  if (program.kind === "sample") return "magnitudes";
  return program.observables.some((sum) => sum.some(({ word }) => /[XY]/.test(word))) ? "state" : "frame";
}

export const mebibytes = (bytes: number) => Math.ceil(bytes / 2 ** 20);

function checkQubits({ kind, circuit: { qubits } }: CircuitProgram, precision: Precision): void {
  const states = kind === "gradient" ? STATES_OF_GRADIENT : kind === "overlap" ? 2 : 1;
  const largest = largestQubits(states, precision);
  if (qubits <= largest) return;
  const other = PRECISIONS[precision.name === "f64" ? "f32" : "f64"];
  refuse(
    "backend.refused",
    `at most ${largest} qubits fit into memory here for ${kind} in ${precision.title}, not ` +
      `${qubits}; in ${other.title} ${largestQubits(states, other)}`,
    { hint: `Use ${largest} qubits or fewer, or name a backend with more.`, at: "/circuit/qubits" },
  );
}

function checkResult(program: CircuitProgram): void {
  const bytes = resultBytes(program);
  if (bytes > LARGEST_RESULT_BYTES)
    refuse("backend.refused", `the result may take ${mebibytes(bytes)} MiB, and one program returns at most 8`, {
      hint: `Split the ${program.kind === "sample" ? "batch or its shots" : "batch"} into ${Math.ceil(bytes / LARGEST_RESULT_BYTES)} programs or more.`,
    });
}

/** An upper bound: how many different outcomes will be drawn is not known beforehand. */
function resultBytes(program: CircuitProgram): number {
  if (program.kind === "expectation") return 8 * program.parameters.rows * program.observables.length;
  if (program.kind === "overlap") return 8 * program.left.rows * program.right.rows;
  if (program.kind === "gradient")
    return 8 * program.parameters.rows * program.observables.length * (1 + program.circuit.parameters.length);
  const width = program.circuit.bits || program.circuit.qubits;
  return program.parameters.rows * (64 + Math.min(program.shots, 2 ** width) * (width + 8));
}

/** Distinct words, so a bound for an expectation. */
function workspaceBytes(program: CircuitProgram, precision: Precision, rows: boolean): number {
  if (program.kind === "expectation") return expectationBytes(program, precision, rows);
  if (program.kind === "overlap") return 8 * program.left.rows * program.right.rows;
  return sampleBytes(program.circuit.qubits);
}

/** Both sides are the same rows: a Gram matrix. */
const isSame = ({ left, right }: OverlapProgram): boolean =>
  left.rows === right.rows && left.values.every((value, index) => value === right.values[index]);

/** The right states stay while the left ones pass by; where not all right ones fit, left ones are prepared again. */
function tileOf(program: CircuitProgram, room: number, each: number): { lefts: number; rights: number } {
  if (program.kind !== "overlap") return { lefts: 1, rights: 0 };
  const [lefts, rights] = [program.left.rows, program.right.rows];
  if (isSame(program) && rights * each <= room) return { lefts: 0, rights };
  const fit = Math.max(2, Math.floor(Math.min(room, Math.max(TILE_BYTES, TILE_STATES * each)) / each));
  const rightsHere = Math.min(rights, Math.max(Math.floor(fit / 2), fit - lefts));
  return { lefts: Math.min(lefts, fit - rightsHere), rights: rightsHere };
}

/** Forward, back on two states, and what is read off both on the way: measured. */
const PASSES_OF_GRADIENT = 6;

/** A stage costs about as much as 100 updates, an angle as 20: measured. */
function workOf(program: CircuitProgram, circuit: CircuitPlan): number {
  const size = 2 ** circuit.qubits;
  const states = batchesOf(program).reduce((sum, { rows }) => sum + rows, 0);
  const { stages, bindings } = circuit.encoded;
  const passes = stages.reduce((sum, { tiles, tileWork }) => sum + tiles * tileWork + 100, 0) / 2 ** circuit.skipped;
  const prepare = states * (size + passes + 20 * varyingBindings(bindings));
  if (program.kind === "overlap") return prepare + program.left.rows * program.right.rows * size;
  if (program.kind === "sample") return prepare + states * (4 * size + UPDATES_PER_SHOT * program.shots);
  if (program.kind === "gradient") return PASSES_OF_GRADIENT * prepare * program.observables.length;
  const words = program.observables.reduce((sum, { length }) => sum + length, 0);
  return prepare + states * words * (0.5 * size + 20);
}
