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

/** Earlier rows have their target capped and teach little more; lives up to 200 gave the same error. */
const LONGEST_LIFE_LEFT = 160;
/** The test sets of C-MAPSS stop their engines with about this much life left. */
const CUT_LIFE = { least: 7, most: 145 } as const;
export const LEAST_LIFE = WINDOW + 1 + CUT_LIFE.least;

const cutAt = (engine: ObservedEngine, cycles: number): Cut => ({ engine, cycles, lifeLeft: engine.cycles - cycles });

/** Every `every`-th cycle from the first that has a full window; engines begin at different ones. */
export function trainingCuts(engines: readonly ObservedEngine[], every: number): Cut[] {
  return engines.flatMap((engine) => {
    const cuts: Cut[] = [];
    const phase = Math.abs(Math.trunc(engine.id)) % every;
    for (let cycles = WINDOW + phase; cycles <= engine.cycles; cycles += every)
      if (engine.cycles - cycles <= LONGEST_LIFE_LEFT) cuts.push(cutAt(engine, cycles));
    return cuts;
  });
}

/** True life left is uniform on 7 .. min(145, life - 31), stratified: one draw in each of `count` equal parts. */
export function heldOutCuts(engines: readonly ObservedEngine[], count: number, random: () => number): Cut[] {
  return engines.flatMap((engine) => {
    const { least, most } = CUT_LIFE;
    const span = Math.min(most, engine.cycles - WINDOW - 1) - least + 1;
    return Array.from({ length: count }, (_, part) =>
      cutAt(engine, engine.cycles - Math.floor(least + ((part + random()) / count) * span)),
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
    refuse("capability.refused", `engine ${short.id} lived ${short.cycles} cycles: too short, ${LEAST_LIFE} are needed`, {
      hint: "Each engine must have been followed until it failed; leave out the ones that were not.",
    });
}
