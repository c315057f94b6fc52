// Where training engines are looked at: rows to learn from, and cuts that stand for engines met in the middle of life.

import { refuse } from "@eigentwin/core";
import { WINDOW } from "./features.ts";
import type { ObservedEngine } from "./observed.ts";

/** An engine known up to `cycles`; `lifeLeft` is the truth. */
export interface Cut {
  engine: ObservedEngine;
  cycles: number;
  lifeLeft: number;
}

/** Cycles above the cap: earlier rows all have the capped target and teach no more. */
const ROWS_ABOVE_CAP = 35;
/** Closer to the end than this an answer comes too late to plan by, and nobody asks. */
const LEAST_LEFT = 5;
/** Some held-out lives are longer than can be told apart: what is said of engines at the cap is judged too. */
const CUTS_ABOVE_CAP = 20;
const LEAST_LIFE = WINDOW + LEAST_LEFT;

const cutAt = (engine: ObservedEngine, cycles: number): Cut => ({ engine, cycles, lifeLeft: engine.cycles - cycles });

/** Every `every`-th cycle from the first that has a full window; engines begin at different ones. */
export function trainingCuts(engines: readonly ObservedEngine[], every: number, lifeCap: number): Cut[] {
  return engines.flatMap((engine) => {
    const phase = Math.abs(Math.trunc(engine.id)) % every;
    const cuts: Cut[] = [];
    for (let cycles = WINDOW + phase; cycles <= engine.cycles; cycles += every)
      if (engine.cycles - cycles <= lifeCap + ROWS_ABOVE_CAP) cuts.push(cutAt(engine, cycles));
    return cuts;
  });
}

interface CutRequest {
  /** Each engine is cut this often. */
  count: number;
  lifeCap: number;
}

/**
 * True life left is uniform over all that can be answered, as far as the engine's own life reaches beyond a full window:
 * when engines will be asked about is not known, so no part of the range counts more. Stratified: one draw in each of
 * `count` equal parts.
 */
export function heldOutCuts(
  engines: readonly ObservedEngine[],
  { count, lifeCap }: CutRequest,
  random: () => number,
): Cut[] {
  return engines.flatMap((engine) => {
    const span = Math.min(lifeCap + CUTS_ABOVE_CAP, engine.cycles - WINDOW) - LEAST_LEFT + 1;
    return Array.from({ length: count }, (_, part) =>
      cutAt(engine, engine.cycles - Math.floor(LEAST_LEFT + ((part + random()) / count) * span)),
    );
  });
}

export function checkLives(engines: readonly ObservedEngine[], leastEngines: number): void {
  if (engines.length < leastEngines)
    refuse("capability.refused", `${engines.length} engines are too few: ${leastEngines} are needed`, {
      hint: "Give more engines, or ask for fewer folds.",
    });
  const short = engines.find(({ cycles }) => cycles < LEAST_LIFE);
  if (short)
    refuse(
      "capability.refused",
      `engine ${short.id} lived ${short.cycles} cycles: too short, ${LEAST_LIFE} are needed`,
      {
        hint: "Each engine must have been followed until it failed; leave out the ones that were not.",
      },
    );
}
