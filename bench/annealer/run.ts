// Both annealers on published problems: `npm run bench:annealer -- FOLDER [--json FILE]`. Fails where a bar is missed.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ANNEALING, PATH_INTEGRAL, type Method } from "@eigentwin/annealer";
import { annealer } from "@eigentwin/annealer/node";
import { toSpin, type AnnealProblem } from "@eigentwin/core";
import { fromHere, misused, readArguments } from "../../scripts/arguments.ts";
import { publish, type Bar, type Figure } from "../../scripts/report.ts";
import { neighboursOf, readPlainly } from "./plain.ts";
import { bitProblem, cutProblem, readGraph, type Graph } from "./read.ts";

const USAGE = `npm run bench:annealer -- FOLDER [--json FILE] [--reads N]
  FOLDER has qubo/be100.1.mc.txt, qubo/be120.3.1.mc.txt and maxcut/gset/G1.txt, G11.txt, G14.txt.`;

interface Instance {
  name: string;
  file: string;
  problem: (graph: Graph) => AnnealProblem;
  /** Energy that counts as success: the published optimum or best known value; for G14 a bar below its 3064. */
  target: number;
  /** The published value is the optimum or the best known: a lower energy would be doubted first. */
  exact: boolean;
}

const INSTANCES: readonly Instance[] = [
  { name: "be100.1", file: "qubo/be100.1.mc.txt", problem: bitProblem, target: -19412, exact: true },
  { name: "be120.3.1", file: "qubo/be120.3.1.mc.txt", problem: bitProblem, target: -13067, exact: true },
  { name: "G1", file: "maxcut/gset/G1.txt", problem: cutProblem, target: -11624, exact: true },
  { name: "G11", file: "maxcut/gset/G11.txt", problem: cutProblem, target: -564, exact: true },
  { name: "G14", file: "maxcut/gset/G14.txt", problem: cutProblem, target: -3058, exact: false },
];

const SEED = 1;
const SWEEPS = 4096;
const SLICES = 16;
/** A sweep of the path integral offers a flip to every spin of every slice. */
const SWEEPS_OF_PATHS = SWEEPS / SLICES;
const LONGEST_SECONDS = 60;

const { values, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: { json: { type: "string" }, reads: { type: "string", default: "256" }, help: { type: "boolean" } },
});
const [folder] = positionals;
if (folder === undefined) misused(USAGE, "which folder?");
const reads = Number(values.reads);
if (!(Number.isInteger(reads) && reads > 0)) misused(USAGE, "--reads takes a positive whole number");

const { run } = annealer();

async function measure(name: string, problem: AnnealProblem, target: number, method: Method) {
  const isPaths = method === PATH_INTEGRAL;
  const options: Record<string, number> = isPaths ? { sweeps: SWEEPS_OF_PATHS, slices: SLICES } : { sweeps: SWEEPS };
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  const { energies, occurrences } = await run({ kind: "anneal", problem, reads, seed: SEED, options }, method);
  const used = process.cpuUsage(before);
  const processorSeconds = (used.user + used.system) / 1e6;
  const hits = occurrences.reduce((sum, count, at) => sum + ((energies[at] ?? 0) <= target ? count : 0), 0);
  const total = energies.reduce((sum, energy, at) => sum + energy * (occurrences[at] ?? 0), 0);
  return {
    name,
    method: method.name,
    best: energies[0] ?? Number.NaN,
    target,
    mean: total / reads,
    hits,
    success: hits / reads,
    msPerRead: (1000 * processorSeconds) / reads,
    timeToSolution: timeToSolution(processorSeconds / reads, hits / reads),
    nsPerUpdate: (1e9 * processorSeconds) / (reads * SWEEPS * problem.variables),
    seconds: (performance.now() - startedAt) / 1000,
  };
}

/** Time until one of the reads is a success with 99 %, not less than one read (Ronnow et al., Science 345, 420, 2014). */
function timeToSolution(secondsPerRead: number, success: number): number | null {
  if (success === 0) return null;
  return secondsPerRead * Math.max(1, Math.log(1 - 0.99) / Math.log(1 - Math.min(success, 0.99)));
}

/** Nanoseconds a spin update of the same schedule in plain JavaScript. */
function measurePlainly(problem: AnnealProblem): number {
  const spin = toSpin(problem);
  const neighbours = neighboursOf(spin);
  const scales = neighbours
    .map(({ strength }, i) => Math.hypot(spin.linear[i] ?? 0, ...strength))
    .sort((a, b) => a - b);
  const typical = scales[Math.floor(scales.length / 2)] ?? 1;
  const schedule = { sweeps: SWEEPS / 4, start: 0.8 * typical, end: 0.02 * typical };
  const plainReads = 8;
  readPlainly(spin, neighbours, schedule);
  const before = process.cpuUsage();
  for (let read = 0; read < plainReads; read++) readPlainly(spin, neighbours, schedule);
  const { user, system } = process.cpuUsage(before);
  return (1e3 * (user + system)) / (plainReads * schedule.sweeps * spin.variables);
}

const rows: Record<string, Figure>[] = [];
const bars: Bar[] = [];
for (const { name, file, problem: problemOf, target, exact } of INSTANCES) {
  const path = join(fromHere(folder), file);
  if (!existsSync(path)) misused(USAGE, `there is no ${path}`);
  const problem = problemOf(readGraph(file, readFileSync(path, "utf8")));
  const plain = await measure(name, problem, target, ANNEALING);
  const paths = await measure(name, problem, target, PATH_INTEGRAL);
  rows.push({ ...plain, plainJavaScript: measurePlainly(problem) }, { ...paths, plainJavaScript: null });
  bars.push(
    { name: `${name}: energy above ${target}`, value: plain.best - target, atMost: 0, ...(exact && { atLeast: 0 }) },
    { name: `${name}: seconds`, value: plain.seconds, atMost: LONGEST_SECONDS },
  );
}

publish(
  {
    title: "Annealers at equal spin updates",
    columns: [
      { key: "name", title: "problem" },
      { key: "method" },
      { key: "best", title: "least energy" },
      { key: "target" },
      { key: "mean", digits: 1 },
      { key: "hits", title: `hits of ${reads}` },
      { key: "msPerRead", title: "ms a read", digits: 2 },
      { key: "timeToSolution", title: "99 % in s", digits: 4 },
      { key: "nsPerUpdate", title: "ns an update", digits: 1 },
      { key: "plainJavaScript", title: "JavaScript", digits: 1 },
      { key: "seconds", title: "took s", digits: 1 },
    ],
    rows,
    bars,
    notes: [
      `Each read has ${SWEEPS} updates a spin: sweeps of plain annealing, or ${SWEEPS_OF_PATHS} sweeps of ${SLICES} slices.`,
      "A hit is a read at or below the target. 99 % in s: processor time of one thread until a hit with 99 %.",
      "JavaScript: ns an update of the same schedule in plain JavaScript (plain.ts), one read at a time.",
      `Seed ${SEED}; both methods with their usual schedules; energies are negative cuts.`,
    ],
  },
  values,
);
