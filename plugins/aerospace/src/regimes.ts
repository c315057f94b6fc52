// Operating regimes: what a reading means depends on how the engine is flown, so each sensor is standardised within the
// regime of its cycle. FD001 and FD003 of C-MAPSS have one regime, FD002 and FD004 six.

import { refuse } from "@eigentwin/core";
import { channelNames, type Channel } from "./engine.ts";
import { readingsOf, type ObservedEngine } from "./observed.ts";

export const SETTINGS = ["altitude", "mach", "throttle"] as const satisfies Channel[];
const SENSORS = channelNames.filter((name) => !SETTINGS.some((setting) => setting === name));

/** Regimes lie further apart than this, and settings scatter less within one; in the order of `SETTINGS`. */
const SETTING_STEP = [1, 0.01, 1] as const;
/** Settings seen in fewer of the training rows are no regime of their own. */
const LEAST_SHARE = 0.01;
/** A sensor whose commonest reading fills this much of a regime tells nothing: P15 of FD001 reads 21.61 in 98 %. */
const STUCK_SHARE = 0.5;

/** `means` and `deviations` are in the order of `Standard.sensors`. */
interface Regime {
  settings: number[];
  means: number[];
  deviations: number[];
}

/** How readings become comparable between engines and regimes; learned from training engines. */
export interface Standard {
  sensors: Channel[];
  regimes: Regime[];
}

export function learnStandard(engines: readonly ObservedEngine[]): Standard {
  const settings = settingsIn(engines);
  const regimes = engines.map((engine) => regimesOf(engine, settings));
  const sensors = varyingSensors(engines, regimes);
  if (sensors.length === 0)
    refuse("capability.refused", "no sensor varies within a regime, so there is nothing to learn from");
  return {
    sensors,
    regimes: settings.map((centre, regime) => momentsOf(centre, sensors, inRegime(engines, regimes, regime))),
  };
}

/** One array a sensor, a value a cycle, in standard deviations about the mean of the regime flown in that cycle. */
export function standardise({ sensors, regimes }: Standard, engine: ObservedEngine): Float64Array[] {
  const flown = regimesOf(
    engine,
    regimes.map(({ settings }) => settings),
  );
  return sensors.map((sensor, s) =>
    readingsOf(engine, sensor).map((value, t) => {
      const regime = regimes[flown[t] ?? 0];
      return (value - (regime?.means[s] ?? 0)) / (regime?.deviations[s] ?? 1);
    }),
  );
}

/** The distinct settings of the rows, each rounded to its step. */
function settingsIn(engines: readonly ObservedEngine[]): number[][] {
  const seen = new Map<string, { centre: number[]; rows: number }>();
  let rows = 0;
  for (const engine of engines)
    for (let t = 0; t < engine.cycles; t++, rows++) {
      const steps = settingsAt(engine, t).map((value, k) => Math.round(value / (SETTING_STEP[k] ?? 1)));
      const known = seen.get(String(steps));
      if (known) known.rows += 1;
      else seen.set(String(steps), { centre: steps.map((count, k) => count * (SETTING_STEP[k] ?? 1) + 0), rows: 1 });
    }
  const kept = [...seen.values()].filter((one) => one.rows >= LEAST_SHARE * rows);
  if (kept.length === 0)
    refuse(
      "capability.refused",
      "the operating settings fall into no regimes: each is seen in less than 1 % of the cycles",
      {
        hint: "Sets with few operating conditions can be learned from, as those of C-MAPSS are.",
      },
    );
  return kept.map(({ centre }) => centre);
}

const settingsAt = (engine: ObservedEngine, t: number): number[] =>
  SETTINGS.map((setting) => readingsOf(engine, setting)[t] ?? Number.NaN);

/** The nearest regime of each cycle, distances in steps. */
function regimesOf(engine: ObservedEngine, centres: readonly (readonly number[])[]): Uint32Array {
  const away = (centre: readonly number[], at: readonly number[]) =>
    at.reduce((sum, value, k) => sum + ((value - (centre[k] ?? 0)) / (SETTING_STEP[k] ?? 1)) ** 2, 0);
  return Uint32Array.from({ length: engine.cycles }, (_, t) => {
    const at = settingsAt(engine, t);
    let nearest = 0;
    let least = Infinity;
    centres.forEach((centre, index) => {
      const distance = away(centre, at);
      if (distance < least) [nearest, least] = [index, distance];
    });
    return nearest;
  });
}

type Pick = (sensor: Channel) => number[];

/** Readings of a sensor in the cycles of one regime, all engines together. */
const inRegime =
  (engines: readonly ObservedEngine[], regimes: readonly Uint32Array[], regime: number): Pick =>
  (sensor) =>
    engines.flatMap((engine, e) => Array.from(readingsOf(engine, sensor)).filter((_, t) => regimes[e]?.[t] === regime));

/** Sensors that move within at least one regime; a change between regimes tells of the flight, not of the engine. */
function varyingSensors(engines: readonly ObservedEngine[], regimes: readonly Uint32Array[]): Channel[] {
  const last = regimes.reduce((most, flown) => flown.reduce((a, b) => Math.max(a, b), most), 0);
  const picks = Array.from({ length: last + 1 }, (_, regime) => inRegime(engines, regimes, regime));
  return SENSORS.filter((sensor) => picks.some((pick) => commonestShare(pick(sensor)) < STUCK_SHARE));
}

function commonestShare(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts.values().reduce((most, count) => Math.max(most, count), 0) / values.length;
}

function momentsOf(settings: number[], sensors: readonly Channel[], pick: Pick): Regime {
  const moments = sensors.map((sensor) => {
    const values = pick(sensor);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const isFlat = variance <= (1e-9 * mean) ** 2;
    return { mean, deviation: isFlat ? 1 : Math.sqrt(variance) };
  });
  return { settings, means: moments.map(({ mean }) => mean), deviations: moments.map(({ deviation }) => deviation) };
}
