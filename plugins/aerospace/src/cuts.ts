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
/** The test sets of C-MAPSS stop their engines with 7 to about 145 cycles left, 20 above the usual cap. */
const LEAST_LEFT = 7;
const CUTS_ABOVE_CAP = 20;
export const LEAST_LIFE = WINDOW + 1 + LEAST_LEFT;

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

export interface CutRequest {
  /** Each engine is cut this often. */
  count: number;
  lifeCap: number;
}

/** True life left is uniform, and stratified: one draw in each of `count` equal parts of its range. */
export function heldOutCuts(
  engines: readonly ObservedEngine[],
  { count, lifeCap }: CutRequest,
  random: () => number,
): Cut[] {
  return engines.flatMap((engine) => {
    const span = Math.min(lifeCap + CUTS_ABOVE_CAP, engine.cycles - WINDOW - 1) - LEAST_LEFT + 1;
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
