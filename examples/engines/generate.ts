// A SYNTHETIC cohort of turbofan engines run to failure. No real engine and no published data set is behind it.
//
// Physics. Two margins of the high-pressure compressor, efficiency and flow, wear from an individual start at an
// individual rate, and faster the more worn they are (the exponential damage propagation of Saxena, Goebel, Simon and
// Eklund, "Damage propagation modeling for aircraft engine run-to-failure simulation", PHM 2008, in a form of our own).
// The used-up share of a margin after t cycles is
//
//     u(t) = start + SCALE · (exp((t / pace)^shape) − 1)
//
// and the engine fails in the first cycle in which either share reaches 1. Starts are uniform in [0, START_AT_MOST]; the
// shape is uniform in SHAPE and an engine's own; paces are log-normal about PACE_CYCLES, with a part common to both
// margins of an engine and a part of each. Readings are linear in both shares (channels.ts) with white normal noise.
//
// Not modelled: several operating conditions, several fault modes, maintenance, drifting or failing sensors.

import { randomFrom, seedFor } from "@eigentwin/core";
import { CHANNELS } from "./channels.ts";

const SCALE = 0.05;
const START_AT_MOST = 0.12;
const SHAPE = { from: 1.4, to: 1.6 };
const PACE_CYCLES = 100;
const PACE_SPREAD = { engine: 0.2, margin: 0.08 };
/** A test engine is cut at a share of its life uniform in this range, and not before MIN_CYCLES_SEEN. */
const CUT = { from: 0.2, to: 0.95 };
const MIN_CYCLES_SEEN = 30;
/** Standard deviations of the two settings that vary; the third is always 100. */
const SETTING_NOISE = [0.0022, 0.0003] as const;

interface CohortRequest {
  seed: number;
  trainEngines: number;
  testEngines: number;
}

/** Text in the form of a C-MAPSS set: unit, cycle, three settings and 21 channels, separated by blanks. */
interface CohortText {
  /** Every engine until it fails. */
  train: string;
  /** Every engine until some cycle before it fails. */
  test: string;
  /** One line a test engine: cycles left after its last line. */
  remainingLives: string;
}

interface Margin {
  start: number;
  paceCycles: number;
}

export interface Engine {
  shape: number;
  efficiency: Margin;
  flow: Margin;
  /** The cycle in which it fails. */
  lifeCycles: number;
}

/** Standard normal by Box and Muller. */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export const usedShare = ({ start, paceCycles }: Margin, shape: number, cycle: number): number =>
  start + SCALE * Math.expm1((cycle / paceCycles) ** shape);

export function drawEngine(random: () => number): Engine {
  const shape = SHAPE.from + (SHAPE.to - SHAPE.from) * random();
  const common = Math.log(PACE_CYCLES) + PACE_SPREAD.engine * normal(random);
  const margin = (): Margin => ({
    start: START_AT_MOST * random(),
    paceCycles: Math.exp(common + PACE_SPREAD.margin * normal(random)),
  });
  const [efficiency, flow] = [margin(), margin()];
  let lifeCycles = 1;
  while (Math.max(usedShare(efficiency, shape, lifeCycles), usedShare(flow, shape, lifeCycles)) < 1) lifeCycles += 1;
  return { shape, efficiency, flow, lifeCycles };
}

function linesOf(unit: number, { shape, efficiency, flow }: Engine, cycles: number, random: () => number): string {
  const lines = Array.from({ length: cycles }, (_, index) => {
    const cycle = index + 1;
    const [e, f] = [usedShare(efficiency, shape, cycle), usedShare(flow, shape, cycle)];
    const settings = [...SETTING_NOISE.map((deviation) => (deviation * normal(random)).toFixed(4)), "100.0"];
    const readings = CHANNELS.map(({ at, byEfficiency, byFlow, noise, digits }) =>
      (at + byEfficiency * e + byFlow * f + noise * normal(random)).toFixed(digits),
    );
    return [unit, cycle, ...settings, ...readings].join(" ");
  });
  // Lines of the original sets end with two blanks.
  return lines.map((line) => `${line}  \n`).join("");
}

/** Every engine has random sequences of its own, so a larger cohort begins with the smaller one. */
export function generateCohort({ seed, trainEngines, testEngines }: CohortRequest): CohortText {
  const units = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
  const train = units(trainEngines).map((unit) => {
    const random = randomFrom(seedFor(seed, `train ${unit}`));
    const engine = drawEngine(random);
    return linesOf(unit, engine, engine.lifeCycles, random);
  });
  const test = units(testEngines).map((unit) => {
    const random = randomFrom(seedFor(seed, `test ${unit}`));
    const engine = drawEngine(random);
    const share = CUT.from + (CUT.to - CUT.from) * random();
    const seen = Math.max(MIN_CYCLES_SEEN, Math.floor(share * engine.lifeCycles));
    return { text: linesOf(unit, engine, seen, random), remaining: engine.lifeCycles - seen };
  });
  return {
    train: train.join(""),
    test: test.map(({ text }) => text).join(""),
    remainingLives: test.map(({ remaining }) => `${remaining} \n`).join(""),
  };
}
