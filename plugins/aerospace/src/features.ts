// The ladder: three sets of columns for one engine seen up to one cycle. Training rows and twins come through here
// alike, so they cannot differ.
//
//     age-only        the cycle count
//     recent-window   sensors and health of the last 30 cycles
//     own-history     both, and what only this engine's whole history tells: its own baseline, slopes and wear

import type { FeatureRows } from "@eigentwin/algorithms";
import type { Channel } from "./engine.ts";
import type { SeenPath } from "./cohort.ts";
import { ownHealth } from "./health.ts";
import { meanOf, slopeOf } from "./line.ts";

export const RUNGS = ["age-only", "recent-window", "own-history"] as const;
export type Rung = (typeof RUNGS)[number];

interface FeatureColumn {
  name: string;
  /** UCUM; sensors are in standard deviations and health in shares, both `1`. */
  unit: string;
}

export const WINDOW = 30;
const SHORT_WINDOW = 10;

/** Columns that are computed together, and their values in the same order. */
interface Block {
  columns(sensors: readonly Channel[]): FeatureColumn[];
  values(path: SeenPath, cycles: number): number[];
}

const perSensor = (title: string, unit: string, value: (sensor: Float64Array, cycles: number) => number): Block => ({
  columns: (sensors) => sensors.map((sensor) => ({ name: `${sensor} ${title}`, unit })),
  values: ({ sensors }, cycles) => sensors.map((sensor) => value(sensor, cycles)),
});

const fixed = (columns: FeatureColumn[], values: Block["values"]): Block => ({ columns: () => columns, values });

const age = fixed([{ name: "age", unit: "{cycle}" }], (_, cycles) => [cycles]);

const recentWindow: readonly Block[] = [
  perSensor("mean of last 30", "1", (sensor, cycles) => meanOf(sensor, cycles - WINDOW, cycles)),
  perSensor("mean of last 10", "1", (sensor, cycles) => meanOf(sensor, cycles - SHORT_WINDOW, cycles)),
  perSensor("slope of last 30", "/{cycle}", (sensor, cycles) => slopeOf(sensor, cycles - WINDOW, cycles)),
  fixed(
    [
      { name: "health mean of last 30", unit: "1" },
      { name: "health mean of last 10", unit: "1" },
      { name: "health slope of last 30", unit: "/{cycle}" },
    ],
    ({ health }, cycles) => [
      meanOf(health, cycles - WINDOW, cycles),
      meanOf(health, cycles - SHORT_WINDOW, cycles),
      slopeOf(health, cycles - WINDOW, cycles),
    ],
  ),
];

const own: readonly Block[] = [
  perSensor("slope since new", "/{cycle}", (sensor, cycles) => slopeOf(sensor, 0, cycles)),
  age,
  fixed(
    [
      { name: "health mean of first 15", unit: "1" },
      { name: "health slope since new", unit: "/{cycle}" },
      { name: "health drop since new", unit: "1" },
      { name: "health drop in 100 cycles", unit: "1" },
      { name: "life by extrapolated drop", unit: "{cycle}" },
      { name: "cycles since onset", unit: "{cycle}" },
      { name: "health slope since onset", unit: "/{cycle}" },
      { name: "health before onset", unit: "1" },
      { name: "health now, by hinge", unit: "1" },
    ],
    ({ health }, cycles) => {
      const mine = ownHealth(health, cycles);
      return [
        mine.baseline,
        mine.slopePerCycle,
        mine.drop,
        mine.dropPerHundredCycles,
        mine.extrapolatedLife,
        mine.cyclesSinceOnset,
        mine.ratePerCycle,
        mine.levelBefore,
        mine.levelNow,
      ];
    },
  ),
];

const BLOCKS: Record<Rung, readonly Block[]> = {
  "age-only": [age],
  "recent-window": recentWindow,
  "own-history": [...recentWindow, ...own],
};

export const columnsOf = (rung: Rung, sensors: readonly Channel[]): FeatureColumn[] =>
  BLOCKS[rung].flatMap((block) => block.columns(sensors));

/** One row: the engine as it was known after `cycles` cycles, at least `WINDOW`. */
export const rowAt = (rung: Rung, path: SeenPath, cycles: number): number[] =>
  BLOCKS[rung].flatMap((block) => block.values(path, cycles));

export function featureRows(rung: Rung, seen: readonly { path: SeenPath; cycles: number }[]): FeatureRows {
  const values = seen.flatMap(({ path, cycles }) => rowAt(rung, path, cycles));
  return { rows: seen.length, columns: values.length / seen.length, values: Float64Array.from(values) };
}
