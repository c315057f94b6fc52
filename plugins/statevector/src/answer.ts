// How a program is answered: on one state a row where nothing is measured on the way, otherwise by trajectories.

import {
  isUnitary,
  lowerGradient,
  refuse,
  type Circuit,
  type CircuitProgram,
  type ExpectationProgram,
  type GradientProgram,
  type ProgramResult,
  type SampleProgram,
} from "@eigentwin/core";
import { runExpectation } from "./expectation.ts";
import { runGradient } from "./gradient.ts";
import type { Borrow } from "./memory.ts";
import { checkNoise, type NoiseModel } from "./noise/model.ts";
import { runOverlap } from "./overlap.ts";
import type { Watch } from "./pace.ts";
import { checkFits, planOf, type Settings } from "./plan.ts";
import type { Precision } from "./precision.ts";
import { runSample } from "./sample.ts";
import { openSession } from "./session.ts";
import { afterMeasuring, bitsOf, partFinal } from "./trajectories/final-measurements.ts";
import { planTrajectories, type Many, type TrajectoryProgram } from "./trajectories/plan.ts";
import { checkTrajectories, meanAlong, sampleAlong } from "./trajectories/run.ts";
import { openWalker } from "./trajectories/walk.ts";

/** Whether it measures, resets or branches nowhere. */
const isPure = ({ gates }: Circuit): boolean => gates.every((one) => isUnitary(one) || one.name === "barrier");

/** A state is that of a circuit which measures nothing. */
export function checkPure(circuit: Circuit): void {
  if (isPure(circuit)) return;
  refuse("program.invalid", "a circuit that measures, resets or branches has no one state", {
    hint: "Ask for samples or expectations.",
    at: "/circuit/gates",
  });
}

interface OnStates {
  program: CircuitProgram;
  asAsked(result: ProgramResult): ProgramResult;
}

const asIs = (result: ProgramResult) => result;

/** The program without measurement, if it measures at the end alone. */
function onStates(program: CircuitProgram, precision: Precision): OnStates | undefined {
  if (program.kind === "overlap" || (isPure(program.circuit) && !program.circuit.bits))
    return { program, asAsked: asIs };
  checkFits(program, precision);
  const { circuit, final } = partFinal(program.circuit);
  if (!isPure(circuit)) return undefined;
  const { bits = 0, ...withoutBits } = circuit;
  if (program.kind === "expectation" || program.kind === "gradient")
    return {
      program: { ...program, circuit: withoutBits, observables: afterMeasuring(program.observables, final) },
      asAsked: asIs,
    };
  return {
    program: { ...program, circuit: withoutBits },
    asAsked: (result) =>
      result.kind === "sample" && bits > 0
        ? { ...result, histograms: result.histograms.map((one) => bitsOf(one, final, bits)) }
        : result,
  };
}

/** Means are exact here, so every way is followed. */
const manyOf = (program: TrajectoryProgram): Many => (program.kind === "sample" ? program.shots : "exactly");

/** In updates. */
export function workOf(program: CircuitProgram, settings: Settings, noise?: NoiseModel): number {
  const states = noise ? undefined : onStates(program, settings.precision);
  if (states) return planOf(states.program, settings).work;
  if (program.kind === "gradient")
    return lowerGradient(program).programs.reduce(
      (sum, one) => sum + workOf(one as ExpectationProgram, settings, noise),
      0,
    );
  const way = program as TrajectoryProgram;
  return planTrajectories(way, settings, { many: manyOf(way), ...(noise && { noise }) }).work;
}

export async function answer(
  borrow: Borrow,
  program: CircuitProgram,
  settings: Settings,
  watch?: Watch,
): Promise<ProgramResult> {
  const states = onStates(program, settings.precision);
  if (!states && program.kind === "gradient") return shifted(borrow, program, settings, watch);
  if (!states) return answerAlong(borrow, program as TrajectoryProgram, settings, { seed: 0, watch });
  const plan = planOf(states.program, settings);
  const result = await borrow(plan.regions.end, (kernels): Promise<ProgramResult> => {
    const session = openSession(kernels, plan, watch);
    const asked = states.program;
    if (asked.kind === "expectation") return runExpectation(session, asked);
    if (asked.kind === "gradient") return runGradient(session, asked);
    return asked.kind === "overlap" ? runOverlap(session, asked) : runSample(session, asked, asked.seed ?? 0);
  });
  return states.asAsked(result);
}

/** What is measured on the way cannot be gone back through: there gradients are differences of means. */
async function shifted(
  borrow: Borrow,
  program: GradientProgram,
  settings: Settings,
  { progress, signal }: Watch = {},
): Promise<ProgramResult> {
  const { programs, combine } = lowerGradient(program);
  const results: ProgramResult[] = [];
  for (const [index, one] of programs.entries()) {
    const part: Watch = { signal, progress: (fraction) => progress?.((index + fraction) / programs.length) };
    results.push(await answer(borrow, one as ExpectationProgram, settings, part));
  }
  return combine(results);
}

export interface Along {
  /** Of a mean; of a sample its own counts. */
  seed: number;
  /** Of a mean: absent, it is exact, which noise does not allow. */
  trajectories?: number;
  noise?: NoiseModel;
  watch?: Watch | undefined;
}

export async function answerAlong(
  borrow: Borrow,
  program: SampleProgram | ExpectationProgram,
  settings: Settings,
  { seed, trajectories, noise, watch }: Along,
): Promise<ProgramResult> {
  if (noise) checkNoise(noise, program.circuit.qubits);
  const many =
    trajectories === undefined || program.kind === "sample" ? manyOf(program) : checkTrajectories(trajectories);
  const plan = planTrajectories(program, settings, { many, ...(noise && { noise }) });
  return borrow(plan.regions.end, (kernels): Promise<ProgramResult> => {
    const walker = openWalker(kernels, plan, watch);
    const drawing = { seed, ...(noise && { noise }) };
    if (program.kind === "expectation") return meanAlong(walker, program, many, drawing);
    return sampleAlong(walker, program, { ...drawing, seed: program.seed ?? seed });
  });
}
