// The two ways of annealing: what can be chosen, and how the chances of a flip change from sweep to sweep.
//
// Simulated annealing: Kirkpatrick, Gelatt, Vecchi, Science 220, 671 (1983). Path-integral Monte Carlo: Martonak, Santoro,
// Tosatti, Phys. Rev. B 66, 094203 (2002): P copies of the spins, each coupled to the next with -ln tanh(G/(PT)) / 2.

import { positiveOption, wholeOption, type Options } from "./options.ts";
import type { WholeProblem } from "./whole.ts";

/** What a spin's field, and its neighbours in imaginary time, add to the logarithm of a flip's chance. */
export interface Sweep {
  classical: number;
  bond: number;
}

export interface Method {
  name: string;
  title: string;
  /** The most variables that it takes. */
  largest: number;
  options: Readonly<Record<string, string>>;
  /** What the options say; refuses a value of the wrong kind. */
  settings(options: Options): Settings;
}

export interface Settings {
  sweeps: number;
  slices: number;
  /** At `progress`, from 0 at the first sweep to 1 at the last. */
  schedule(problem: WholeProblem): (progress: number) => Sweep;
}

const SWEEPS = "sweeps: every spin is offered one flip in each, from 1 to 1000000; 1000 if not given";
const ENERGY = "in the problem's units of energy; from its typical energy if not given";

const sweepsOf = (options: Options): number => wholeOption(options, "sweeps", 1000, { least: 1, most: 1_000_000 });

/**
 * The typical energy: the median over the variables of the root of the sum of squares of what acts on each, about the
 * field that a spin feels among random others. Variables on which nothing acts do not count.
 */
export function typicalEnergy({ scales }: Pick<WholeProblem, "scales">): number {
  const acting = scales.filter((scale) => scale > 0).sort();
  return acting[Math.floor(acting.length / 2)] ?? 1;
}

const between = (start: number, end: number, progress: number): number => start + (end - start) * progress;

export const ANNEALING: Method = {
  name: "simulated-annealing",
  title: "Simulated annealing",
  largest: 2 ** 18,
  options: {
    sweeps: SWEEPS,
    temperatureStart: `temperature of the first sweep, ${ENERGY}`,
    temperatureEnd: `temperature of the last sweep; between them it falls in equal steps; ${ENERGY}`,
  },
  settings(options) {
    const sweeps = sweepsOf(options);
    const given = {
      start: positiveOption(options, "temperatureStart"),
      end: positiveOption(options, "temperatureEnd"),
    };
    return {
      sweeps,
      slices: 1,
      schedule(problem) {
        const typical = typicalEnergy(problem);
        const { start = 0.8 * typical, end = 0.02 * typical } = given;
        return (progress) => ({ classical: (2 * problem.unit) / between(start, end, progress), bond: 0 });
      },
    };
  },
};

export const PATH_INTEGRAL: Method = {
  name: "simulated-quantum-annealing",
  title: "Path-integral Monte Carlo of quantum annealing",
  largest: 2 ** 14,
  options: {
    sweeps: SWEEPS,
    slices: "copies in imaginary time, from 2 to 128; 16 if not given",
    temperature: `stays the same throughout, ${ENERGY}`,
    fieldStart: `transverse field of the first sweep, ${ENERGY}`,
    fieldEnd: `transverse field of the last sweep; between them it falls in equal steps; ${ENERGY}`,
  },
  settings(options) {
    const sweeps = sweepsOf(options);
    const slices = wholeOption(options, "slices", 16, { least: 2, most: 128 });
    const fixed = positiveOption(options, "temperature");
    const given = { start: positiveOption(options, "fieldStart"), end: positiveOption(options, "fieldEnd") };
    return {
      sweeps,
      slices,
      schedule(problem) {
        const typical = typicalEnergy(problem);
        const { start = typical, end = 0.1 * typical } = given;
        // Of P slices each has the temperature PT: what decides, and half of the typical energy is best as measured.
        const each = slices * (fixed ?? (0.5 * typical) / slices);
        return (progress) => ({
          classical: (2 * problem.unit) / each,
          bond: -Math.log(Math.tanh(between(start, end, progress) / each)),
        });
      },
    };
  },
};

export const METHODS: readonly Method[] = [ANNEALING, PATH_INTEGRAL];
