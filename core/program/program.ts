// What a backend runs. A circuit is sent once; its parameters arrive as one batch.

import { refuse } from "../failure.ts";
import { checkAnneal, type AnnealProgram, type AnnealResult } from "./anneal.ts";
import { checkCircuit, depth, type Circuit } from "./circuit.ts";
import { checkObservable, type PauliSum } from "./observable.ts";
import { isUnitary } from "./operation.ts";

/** Row-major `[rows, circuit.parameters.length]`, radians. A circuit without parameters still needs its number of rows. */
export interface Batch {
  readonly rows: number;
  readonly values: Float64Array;
}

/** Draw `shots` bitstrings for each row: of the circuit's classical bits, or of all qubits where it has none. */
export interface SampleProgram {
  readonly kind: "sample";
  readonly circuit: Circuit;
  readonly parameters: Batch;
  readonly shots: number;
  /** Unsigned 32-bit. The host derives one where it is absent; the same seed gives the same draw on a simulator. */
  readonly seed?: number;
}

/** <psi(row)| observable |psi(row)> for each row and observable; the mean over what is measured on the way. */
export interface ExpectationProgram {
  readonly kind: "expectation";
  readonly circuit: Circuit;
  readonly parameters: Batch;
  readonly observables: readonly PauliSum[];
}

/** The means of an expectation and, beside each, its slope in every parameter of the circuit. */
export interface GradientProgram {
  readonly kind: "gradient";
  readonly circuit: Circuit;
  readonly parameters: Batch;
  readonly observables: readonly PauliSum[];
}

/** |<psi(left)|psi(right)>|^2 for each pair of rows: a fidelity kernel. */
export interface OverlapProgram {
  readonly kind: "overlap";
  readonly circuit: Circuit;
  readonly left: Batch;
  readonly right: Batch;
}

/** Programs that are a circuit; `anneal` (anneal.ts) is not. */
export type CircuitProgram = SampleProgram | ExpectationProgram | GradientProgram | OverlapProgram;
export type CircuitKind = CircuitProgram["kind"];
export const CIRCUIT_KINDS = ["sample", "expectation", "gradient", "overlap"] as const satisfies CircuitKind[];

export type Program = CircuitProgram | AnnealProgram;
export type ProgramKind = Program["kind"];
export const PROGRAM_KINDS = [...CIRCUIT_KINDS, "anneal"] as const satisfies ProgramKind[];

/** Bitstrings (qubit or bit 0 leftmost) in ascending order and how often each was drawn, for one row. */
export interface Histogram {
  readonly bitstrings: readonly string[];
  readonly counts: Uint32Array;
}

export interface SampleResult {
  readonly kind: "sample";
  readonly histograms: readonly Histogram[];
}

/** `values` is row-major `[rows, columns]`; `standardErrors` has the same shape and is absent where the values are exact. */
export interface ValuesResult<Kind extends CircuitKind> {
  readonly kind: Kind;
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly standardErrors?: Float64Array;
}
export type ExpectationResult = ValuesResult<"expectation">;
export type OverlapResult = ValuesResult<"overlap">;

/** `slopes` is row-major `[rows, columns, parameters of the circuit]`, in units of the observable per radian. */
export interface GradientResult extends ValuesResult<"gradient"> {
  readonly slopes: Float64Array;
  /** As long as `slopes`; absent where they are exact. */
  readonly slopeErrors?: Float64Array;
}

export type ProgramResult = SampleResult | ExpectationResult | GradientResult | OverlapResult | AnnealResult;
export type ResultOf<P extends Program> = Extract<ProgramResult, { kind: P["kind"] }>;

/** The batch made of equally long rows. */
export function batch(rows: readonly ArrayLike<number>[]): Batch {
  const width = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * width);
  rows.forEach((row, index) => {
    if (row.length !== width)
      refuse("program.invalid", `row ${index} has ${row.length} values, the first has ${width}`);
    values.set(row, index * width);
  });
  return { rows: rows.length, values };
}

/** One row of a circuit without parameters. */
export const noParameters: Batch = { rows: 1, values: new Float64Array(0) };

export const batchesOf = (program: CircuitProgram): Batch[] =>
  program.kind === "overlap" ? [program.left, program.right] : [program.parameters];

/** A loop without a call for each number: batches are large. */
function allFinite(values: Float64Array): boolean {
  for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) return false;
  return true;
}

/** What a program takes of a backend, known from the program alone: the same facts that a quote and a budget count. */
export function sizeOf(program: Program): { qubits: number; depth: number; shots: number; evaluations: number } {
  if (program.kind === "anneal") {
    const { reads, problem } = program;
    return { qubits: problem.variables, depth: 0, shots: reads, evaluations: reads };
  }
  const evaluations = batchesOf(program).reduce((product, { rows }) => product * rows, 1);
  const shots = program.kind === "sample" ? program.shots * evaluations : 0;
  return { qubits: program.circuit.qubits, depth: depth(program.circuit), shots, evaluations };
}

/** Whether its answer is drawn, so that the host gives it a seed where it has none. */
export const isDrawn = (program: Program): program is SampleProgram | AnnealProgram =>
  program.kind === "sample" || program.kind === "anneal";

/** Refuses what no backend could run: every program passes here before it is quoted. */
export function checkProgram(program: Program): void {
  if (!PROGRAM_KINDS.includes(program.kind)) refuse("program.invalid", `there is no program kind "${program.kind}"`);
  if (program.kind === "anneal") return checkAnneal(program);
  checkCircuit(program.circuit);
  const { qubits, parameters } = program.circuit;
  if (program.kind === "overlap") checkPure(program.circuit);
  for (const { rows, values } of batchesOf(program)) {
    if (!Number.isInteger(rows) || rows < 1) refuse("program.invalid", "a batch needs at least one row");
    if (values.length !== rows * parameters.length)
      refuse(
        "program.invalid",
        `a batch of ${rows} rows needs ${rows * parameters.length} values, not ${values.length}`,
      );
    if (!allFinite(values)) refuse("program.invalid", "a parameter is not finite");
  }
  if (program.kind === "expectation" || program.kind === "gradient")
    for (const sum of program.observables) checkObservable(sum, qubits);
  if (program.kind !== "sample") return;
  const { shots, seed = 0 } = program;
  if (!(Number.isInteger(shots) && shots > 0))
    refuse("program.invalid", `shots must be a positive whole number, not ${shots}`);
  if (seed !== seed >>> 0) refuse("program.invalid", `a seed is an unsigned 32-bit number, not ${seed}`);
}

/** An overlap is of two pure states. */
function checkPure({ gates }: Circuit): void {
  const index = gates.findIndex((one) => !isUnitary(one) && one.name !== "barrier");
  if (index >= 0)
    refuse("program.invalid", `an overlap is of pure states, and the circuit has "${gates[index]?.name}"`, {
      at: `/circuit/gates/${index}`,
    });
}
