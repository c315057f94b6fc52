// Rounds of kill -9 under concurrent writers: what was acknowledged must be there after the next start, and what happened
// must have been told to every subscriber, once in its place.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomFrom } from "@eigentwin/core";
import { parse, stringify } from "smol-toml";
import { root } from "../command.ts";
import { defaultConfigs, freePort, startDeployment, type Deployment } from "../deployment.ts";
import { ask, pause, read, type Api } from "./api.ts";
import { streamReader, webhookReceiver, type Places, type Subscriber } from "./subscribers.ts";
import { pointWriter, propertyWriter, subscriptionWriter, type Writer } from "./writers.ts";

export interface CrashOptions {
  rounds: number;
  seed: number;
  stateFolder: string;
  /** Seconds from the first healthy answer to the kill: at least, at most. */
  after: readonly [number, number];
  say(line: string): void;
}

export interface SubscriberReport {
  name: string;
  events: number;
  repeated: number;
  skipped: number;
  outOfOrder: number;
  gaps: number;
  /** After each start, until everything that had happened was told. */
  caughtUpMs: number[];
}

export interface CrashReport {
  acknowledged: number;
  unanswered: number;
  lost: string[];
  torn: string[];
  points: number;
  subscribers: SubscriberReport[];
}

const TWINS = ["vane-a", "vane-b", "vane-c", "vane-d"];
const CAUGHT_UP_WITHIN_MS = 120_000;

export async function crash({ rounds, seed, stateFolder, after, say }: CrashOptions): Promise<CrashReport> {
  const random = randomFrom(seed);
  const configs = onLoopback(stateFolder);
  const port = await freePort(8960);
  const start = () => startDeployment({ stateFolder, port, configs, say: () => undefined });
  const receiver = await webhookReceiver();
  const subscribers: Subscriber[] = [streamReader(), receiver];
  const reports = subscribers.map(({ name }): SubscriberReport => ({
    name,
    events: 0,
    repeated: 0,
    skipped: 0,
    outOfOrder: 0,
    gaps: 0,
    caughtUpMs: [],
  }));
  const points = TWINS.map((twin) => pointWriter(twin, random));
  const writers: Writer[] = [
    ...TWINS.map(propertyWriter),
    ...points,
    ...["first", "second"].map((name) => subscriptionWriter(name, receiver.url, random)),
  ];
  const lost: string[] = [];
  const torn: string[] = [];
  let deployment = await start();
  try {
    await begin(deployment, receiver.url);
    for (const one of subscribers) one.follow(deployment);
    for (let round = 1; round <= rounds; round++) {
      await writeUntilKilled(deployment, writers, after[0] + (after[1] - after[0]) * random());
      deployment = await start();
      const healthyMs = Date.now();
      for (const one of subscribers) one.follow(deployment);
      const findings = await Promise.all(writers.map((writer) => writer.check(deployment)));
      lost.push(...findings.flatMap((one) => one.lost));
      torn.push(...findings.flatMap((one) => one.torn));
      const due = await placesDue(deployment);
      await Promise.all(
        subscribers.map(async (one, index) => {
          if (await caughtUp(one, due)) reports[index]?.caughtUpMs.push(Date.now() - healthyMs);
        }),
      );
      const sum = (of: "acknowledged" | "unanswered") => writers.reduce((total, writer) => total + writer[of], 0);
      say(
        `round ${round}: ${sum("acknowledged")} acknowledged, ${sum("unanswered")} without an answer, ${lost.length} lost; ` +
          `caught up after ${reports.map(({ caughtUpMs }) => `${((caughtUpMs.at(-1) ?? Number.NaN) / 1000).toFixed(1)} s`).join(" and ")}`,
      );
    }
    const due = await placesDue(deployment);
    subscribers.forEach((one, index) => {
      const report = reports[index];
      if (report) Object.assign(report, one.came(), judged(one.places(), due));
    });
  } finally {
    await Promise.all(subscribers.map((one) => one.stop()));
    await deployment.stop();
  }
  const sum = (of: "acknowledged" | "unanswered") => writers.reduce((total, writer) => total + writer[of], 0);
  return {
    acknowledged: sum("acknowledged"),
    unanswered: sum("unanswered"),
    lost,
    torn,
    points: points.reduce((total, one) => total + one.points(), 0),
    subscribers: reports,
  };
}

/** Every Worker as it is, but that webhooks may go to this machine. */
function onLoopback(folder: string): string[] {
  const own = join("workers", "events", "wrangler.toml");
  const config = parse(readFileSync(join(root, own), "utf8")) as { main: string; vars: Record<string, string> };
  const changed = {
    ...config,
    main: join(root, "workers/events", config.main),
    vars: { ...config.vars, WEBHOOK_LOOPBACK: "allow" },
  };
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "events.wrangler.toml");
  writeFileSync(file, stringify(changed));
  return defaultConfigs().map((config) => (config === own ? file : config));
}

async function begin(api: Api, url: string): Promise<void> {
  const made = await ask(api, "POST", "/v1/webhooks", { url, title: "subscriber" });
  if (made?.status !== 201) throw new Error(`no webhook could be made: ${JSON.stringify(made)}`);
  const { id } = (made.body as { webhook: { id: string } }).webhook;
  while ((await read(api, `/v1/webhooks/${id}`))["state"] !== "active") await pause(100);
  for (const id of TWINS) {
    const twin = await ask(api, "POST", "/v1/twins", { id, type: "reference.vane@1" });
    if (twin?.status !== 201) throw new Error(`no twin could be made: ${JSON.stringify(twin)}`);
  }
}

/** All writers at once, each with one write under way at any time. */
async function writeUntilKilled(deployment: Deployment, writers: readonly Writer[], seconds: number): Promise<void> {
  let isOver = false;
  const writing = writers.map(async (writer) => {
    while (!isOver) await writer.write(deployment);
  });
  await Promise.race([pause(1000 * seconds), Promise.all(writing)]);
  isOver = true;
  await deployment.kill();
  await Promise.all(writing);
}

/** How often something has happened to each twin. */
async function placesDue(api: Api): Promise<Map<string, number>> {
  const twins = await Promise.all(TWINS.map((id) => read(api, `/v1/twins/${id}`)));
  return new Map(twins.map(({ id, sequence }) => [String(id), Number(sequence)]));
}

async function caughtUp(subscriber: Subscriber, due: ReadonlyMap<string, number>): Promise<boolean> {
  const isThere = () => {
    const places = subscriber.places();
    return [...due].every(([twin, last]) => (places.get(twin)?.length ?? 0) >= last);
  };
  for (const end = Date.now() + CAUGHT_UP_WITHIN_MS; Date.now() < end; await pause(50)) if (isThere()) return true;
  return false;
}

/** Each twin's places are 1, 2, 3, … in this order. */
function judged(places: Places, due: ReadonlyMap<string, number>): Pick<SubscriberReport, "skipped" | "outOfOrder"> {
  let [skipped, outOfOrder] = [0, 0];
  for (const [twin, last] of due) {
    const told = places.get(twin) ?? [];
    const seen = new Set(told);
    for (let place = 1; place <= last; place++) if (!seen.has(place)) skipped += 1;
    outOfOrder += told.filter((place, index) => place <= (told[index - 1] ?? 0)).length;
  }
  return { skipped, outOfOrder };
}
