// `npm run bench:statevector [-- --json FILE] [-- --only W2]`: the simulator in Node and in workerd, its npm peers, and the
// machine's limits. Rounds alternate between the sides, medians count, and a bar that is missed makes it fail.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { hasRelaxedSimd } from "@eigentwin/statevector";
import { statevectorSimulator } from "@eigentwin/statevector/node";
import { createTestHarness } from "wrangler";
import { readArguments } from "../../scripts/arguments.ts";
import { allowed, BARS, limitOf, FASTER_THAN_PEERS, SCALE_SHARE_OF_COPY, WORKERD_SHARE } from "./bars.ts";
import { AMOUNT, limitsOf, type Limit } from "./limits.ts";
import { PEER_QUBITS, PEERS, timePeer } from "./peers.ts";
import { repeat, titleOf, WORKLOADS, type Workload } from "./workloads.ts";

const USAGE = `usage: npm run bench:statevector -- [options]

  --only W2    this workload alone
  --rounds N   of each side, in turns (default: 7)
  --json FILE  the same figures as JSON
  --help`;

const { json, only, rounds } = readArguments(USAGE, {
  options: {
    json: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string", default: "7" },
    help: { type: "boolean" },
  },
}).values;

/** Long enough that a call and a tick of the clock are nothing beside it. */
const LEAST_MS = 120;
const WARM_UP_MS = 400;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url).href);
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;

interface Side {
  name: "node" | "workerd";
  workload(title: string, times: number): Promise<number>;
  limit(limit: Limit, times: number): Promise<number>;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function inNode(): Side {
  const simulator = statevectorSimulator();
  const file = here(`kernels/limits${hasRelaxedSimd() ? "-relaxed" : ""}.wasm`);
  const limits = limitsOf(new Module(readFileSync(file)));
  const byTitle = new Map(WORKLOADS.map((one) => [titleOf(one), one]));
  return {
    name: "node",
    workload: async (title, times) => repeat(simulator, byTitle.get(title) as Workload, times),
    limit: async (limit, times) => limits(limit, times),
  };
}

interface Timed {
  name: string;
  run(times: number): Promise<number>;
}

/** Milliseconds of one repetition of each, by rounds that alternate; and the value of the first. */
async function compare(all: readonly Timed[]) {
  const samples = new Map(all.map(({ name }) => [name, [] as number[]]));
  const times = new Map<Timed, number>();
  let value = Number.NaN;
  for (const side of all) {
    // Until the engine has optimised, and once more to see how many fill a round.
    for (const start = performance.now(); performance.now() - start < WARM_UP_MS;) await side.run(1);
    const before = performance.now();
    await side.run(1);
    times.set(side, Math.max(1, Math.ceil(LEAST_MS / (performance.now() - before))));
  }
  for (let round = 0; round < Number(rounds); round++)
    for (const side of round % 2 ? all.toReversed() : all) {
      const before = performance.now();
      const count = times.get(side) ?? 1;
      const found = await side.run(count);
      if (side === all[0]) value = found;
      samples.get(side.name)?.push((performance.now() - before) / count);
    }
  return { value, ms: new Map([...samples].map(([name, values]) => [name, median(values)])) };
}

const server = createTestHarness({ workers: [{ configPath: here("wrangler.toml") }] });
await server.listen();
const worker = (await server.getWorker().getExport()) as unknown as Omit<Side, "name">;
const sides: Side[] = [
  inNode(),
  { name: "workerd", workload: (...of) => worker.workload(...of), limit: (...of) => worker.limit(...of) },
];

const missed: string[] = [];
const requireThat = (holds: boolean, what: string) => {
  if (!holds) missed.push(what);
};
const figure = (ms: number): string =>
  ms < 1 ? `${(1000 * ms).toFixed(2)} µs` : ms < 100 ? `${ms.toFixed(2)} ms` : `${ms.toFixed(0)} ms`;

const LIMITS: readonly Limit[] = ["scale", "copy", "multiplyAdd"];
const timedLimit = (limit: Limit): Timed => ({ name: limit, run: (times) => worker.limit(limit, times) });
/** 10^9 bytes or operations a second. */
const rateOf = (limit: Limit, ms: ReadonlyMap<string, number>): number =>
  AMOUNT[limit] / (ms.get(limit) ?? Number.NaN) / 1e6;

const { ms: alone } = await compare(LIMITS.map(timedLimit));
const limits = Object.fromEntries(LIMITS.map((limit) => [limit, rateOf(limit, alone)])) as Record<Limit, number>;
console.log(
  `limits in workerd: in-place scale ${limits.scale.toFixed(1)} GB/s, copy ${limits.copy.toFixed(1)} GB/s, ` +
    `multiply-add ${limits.multiplyAdd.toFixed(1)} GFLOP/s`,
);
requireThat(limits.scale >= SCALE_SHARE_OF_COPY * limits.copy, "the in-place scale is slower than 0.7 of a copy");

const results: { title: string; node: number; workerd: number; limit: Limit; rate: number; value: number }[] = [];
console.log("\nworkload    node         workerd      bar          share of peer");
for (const workload of WORKLOADS) {
  const title = titleOf(workload);
  if (only && !title.startsWith(only)) continue;
  // The limit takes turns with what is held against it, so that what else the machine does meets both.
  const limit = limitOf(workload.qubits);
  const timed = sides.map((side): Timed => ({ name: side.name, run: (times) => side.workload(title, times) }));
  const { value, ms } = await compare([...timed, timedLimit(limit)]);
  const rate = rateOf(limit, ms);
  const [node = 0, workerd = 0] = ["node", "workerd"].map((side) => (ms.get(side) ?? 0) / workload.rows);
  results.push({ title, node, workerd, limit, rate, value });
  const reference = workload.reference ?? value;
  requireThat(Math.abs(value - reference) < 1e-9 * Math.max(1, Math.abs(reference)), `${title} gives ${value}`);
  const bars = BARS.filter((bar) => bar.workload === title);
  for (const bar of bars.length > 0 ? bars : [undefined]) {
    const most = bar ? allowed(bar, rate) : Number.POSITIVE_INFINITY;
    if (bar && !bar.wish) requireThat(workerd <= most, `${title}: ${figure(workerd)}, allowed ${figure(most)}`);
    const share = bar ? `${((workerd / most) * bar.share).toFixed(2)} of ${bar.share} × ${bar.peer}` : "";
    const columns = [title, figure(node), figure(workerd), bar ? figure(most) : ""].map((text) => text.padEnd(12));
    console.log(`${columns.join(" ")} ${share}${bar?.wish ? " (a wish)" : ""}${workerd > most ? " MISSED" : ""}`);
  }
}
const ratio = median(results.map(({ node, workerd }) => workerd / node));
requireThat(!(ratio > WORKERD_SHARE), `workerd takes ${ratio.toFixed(2)} of Node's time`);
console.log(`\nworkerd / Node, median of the workloads: ${ratio.toFixed(2)}`);

const peers: { peer: string; qubits: number; ms: number; times: number }[] = [];
if (!only)
  for (const peer of PEERS)
    for (const qubits of PEER_QUBITS) {
      const ms = timePeer(peer, qubits);
      const times = ms / (results.find(({ title }) => title === `W2 n=${qubits}`)?.workerd ?? Number.NaN);
      peers.push({ peer: peer.name, qubits, ms, times });
      requireThat(times >= FASTER_THAN_PEERS, `${peer.name} at n=${qubits} is only ${times.toFixed(0)} times slower`);
      console.log(`${peer.name} W2 n=${qubits}: ${figure(ms)}, ${times.toFixed(0)} times slower`);
    }

if (json) writeFileSync(json, `${JSON.stringify({ limits, results, peers, missed }, undefined, 2)}\n`);
for (const what of missed) console.log(`missed: ${what}`);
process.exitCode = missed.length > 0 ? 1 : 0;
await server.close();
