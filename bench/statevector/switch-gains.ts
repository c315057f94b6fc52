// What each step of the planner gains: a workload without it, as a multiple of its time with all.

import { ALL_ON, type Switches } from "@eigentwin/statevector";
import { statevectorSimulator } from "@eigentwin/statevector/node";
import { compare, type Timed } from "./compare.ts";
import { repeat, workloadOf } from "./workloads.ts";

/** Sizes at which the steps act: rows in batches of small circuits, tiles where a state leaves the caches. */
const TITLES = ["W2 n=4", "W2 n=12", "W2 n=20", "W3 n=20", "W4 n=20", "W8 n=20"];
const ROUNDS = 3;
const NAMES = Object.keys(ALL_ON) as (keyof Switches)[];

export interface Gains {
  title: string;
  /** By the switch that is off. */
  times: Readonly<Record<string, number>>;
}

export async function switchGains(say: (line: string) => void): Promise<Gains[]> {
  const off = (switches: Switches) => statevectorSimulator({ switches });
  const sides = [
    { name: "all on", simulator: off(ALL_ON) },
    ...NAMES.map((name) => ({ name, simulator: off({ ...ALL_ON, [name]: false }) })),
  ];
  say(`\nWithout one step of the planner, as a multiple of the time with all (Node, double precision)`);
  say(["workload", ...NAMES].map((text) => text.padEnd(10)).join(""));
  const gains: Gains[] = [];
  for (const title of TITLES) {
    const workload = workloadOf(title);
    const timed = sides.map(({ name, simulator }): Timed => ({ name, run: (n) => repeat(simulator, workload, n) }));
    const { ms } = await compare(timed, ROUNDS);
    const all = ms.get("all on") ?? Number.NaN;
    const times = Object.fromEntries(NAMES.map((name) => [name, (ms.get(name) ?? Number.NaN) / all]));
    gains.push({ title, times });
    say(
      [title, ...NAMES.map((name) => (times[name] ?? Number.NaN).toFixed(2))].map((text) => text.padEnd(10)).join(""),
    );
  }
  return gains;
}
