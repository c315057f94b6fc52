// Points per second in batches of 1, 100 and 1,000 through HTTP, beside a bare Hono Worker whose Durable Object inserts one
// row a request, in turns: `npm run bench:streams`.

import { join } from "node:path";
import { createTestHarness } from "wrangler";
import { OWN_KEY, startTestDeployment } from "@eigentwin/gateway/testing/deployment";
import { fromHere, readArguments } from "../../scripts/arguments.ts";
import { publish, type Figure } from "../../scripts/report.ts";

const USAGE = `usage: npm run bench:streams -- [options]

  --seconds N  of each measurement (default: 4)
  --json FILE  the same figures as JSON
  --help`;

const { values: options } = readArguments(USAGE, {
  options: { seconds: { type: "string", default: "4" }, json: { type: "string" }, help: { type: "boolean" } },
});
const forMs = 1000 * Number(options.seconds);
const WRITERS = 8;

interface Writer {
  url: URL;
  body(points: unknown): unknown;
}

/** Times only go forward, as those of a sensor do. */
let clock = Date.UTC(2026, 0, 1);

async function write({ url, body }: Writer, size: number): Promise<number> {
  const points = Array.from({ length: size }, () => ({
    stream: "level",
    observedAt: new Date((clock += 1000)).toISOString(),
    value: Math.sin(clock),
  }));
  const payload = JSON.stringify(body(points));
  const started = performance.now();
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${OWN_KEY}`, "content-type": "application/json" },
    body: payload,
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`POST ${url.pathname} got ${response.status}: ${answer}`);
  return performance.now() - started;
}

/** Each writer waits for its answer before it writes again. */
async function measure(writers: readonly Writer[], size: number) {
  await Promise.all(writers.map((writer) => write(writer, size)));
  const started = performance.now();
  const times: number[] = [];
  await Promise.all(
    writers.map(async (writer) => {
      while (performance.now() - started < forMs) times.push(await write(writer, size));
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  return {
    writes: times.length / seconds,
    points: (size * times.length) / seconds,
    p50: times[Math.floor(0.5 * (times.length - 1))] ?? NaN,
    p95: times[Math.floor(0.95 * (times.length - 1))] ?? NaN,
  };
}

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
try {
  const { url } = await bare.listen();
  const twins = Array.from({ length: WRITERS }, (_, index) => `bench-${index}`);
  for (const id of twins) {
    const made = await deployment.call("POST", "/v1/twins", { body: { id, type: "broken.gauge@1" } });
    if (made.status !== 201) throw new Error(`twin ${id} was not made: ${JSON.stringify(made.body)}`);
  }
  const ours = (id: string): Writer => ({
    url: new URL(`/v1/twins/${id}/points`, deployment.url),
    body: (points) => ({ points }),
  });
  const theirs = (id: string): Writer => ({ url: new URL(`/${id}`, url), body: (points) => points });
  const rows: Record<string, Figure>[] = [];
  const compare = async (what: string, ids: readonly string[], size: number) => {
    // In turns, so that what else the machine does falls on both.
    const limit = await measure(ids.map(theirs), size);
    const own = await measure(ids.map(ours), size);
    const ratio = own.points / limit.points;
    rows.push({ what, limit: limit.points, ...own, ratio });
    return { ...own, ratio };
  };
  const single = await compare("8 twins, 1 point a batch", twins, 1);
  await compare("8 twins, 100 points a batch", twins, 100);
  const large = await compare("8 twins, 1,000 points a batch", twins, 1000);
  const ordered = await compare("1 twin, one write after another", twins.slice(0, 1), 1);
  const shared = await compare(
    "1 twin, 8 writers",
    Array.from({ length: WRITERS }, () => "bench-0"),
    1,
  );
  publish(
    {
      title: `Points through HTTP, ${options.seconds} s each`,
      columns: [
        { key: "what" },
        { key: "points", title: "points/s", digits: 0 },
        { key: "writes", title: "writes/s", digits: 0 },
        { key: "p50", title: "p50 ms", digits: 1 },
        { key: "p95", title: "p95 ms", digits: 1 },
        { key: "limit", title: "bare insert, points/s", digits: 0 },
        { key: "ratio", title: "of bare", digits: 2 },
      ],
      rows,
      bars: [
        { name: "points/s in batches of 1,000", value: large.points, atLeast: 20_000 },
        { name: "writes of one point, of the bare insert", value: single.ratio, atLeast: 0.5 },
        { name: "ordered writes/s on one twin", value: Math.max(ordered.writes, shared.writes), atLeast: 100 },
      ],
      notes: ["The bare object inserts the batch as one row of text: it checks nothing and can find no point again."],
    },
    { json: options.json === undefined ? undefined : fromHere(options.json) },
  );
} finally {
  await Promise.all([deployment.stop(), bare.close()]);
}
process.exit();
