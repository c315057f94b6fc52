// `npm run bench:statevector [-- --json FILE] [-- --only W2]`: the simulator in Node and in workerd, in both precisions, its
// npm peers, and the machine's limits. Rounds alternate between the sides, medians count, and a bar that is missed makes
// it fail.

import { writeFileSync } from "node:fs";
import type { PrecisionName } from "@eigentwin/statevector";
import { fromHere, readArguments } from "../../scripts/arguments.ts";
import { allowed, BARS, FASTER_THAN_PEERS, limitOf, SCALE_SHARE_OF_COPY, WORKERD_SHARE } from "./bars.ts";
import { compare, figure, median, type Timed } from "./compare.ts";
import { AMOUNT, type Limit } from "./limits.ts";
import { PEER_QUBITS, PEERS, timePeer } from "./peers.ts";
import { inCheckedNode, inNode, inWorkerd, type Side } from "./sides.ts";
import { switchGains } from "./switch-gains.ts";
import { roundingOf, titleOf, workloadOf, WORKLOADS, type Workload } from "./workloads.ts";

const USAGE = `usage: npm run bench:statevector -- [options]

  --only W2    this workload alone, without peers and switches
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

const missed: string[] = [];
const requireThat = (holds: boolean, what: string) => {
  if (!holds) missed.push(what);
};

const workerd = await inWorkerd();
const [node, checked] = [inNode(), inCheckedNode()];

const LIMITS: readonly Limit[] = ["scale", "copy", "multiplyAdd"];
const timedLimit = (limit: Limit): Timed => ({ name: limit, run: (times) => workerd.limit(limit, times) });
/** 10^9 bytes or operations a second. */
const rateOf = (limit: Limit, ms: ReadonlyMap<string, number>): number =>
  AMOUNT[limit] / (ms.get(limit) ?? Number.NaN) / 1e6;

async function measureLimits(): Promise<Record<Limit, number>> {
  const { ms } = await compare(LIMITS.map(timedLimit), Number(rounds));
  const limits = Object.fromEntries(LIMITS.map((limit) => [limit, rateOf(limit, ms)])) as Record<Limit, number>;
  console.log(
    `limits in workerd: in-place scale ${limits.scale.toFixed(1)} GB/s, copy ${limits.copy.toFixed(1)} GB/s, ` +
      `multiply-add ${limits.multiplyAdd.toFixed(1)} GFLOP/s`,
  );
  requireThat(limits.scale >= SCALE_SHARE_OF_COPY * limits.copy, "the in-place scale is slower than 0.7 of a copy");
  return limits;
}

/** Of single precision the side that checks says nothing new. */
const MEASURED: readonly (readonly [string, Side, PrecisionName])[] = [
  ["node", node, "f64"],
  ["checked", checked, "f64"],
  ["workerd", workerd, "f64"],
  ["nodeSingle", node, "f32"],
  ["workerdSingle", workerd, "f32"],
];

interface Result {
  title: string;
  /** Milliseconds of one state, gradient or gate, by side and precision. */
  ms: Readonly<Record<string, number>>;
  values: Readonly<Record<string, number>>;
  limit: Limit;
  rate: number;
}

async function measure(workload: Workload): Promise<Result> {
  const title = titleOf(workload);
  // The limit takes turns with what is held against it, so that what else the machine does meets both.
  const limit = limitOf(workload.qubits);
  const timed = MEASURED.map(([name, side, precision]): Timed => ({
    name,
    run: (times) => side.workload(title, precision, times),
  }));
  const { values, ms } = await compare([...timed, timedLimit(limit)], Number(rounds));
  const each = MEASURED.map(([name]) => [name, (ms.get(name) ?? Number.NaN) / workload.count] as const);
  return { title, ms: Object.fromEntries(each), values: Object.fromEntries(values), limit, rate: rateOf(limit, ms) };
}

function checkValues(workload: Workload, { title, values }: Result): void {
  const reference = workload.reference ?? values["node"] ?? Number.NaN;
  for (const [name, , precision] of MEASURED) {
    const value = values[name] ?? Number.NaN;
    const most = precision === "f64" ? 1e-9 * Math.max(1, Math.abs(reference)) : roundingOf(workload);
    requireThat(
      Math.abs(value - reference) < most,
      `${title}, ${name}: ${value} is not within ${most} of ${reference}`,
    );
  }
}

const pad = (cells: readonly string[]): string => cells.map((text) => text.padEnd(11)).join(" ");

function tell({ title, ms, rate }: Result): void {
  const times = MEASURED.map(([name]) => figure(ms[name] ?? Number.NaN));
  const bars = BARS.filter(({ workload }) => workload === title);
  const shares = bars.map((bar) => {
    const most = allowed(bar, rate);
    const time = ms[bar.isSingle ? "workerdSingle" : "workerd"] ?? Number.NaN;
    if (!bar.wish) requireThat(time <= most, `${title}: ${figure(time)}, allowed ${figure(most)}`);
    const [of, misses] = [bar.wish ? " (a wish)" : "", time > most ? " MISSED" : ""];
    const share = ((time / most) * bar.share).toFixed(2);
    return `${bar.isSingle ? "f32 " : ""}${share} of ${bar.share} × ${bar.peer}, ${figure(most)}${of}${misses}`;
  });
  console.log(`${pad([title, ...times])} ${shares.join("; ")}`);
}

/** How much longer one side takes than another, over the workloads that are no gate alone. */
const ratioOf = (results: readonly Result[], side: string, to: string): number =>
  median(
    results.filter(({ title }) => !title.startsWith("W1")).map(({ ms }) => (ms[side] ?? 0) / (ms[to] ?? Number.NaN)),
  );

/** Of ours beside each peer. */
const BATCHES = 4;

async function measurePeers() {
  const peers: { peer: string; qubits: number; ms: number; times: number }[] = [];
  for (const peer of PEERS)
    for (const qubits of PEER_QUBITS) {
      const title = `W2 n=${qubits}`;
      const { ms, oursMs } = await timePeer(peer, qubits, async () => {
        await workerd.workload(title, "f64", BATCHES);
        return BATCHES * workloadOf(title).count;
      });
      const times = ms / oursMs;
      peers.push({ peer: peer.name, qubits, ms, times });
      requireThat(times >= FASTER_THAN_PEERS, `${peer.name} at n=${qubits} is only ${times.toFixed(0)} times slower`);
      console.log(`${peer.name} W2 n=${qubits}: ${figure(ms)}, ${times.toFixed(0)} times slower`);
    }
  return peers;
}

const limits = await measureLimits();
console.log(`\nA time is for one state or gradient; of W1 for one gate, each run alone.\n`);
console.log(pad(["workload", "node", "node chkd", "workerd", "node f32", "workerd f32", "share of a peer, allowed"]));
const results: Result[] = [];
for (const workload of WORKLOADS) {
  if (only && !titleOf(workload).startsWith(only)) continue;
  const result = await measure(workload);
  results.push(result);
  checkValues(workload, result);
  tell(result);
}
const ratios = {
  workerdToNode: ratioOf(results, "workerd", "node"),
  checkedToNode: ratioOf(results, "checked", "node"),
  workerdToChecked: ratioOf(results, "workerd", "checked"),
  singleToDouble: ratioOf(results, "workerdSingle", "workerd"),
};
requireThat(!(ratios.workerdToNode > WORKERD_SHARE), `workerd takes ${ratios.workerdToNode.toFixed(2)} of Node's time`);
if (Number.isFinite(ratios.workerdToNode))
  console.log(
    `\nmedians of the workloads: workerd / Node ${ratios.workerdToNode.toFixed(2)}, ` +
      `Node with bounds checks / Node ${ratios.checkedToNode.toFixed(2)}, ` +
      `workerd / Node with bounds checks ${ratios.workerdToChecked.toFixed(2)}, ` +
      `single / double precision in workerd ${ratios.singleToDouble.toFixed(2)}`,
  );
const peers = only ? [] : await measurePeers();
const gains = only ? [] : await switchGains(console.log);

if (json)
  writeFileSync(fromHere(json), `${JSON.stringify({ limits, results, ratios, peers, gains, missed }, undefined, 2)}\n`);
for (const what of missed) console.log(`missed: ${what}`);
process.exitCode = missed.length > 0 ? 1 : 0;
await Promise.all([node, checked, workerd].map((side) => side.stop()));
