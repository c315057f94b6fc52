// Do subscribers that are dead, failing or slow delay the healthy ones? The same events are delivered twice, first with
// healthy subscribers alone, then with the others beside them: `npm run test:webhooks`.

import { startTestDeployment, type TestDeployment } from "@eigentwin/gateway/testing/deployment";
import { startReceiver, type Manner, type Receiver } from "@eigentwin/gateway/testing/receiver";
import { misused, readArguments } from "./arguments.ts";
import { quantile } from "./quantile.ts";
import { publish } from "./report.ts";

const USAGE = `usage: npm run test:webhooks -- [options]

  --events N     events of each of the two rounds (default: 10000)
  --rate N       events a second (default: 25)
  --json FILE    the same figures as JSON
  --help`;

const { values } = readArguments(USAGE, {
  options: {
    events: { type: "string", default: "10000" },
    rate: { type: "string", default: "25" },
    json: { type: "string" },
    help: { type: "boolean" },
  },
});
const [events, rate] = [Number(values.events), Number(values.rate)];
if (!Number.isInteger(events) || events < 1 || !(rate > 0))
  misused(USAGE, new Error("--events and --rate are positive"));

const HEALTHY: Manner[] = Array<Manner>(12).fill("healthy");
const OTHERS: Manner[] = ["silent", "silent", "silent", "failing", "failing", "failing", "slow", "slow"];
const TWINS = 20;
/** After the last event, so long everything healthy may take. */
const PATIENCE_MS = 120_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

async function wanted<Body>(answer: ReturnType<TestDeployment["call"]>, status: number): Promise<Body> {
  const { status: got, body } = await answer;
  if (got !== status) throw new Error(`${got} in place of ${status}: ${JSON.stringify(body)}`);
  return body as Body;
}

async function subscribe(deployment: TestDeployment, manners: readonly Manner[]) {
  const receivers = await Promise.all(manners.map((manner) => startReceiver(manner)));
  const ids: string[] = [];
  for (const { url } of receivers) {
    const body = { url, types: ["points.appended"] };
    ids.push(
      (await wanted<{ webhook: { id: string } }>(deployment.call("POST", "/v1/webhooks", { body }), 201)).webhook.id,
    );
  }
  for (;;) {
    const { items } = await wanted<{ items: { state: string }[] }>(deployment.call("GET", "/v1/webhooks"), 200);
    if (items.every(({ state }) => state === "active")) return { receivers, ids };
    await pause(100);
  }
}

/** Appends a point at a time, at the rate; one that is late is not waited for. */
async function happen(deployment: TestDeployment, round: number): Promise<void> {
  const startedMs = Date.now();
  const asked: Promise<unknown>[] = [];
  for (let count = 0; count < events; count++) {
    await pause(startedMs + (1000 * count) / rate - Date.now());
    const observedAt = new Date(Date.UTC(2000 + round, 0) + 1000 * count).toISOString();
    const body = { points: [{ stream: "level", observedAt, value: count }] };
    asked.push(wanted(deployment.call("POST", `/v1/twins/gauge-${count % TWINS}/points`, { body }), 200));
    if (count % 1000 === 999) console.error(`${count + 1} of ${events} events`);
  }
  await Promise.all(asked);
}

interface Told {
  subscribers: string;
  manner: Manner;
  accepted: number;
  missing: number;
  outOfOrder: number;
  repeated: number;
  p50Ms: number;
  p95Ms: number;
}

function judge(subscribers: string, manner: Manner, receivers: readonly Receiver[]): Told {
  const those = receivers.filter((receiver) => receiver.manner === manner);
  const each = those.map((receiver) => {
    const accepted = receiver.accepted();
    const lastOf = new Map<string, number>();
    let outOfOrder = 0;
    for (const { event } of accepted) {
      const [twin, place] = [event.subject ?? "", Number(event.sequence)];
      if (place < (lastOf.get(twin) ?? 0)) outOfOrder += 1;
      lastOf.set(twin, place);
    }
    const delays = accepted.map(({ event, atMs }) => atMs - Date.parse((event as unknown as { time: string }).time));
    return { accepted: accepted.length, outOfOrder, all: receiver.received.length, delays };
  });
  const sum = (of: (one: (typeof each)[number]) => number) => each.reduce((total, one) => total + of(one), 0);
  const delays = each.flatMap((one) => one.delays).sort((a, b) => a - b);
  return {
    subscribers,
    manner,
    accepted: sum((one) => one.accepted),
    missing: sum((one) => events - one.accepted),
    outOfOrder: sum((one) => one.outOfOrder),
    repeated: sum((one) => one.all - one.accepted),
    p50Ms: quantile(delays, 0.5),
    p95Ms: quantile(delays, 0.95),
  };
}

async function round(deployment: TestDeployment, number: number, manners: readonly Manner[]): Promise<Told[]> {
  const { receivers, ids } = await subscribe(deployment, manners);
  await happen(deployment, number);
  const healthy = receivers.filter(({ manner }) => manner === "healthy");
  const isDone = () => healthy.every((receiver) => receiver.accepted().length === events);
  for (const endMs = Date.now() + PATIENCE_MS; Date.now() < endMs && !isDone();) await pause(200);
  const told = [...new Set(manners)].map((manner) => judge(`${manners.length}`, manner, receivers));
  for (const id of ids) await wanted(deployment.call("DELETE", `/v1/webhooks/${id}`), 204);
  await Promise.all(receivers.map((receiver) => receiver.stop()));
  return told;
}

const deployment = await startTestDeployment();
for (let twin = 0; twin < TWINS; twin++)
  await wanted(deployment.call("POST", "/v1/twins", { body: { id: `gauge-${twin}`, type: "broken.gauge@1" } }), 201);
const alone = await round(deployment, 0, HEALTHY);
const beside = await round(deployment, 1, [...HEALTHY, ...OTHERS]);
await deployment.stop();
const [first, second] = [alone[0], beside.find(({ manner }) => manner === "healthy")];
publish(
  {
    title: `Webhooks: ${events} events at ${rate} a second, over ${TWINS} twins`,
    columns: [
      { key: "subscribers" },
      { key: "manner" },
      { key: "accepted" },
      { key: "missing" },
      { key: "outOfOrder", title: "out of order" },
      { key: "repeated", title: "repeated or refused" },
      { key: "p50Ms", title: "delay p50 ms", digits: 0 },
      { key: "p95Ms", title: "delay p95 ms", digits: 0 },
    ],
    rows: [...alone, ...beside].map((row) => ({ ...row })),
    bars: [
      {
        name: "events that a healthy subscriber misses",
        value: (first?.missing ?? NaN) + (second?.missing ?? NaN),
        atMost: 0,
      },
      {
        name: "events out of their twin's order",
        value: [...alone, ...beside].reduce((sum, one) => sum + one.outOfOrder, 0),
        atMost: 0,
      },
      {
        name: "median delay beside the others / alone",
        value: (second?.p50Ms ?? NaN) / (first?.p50Ms ?? NaN),
        atMost: 2,
      },
      { name: "p95 delay beside the others / alone", value: (second?.p95Ms ?? NaN) / (first?.p95Ms ?? NaN), atMost: 2 },
    ],
    notes: [
      "Of 20: 12 healthy, 3 that never answer, 3 that answer 500 every other time, 2 that take half a second. Delay: from the",
      "change to its arrival. Receivers, workerd and the writer share one machine.",
    ],
  },
  { json: values.json },
);
