// Lowering: what a backend does not execute is rewritten into what it does, so that no algorithm asks which backend it has.
//
// operations that it does not have -> those that it has (lower-gates.ts);
// gradient -> expectations with one angle shifted at a time (lower-gradient.ts);
// expectation -> samples in rotated bases (words that share a basis share shots);
// overlap -> the share of all-zero outcomes of compute-uncompute circuits (Havlicek et al., Nature 567, 209, 2019).

import { refuse } from "../failure.ts";
import type { BackendDescription } from "../backend.ts";
import { finalMeasurementOf } from "./final-measurement.ts";
import { lowerExpectation } from "./lower-expectation.ts";
import { lowerCircuit } from "./lower-gates.ts";
import { lowerGradient } from "./lower-gradient.ts";
import { lowerOverlap } from "./lower-overlap.ts";
import type { Lowered } from "./lowered.ts";
import type { Program, ProgramKind, ProgramResult } from "./program.ts";

export type { Lowered } from "./lowered.ts";

/** What a kind becomes where a backend does not run it. */
const LOWERED: Partial<Record<ProgramKind, ProgramKind>> = {
  gradient: "expectation",
  expectation: "sample",
  overlap: "sample",
};

/** Whether a backend that runs `kinds` answers programs of `kind`, as they are or lowered. */
export function answers(kinds: readonly ProgramKind[], kind: ProgramKind): boolean {
  const lowered = LOWERED[kind];
  return kinds.includes(kind) || (lowered !== undefined && answers(kinds, lowered));
}

/** Rewrites `program` for a backend; `shots` is the number a row gets where the answer must be sampled. */
export function lower(program: Program, backend: BackendDescription, shots: number): Lowered {
  const { programs, combine } = lowerKind(program, backend, shots);
  const executable = programs.map((one) => inItsOperations(one, backend));
  return {
    programs: executable.map((one) => one.program),
    combine: (results) => combine(results.map((result, index) => executable[index]?.asAsked(result) ?? result)),
  };
}

/** The program in the operations of the backend, and how its result answers the one that was asked. */
function inItsOperations(program: Program, backend: BackendDescription) {
  const asIs = (result: ProgramResult) => result;
  if (program.kind === "anneal") return { program, asAsked: asIs };
  const atEnd =
    program.kind === "sample" && program.circuit.bits && !backend.gates.includes("measure")
      ? finalMeasurementOf(program.circuit)
      : undefined;
  const circuit = lowerCircuit(atEnd?.circuit ?? program.circuit, backend);
  if (!atEnd) return { program: circuit === program.circuit ? program : { ...program, circuit }, asAsked: asIs };
  return {
    program: { ...program, circuit },
    asAsked: (result: ProgramResult): ProgramResult =>
      result.kind === "sample" ? { ...result, histograms: result.histograms.map(atEnd.bitsOf) } : result,
  };
}

function lowerKind(program: Program, backend: BackendDescription, shots: number): Lowered {
  if (backend.kinds.includes(program.kind))
    return { programs: [program], combine: ([only]) => resultOf(only, program) };
  if (!answers(backend.kinds, program.kind))
    return refuse("backend.none-fits", `${backend.name} runs no ${program.kind} programs`, {
      hint: `It runs ${backend.kinds.join(", ") || "none"}.`,
    });
  if (program.kind === "expectation") return lowerExpectation(program, shots);
  if (program.kind === "overlap") return lowerOverlap(program, shots);
  if (program.kind === "gradient") return through(lowerGradient(program), backend, shots);
  return refuse("program.invalid", `a ${program.kind} program cannot be lowered`);
}

/** What a program became may have to be lowered in turn. */
function through({ programs, combine }: Lowered, backend: BackendDescription, shots: number): Lowered {
  const further = programs.map((one) => lowerKind(one, backend, shots));
  return {
    programs: further.flatMap((one) => one.programs),
    combine(results) {
      let from = 0;
      return combine(further.map((one) => one.combine(results.slice(from, (from += one.programs.length)))));
    },
  };
}

function resultOf(result: ProgramResult | undefined, program: Program): ProgramResult {
  return result?.kind === program.kind
    ? result
    : refuse(
        "backend.broke-contract",
        `the backend answered a ${program.kind} program with ${result?.kind ?? "nothing"}`,
      );
}
