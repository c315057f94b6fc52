// A small invented cohort for examples and tests, as C-MAPSS text: engines wear as the square of time, from starts of
// their own.

import { randomFrom, seedFor } from "@eigentwin/core";
import { channelNames, type Channel } from "./engine.ts";
import { SETTINGS } from "./regimes.ts";

interface WornCohort {
  engines: number;
  seed?: number;
  /** 1, or the 6 of FD002. */
  regimes?: 1 | 6;
  /** Lines after this cycle are left out. */
  until?: number;
}

/** Altitude, Mach number and throttle. */
const FLOWN = [
  [0, 0, 100],
  [10, 0.25, 100],
  [20, 0.7, 100],
  [25, 0.62, 60],
  [35, 0.84, 100],
  [42, 0.84, 100],
] as const;

const SCATTER = [0.002, 0.0003, 0] as const;

/** By how many deviations of its noise a reading moves over a life; the rest do not move. */
export const MOVED = {
  T24: 4,
  T30: 3,
  T50: 5,
  P30: -4,
  Nf: 2,
  Nc: 1,
  Ps30: 5,
  phi: -5,
  NRf: 2,
  NRc: 1,
  BPR: 4,
  htBleed: 3,
  W31: -4,
  W32: -4,
} as const satisfies Partial<Record<Channel, number>>;

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export function wornCohort({ engines, seed = 1, regimes = 1, until = Infinity }: WornCohort): string {
  return Array.from({ length: engines }, (_, index) => linesOf(index + 1, seed, regimes, until)).join("");
}

function linesOf(engine: number, seed: number, regimes: number, until: number): string {
  const random = randomFrom(seedFor(seed, `engine ${engine}`));
  const life = 80 + Math.floor(100 * random());
  const start = random() - 0.5;
  let text = "";
  for (let cycle = 1; cycle <= life; cycle++) {
    const regime = Math.floor(regimes * random());
    const settings = (FLOWN[regime] ?? FLOWN[0]).map((value, k) =>
      (value + (SCATTER[k] ?? 0) * normal(random)).toFixed(4),
    );
    const wear = start + (cycle / life) ** 2;
    const readings = channelNames.slice(SETTINGS.length).map((name) => {
      const level = 100 + 20 * regime;
      if (name === "P15") return random() < 0.02 ? level : level + 0.01;
      if (!(name in MOVED)) return level;
      return (level + MOVED[name as keyof typeof MOVED] * wear + normal(random)).toFixed(2);
    });
    if (cycle <= until) text += `${[engine, cycle, ...settings, ...readings].join(" ")}  \n`;
  }
  return text;
}
