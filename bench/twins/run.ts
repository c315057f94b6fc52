// Reads, writes and points of twins through HTTP beside a bare Hono Worker and a bare Durable Object behind one, in turns;
// and how long it takes until a write is told: `npm run bench:twins`.

import { join } from "node:path";
import { createTestHarness } from "wrangler";
import { startTestDeployment } from "@eigentwin/gateway/testing/deployment";
import { fromHere, readArguments } from "../../scripts/arguments.ts";
import { publish, type Figure } from "../../scripts/report.ts";
import { quantile } from "../../scripts/quantile.ts";
import { latencies } from "./latency.ts";
import { measure, send, type Client, type Speed } from "./measure.ts";

const USAGE = `usage: npm run bench:twins -- [options]

  --seconds N  of each measurement (default: 2)
  --rounds N   of each side, in turns; medians count (default: 5)
  --json FILE  the same figures as JSON
  --help`;

const { values: options } = readArguments(USAGE, {
  options: {
    seconds: { type: "string", default: "2" },
    rounds: { type: "string", default: "5" },
    json: { type: "string" },
    help: { type: "boolean" },
  },
});
const [forMs, rounds] = [1000 * Number(options.seconds), Number(options.rounds)];
const CLIENTS = 8;
const TOLD_WRITES = 200;

const bare = createTestHarness({
  root: join(import.meta.dirname, "../.."),
  workers: [
    {
      config: {
        name: "bare",
        main: join(import.meta.dirname, "worker.ts"),
        compatibility_date: "2026-10-15",
        durable_objects: { bindings: [{ name: "ROWS", class_name: "RowObject" }] },
        migrations: [{ tag: "v1", new_sqlite_classes: ["RowObject"] }],
      },
    },
  ] as never,
});
const deployment = await startTestDeployment();
const { url: bareUrl } = await bare.listen();
const ours = (path: string) => new URL(path, deployment.url);
const theirs = (id: string) => new URL(`/${id}`, bareUrl);

const ids = Array.from({ length: CLIENTS }, (_, index) => `bench-${index}`);
const one = Array.from({ length: CLIENTS }, () => "bench-0");
for (const id of ids) {
  await send({ url: ours("/v1/twins"), method: "POST", body: { id, type: "broken.gauge@1" } });
  await send({ url: ours(`/v1/twins/${id}/properties/note`), method: "PUT", body: "first" });
  await send({ url: theirs(id), method: "POST", body: (await deployment.call("GET", `/v1/twins/${id}`)).body });
}

/** Times only go forward, as those of a sensor do. */
let clock = Date.UTC(2026, 0, 1);
const points = (count: number) =>
  Array.from({ length: count }, () => ({
    stream: "level",
    observedAt: new Date((clock += 1000)).toISOString(),
    value: Math.sin(clock),
  }));

const hello = (): Client => () => ({ url: new URL(bareUrl) });
const bareRead =
  (id: string): Client =>
  () => ({ url: theirs(id) });
const bareInsert =
  (count: number) =>
  (id: string): Client =>
  () => ({ url: theirs(id), method: "POST", body: points(count) });
const twinRead =
  (id: string): Client =>
  () => ({ url: ours(`/v1/twins/${id}`) });
const append =
  (count: number) =>
  (id: string): Client =>
  () => ({ url: ours(`/v1/twins/${id}/points`), method: "POST", body: { points: points(count) } });
let written = 0;
/** Each write names the state that it changes: the ETag of the answer before. */
const conditionalWrite = (id: string): Client => {
  const url = ours(`/v1/twins/${id}/properties/note`);
  return (last) => ({
    url,
    method: "PUT",
    body: `written ${(written += 1)}`,
    headers: { "if-match": last?.headers.get("etag") ?? "*" },
  });
};

const rows: Record<string, Figure>[] = [];

/** In turns, so that what else the machine does falls on both. */
async function compare(
  what: string,
  each: { ours: (id: string) => Client; limit: (id: string) => Client; on?: readonly string[]; points?: number },
) {
  const { on = ids, points: size = 1 } = each;
  const found: Record<"ours" | "limit", Speed[]> = { ours: [], limit: [] };
  for (let round = 0; round < rounds; round++)
    for (const side of round % 2 ? (["ours", "limit"] as const) : (["limit", "ours"] as const))
      found[side].push(await measure(on.map(each[side]), forMs));
  const middle = (side: "ours" | "limit", of: keyof Speed) =>
    quantile(
      found[side].map((speed) => speed[of]),
      0.5,
    );
  const perSecond = middle("ours", "perSecond");
  const limit = middle("limit", "perSecond");
  const row = {
    what,
    perSecond,
    points: size * perSecond,
    p50Ms: middle("ours", "p50Ms"),
    p95Ms: middle("ours", "p95Ms"),
    limit,
    ratio: perSecond / limit,
  };
  rows.push(row);
  return row;
}

try {
  await compare("bare object read / bare Hono", { ours: bareRead, limit: hello });
  const read = await compare("read a twin", { ours: twinRead, limit: bareRead });
  const write = await compare("conditional write", { ours: conditionalWrite, limit: bareInsert(1) });
  const single = await compare("append 1 point", { ours: append(1), limit: bareInsert(1) });
  await compare("append 100 points", { ours: append(100), limit: bareInsert(100), points: 100 });
  const large = await compare("append 1,000 points", { ours: append(1000), limit: bareInsert(1000), points: 1000 });
  const alone = await compare("append 1 point, 1 client, 1 twin", {
    ours: append(1),
    limit: bareInsert(1),
    on: one.slice(0, 1),
  });
  const shared = await compare("append 1 point, 8 clients, 1 twin", { ours: append(1), limit: bareInsert(1), on: one });
  const told = await latencies(deployment, "bench-1", TOLD_WRITES);
  publish(
    {
      title: `Twins through HTTP: ${CLIENTS} clients, medians of ${rounds} rounds of ${options.seconds} s`,
      columns: [
        { key: "what" },
        { key: "perSecond", title: "requests/s", digits: 0 },
        { key: "points", title: "points/s", digits: 0 },
        { key: "p50Ms", title: "p50 ms", digits: 1 },
        { key: "p95Ms", title: "p95 ms", digits: 1 },
        { key: "limit", title: "bare, requests/s", digits: 0 },
        { key: "ratio", title: "of bare", digits: 2 },
      ],
      rows,
      bars: [
        { name: "reads, of a bare object read", value: read.ratio, atLeast: 0.7 },
        { name: "conditional writes, of a bare insert", value: write.ratio, atLeast: 0.5 },
        { name: "appends of one point, of a bare insert", value: single.ratio, atLeast: 0.5 },
        { name: "points/s in batches of 1,000", value: large.points, atLeast: 20_000 },
        { name: "ordered writes/s on one twin", value: Math.max(alone.perSecond, shared.perSecond), atLeast: 100 },
      ],
      notes: [
        `From a write to its event at a reader: p50 ${quantile(told, 0.5).toFixed(0)} ms, p95 ${quantile(told, 0.95).toFixed(0)} ms of ${told.length}.`,
        "The bare object inserts the body as one row of text, and reads its first row: it checks nothing, knows no key, keeps no",
        "history and tells nobody. A key that is revoked lets in for at most 5 seconds more.",
      ],
    },
    { json: options.json === undefined ? undefined : fromHere(options.json) },
  );
} finally {
  await Promise.all([deployment.stop(), bare.close()]);
}
process.exit();
