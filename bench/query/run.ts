// Filtered queries that select 1 % of 100,000 twins through HTTP, beside a bare Hono Worker that reads one row of D1 by its
// primary key, in turns: `npm run bench:query`. The index is synthetic: its rows are written directly, and no twin is behind them.

import { join } from "node:path";
import { createTestHarness } from "wrangler";
import { OWN_KEY, startTestDeployment } from "@eigentwin/gateway/testing/deployment";
import { fromHere, readArguments } from "../../scripts/arguments.ts";
import { quantile } from "../../scripts/quantile.ts";
import { publish } from "../../scripts/report.ts";

const USAGE = `usage: npm run bench:query -- [options]

  --twins N    in the index (default: 100000)
  --turns N    questions of each kind (default: 200)
  --json FILE  the same figures as JSON
  --help`;

const { values: options } = readArguments(USAGE, {
  options: {
    twins: { type: "string", default: "100000" },
    turns: { type: "string", default: "200" },
    json: { type: "string" },
    help: { type: "boolean" },
  },
});
const [twins, turns] = [Number(options.twins), Number(options.turns)];
const TYPE = "broken.gauge@1";
const AT_ONCE = 10_000;

const NUMBERS = `WITH RECURSIVE number(n) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT n + 1 FROM number WHERE n + 1 < ?2)`;
const ID = `printf('gauge-%06d', n)`;
/** A hundred places, and levels from 0 to 1, in no order of ids. */
const VALUES = {
  "properties.place": `'place-' || (n * 7919 % 100)`,
  "properties.n": `n`,
  "streams.level.value": `(n * 104729 % 100003) / 100003.0`,
  "streams.level.observedAt": `1767225600000 + n * 1000`,
};

/** As twins of this type write them. `mark` is what one of them has written. */
async function seed(index: D1Database, mark: string): Promise<void> {
  for (let from = 0; from < twins; from += AT_ONCE) {
    const part = [from, Math.min(twins, from + AT_ONCE)];
    await index
      .prepare(
        `INSERT INTO twin (tenant, id, type, revision, synthetic, createdAt, updatedAt, sequence, indexedAs)
         ${NUMBERS} SELECT 'own', ${ID}, '${TYPE}', 1, 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 1, ?3 FROM number`,
      )
      .bind(...part, mark)
      .run();
    for (const [field, value] of Object.entries(VALUES))
      await index
        .prepare(`INSERT INTO twin_value ${NUMBERS} SELECT 'own', ${ID}, '${field}', ${value} FROM number`)
        .bind(...part)
        .run();
  }
}

interface Kind {
  what: string;
  url(turn: number): URL;
  /** Items that each answer has. */
  items?: number;
}

async function timed({ url, items }: Kind, turn: number): Promise<number> {
  const asked = url(turn);
  const started = performance.now();
  const response = await fetch(asked, { headers: { authorization: `Bearer ${OWN_KEY}` } });
  const body = (await response.json()) as { items?: unknown[] };
  const ms = performance.now() - started;
  if (!response.ok || body?.items?.length !== items)
    throw new Error(`GET ${asked} got ${response.status} with ${body?.items?.length} items, not ${items}`);
  return ms;
}

const bare = createTestHarness({
  root: join(import.meta.dirname, "../.."),
  workers: [
    {
      config: {
        name: "bare",
        main: join(import.meta.dirname, "worker.ts"),
        compatibility_date: "2026-10-15",
        d1_databases: [{ binding: "INDEX", database_name: "bare", database_id: "bare", migrations_dir: "migrations" }],
      },
    },
  ] as never,
});
const deployment = await startTestDeployment();
try {
  const [{ url: bareUrl }] = await Promise.all([bare.listen(), deployment.refreshCatalogue()]);
  const worker = bare.getWorker<{ INDEX: D1Database }>("bare");
  await worker.applyD1Migrations("INDEX");
  const { INDEX } = await deployment.harness.getWorker<{ INDEX: D1Database }>("eigentwin-gateway").getEnv();
  await deployment.call("POST", "/v1/twins", { body: { id: "first", type: TYPE, properties: { place: "nowhere" } } });
  const first = await INDEX.prepare("SELECT indexedAs FROM twin WHERE id = 'first'").first<{ indexedAs: string }>();
  for (const index of [(await worker.getEnv()).INDEX, INDEX]) await seed(index, first?.indexedAs ?? "");

  const page = Math.min(50, twins / 100);
  const query = (parameters: Record<string, string>) =>
    new URL(`/v1/twins?${new URLSearchParams({ type: TYPE, ...parameters }).toString()}`, deployment.url);
  const low = (turn: number) => (turn % 90) / 100;
  const onePercent = (turn: number) =>
    `streams.level.value >= ${low(turn)} and streams.level.value < ${low(turn) + 0.01}`;
  const kinds: Kind[] = [
    { what: "bare D1 read by primary key", url: (turn) => new URL(`/gauge-${String(turn).padStart(6, "0")}`, bareUrl) },
    {
      what: "a property that 1 % have",
      url: (turn) => query({ filter: `properties.place = "place-${turn % 100}"` }),
      items: page,
    },
    {
      what: "the same, sorted by the last value, with fields",
      url: (turn) =>
        query({
          filter: `properties.place = "place-${turn % 100}"`,
          sort: "-streams.level.value",
          fields: "properties.place, streams.level.value, streams.level.observedAt",
        }),
      items: page,
    },
    {
      what: "last values in a range of 1 %",
      url: (turn) => query({ filter: onePercent(turn), limit: String(page / 5) }),
      items: page / 5,
    },
  ];
  const times = kinds.map((): number[] => []);
  // In turns, so that what else the machine does falls on all alike.
  for (let turn = -5; turn < turns; turn++)
    for (const [which, kind] of kinds.entries()) {
      const ms = await timed(kind, Math.abs(turn));
      if (turn >= 0) times[which]?.push(ms);
    }
  const rows = kinds.map(({ what }, which) => {
    const found = times[which] ?? [];
    return { what, p50: quantile(found, 0.5), p95: quantile(found, 0.95) };
  });
  publish(
    {
      title: `Queries over ${twins} twins, ${turns} of each in turns, one at a time`,
      columns: [
        { key: "what" },
        { key: "p50", title: "p50 ms", digits: 1 },
        { key: "p95", title: "p95 ms", digits: 1 },
      ],
      rows,
      bars: rows.slice(1).map(({ what, p95 }) => ({ name: `${what}: p95 ms`, value: p95, atMost: 100 })),
      notes: ["Over loopback, on this machine, as busy as it is. The index is synthetic; no twin is asked."],
    },
    { json: options.json === undefined ? undefined : fromHere(options.json) },
  );
} finally {
  await Promise.all([deployment.stop(), bare.close()]);
}
process.exit();
