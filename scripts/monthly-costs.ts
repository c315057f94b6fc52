// What a deployment costs a month, by the platform's price list (`npm run costs`). docs/deploying.md shows the table and
// where the prices come from.

const MILLION = 1_000_000;

/** US dollars, Workers Paid plan. `per` units beyond those included. */
const PRICES = {
  workerRequests: {
    title: "Requests to the gateway",
    unit: "requests",
    included: 10 * MILLION,
    price: 0.3,
    per: MILLION,
  },
  cpuMs: { title: "CPU of Workers", unit: "ms", included: 30 * MILLION, price: 0.02, per: MILLION },
  objectRequests: {
    title: "Calls and alarms of objects",
    unit: "requests",
    included: MILLION,
    price: 0.15,
    per: MILLION,
  },
  objectGbS: { title: "Duration of objects", unit: "GB-s", included: 400_000, price: 12.5, per: MILLION },
  objectRowsWritten: { title: "Rows written in objects", unit: "rows", included: 50 * MILLION, price: 1, per: MILLION },
  objectGb: { title: "Stored in objects after a month", unit: "GB", included: 5, price: 0.2, per: 1 },
  indexRowsRead: { title: "D1 rows read", unit: "rows", included: 25_000 * MILLION, price: 0.001, per: MILLION },
  indexRowsWritten: { title: "D1 rows written", unit: "rows", included: 50 * MILLION, price: 1, per: MILLION },
  bodyWrites: { title: "R2 writes (class A)", unit: "operations", included: MILLION, price: 4.5, per: MILLION },
  bodyReads: { title: "R2 reads (class B)", unit: "operations", included: 10 * MILLION, price: 0.36, per: MILLION },
} as const;
const SUBSCRIPTION = 5;

type Usage = Record<keyof typeof PRICES, number>;

export interface Workload {
  twins: number;
  batchesPerMinute: number;
  pointsPerBatch: number;
  streams: number;
  runsPerDay: number;
}

export const EXAMPLE: Workload = { twins: 1_000, batchesPerMinute: 1, pointsPerBatch: 5, streams: 5, runsPerDay: 100 };

const DAYS = 30;
const OBJECT_GB = 0.128;

/**
 * Rows that are written, counted from the statements as the platform counts them: an entry of an index is a row too, and so is
 * an alarm that is set.
 */
const ROWS = {
  /** The tail of all streams; the twin, counted and with the time of its input; the outbox, counted, with an event that goes again. */
  batch: 6,
  /** The index and the outbox planned (4), tried (2) and settled (2), and three alarms set. */
  following: 11,
  /** In the feed, with its entry in an index, and its end after 14 days. */
  event: 3,
  /** The feed, counted, and how far the twin is told. */
  telling: 2,
  /** In D1: the twin, and its entries in two indexes. */
  twin: 3,
  /** In D1: the last value of a stream and its time, each with its entry in an index. */
  stream: 4,
};
/** A minute, of one twin. */
const MOST_FOLLOWINGS = 60;
const MOST_TELLINGS = 600;

/** A tail of 512 points becomes a block of each stream, in place of a smaller one. */
const blockRows = (points: number, streams: number): number => (2 * streams * points) / 512;

/** The twin's row; all values are compared with those given, and looked up with them. */
const indexRowsRead = (streams: number): number => {
  const values = 2 * streams;
  return 4 + (values * (values + 1)) / 2 + 2 * values;
};

/** Supposed, not measured on the platform; a run is taken as one that reads, sends a few programs and writes evidence. */
const SUPPOSED = {
  cpuMsPerRequest: 2,
  objectSecondsPerCall: 0.025,
  bytesPerPoint: 26,
  isolates: 5,
  rowsPerFlush: 8,
  run: {
    cpuMs: 2_000,
    objectCalls: 20,
    objectSeconds: 5,
    rowsWritten: 200,
    indexRows: 10,
    bodyWrites: 2,
    bodyReads: 10,
  },
};

export function usageOf({ twins, batchesPerMinute, pointsPerBatch, streams, runsPerDay }: Workload): Usage {
  const inMonth = (perMinute: number) => twins * perMinute * 60 * 24 * DAYS;
  const batches = inMonth(batchesPerMinute);
  const followings = inMonth(Math.min(batchesPerMinute, MOST_FOLLOWINGS));
  const tellings = inMonth(Math.min(batchesPerMinute, MOST_TELLINGS));
  // A call of the twin and of the feed, and an alarm that brings the index up to date.
  const calls = batches + followings + tellings;
  const runs = runsPerDay * DAYS;
  const flushes = SUPPOSED.isolates * 6 * 60 * 24 * DAYS;
  const { run } = SUPPOSED;
  const changed = Math.min(streams, pointsPerBatch * Math.max(1, batchesPerMinute / MOST_FOLLOWINGS));
  return {
    workerRequests: batches + 2 * runs,
    cpuMs: batches * SUPPOSED.cpuMsPerRequest + runs * run.cpuMs,
    objectRequests: calls + runs * run.objectCalls + flushes,
    objectGbS: (calls * SUPPOSED.objectSecondsPerCall + runs * run.objectSeconds) * OBJECT_GB,
    objectRowsWritten:
      batches * (ROWS.batch + ROWS.event + blockRows(pointsPerBatch, streams)) +
      followings * ROWS.following +
      tellings * ROWS.telling +
      runs * run.rowsWritten +
      flushes * SUPPOSED.rowsPerFlush,
    objectGb: (batches * pointsPerBatch * SUPPOSED.bytesPerPoint) / 1e9,
    // The key of each request, and the twin's row.
    indexRowsRead: 2 * batches + followings * indexRowsRead(streams) + runs * run.indexRows,
    indexRowsWritten: followings * (ROWS.twin + ROWS.stream * changed) + runs * run.indexRows,
    bodyWrites: runs * run.bodyWrites,
    bodyReads: runs * run.bodyReads,
  };
}

export const priceOf = (kind: keyof Usage, used: number): number =>
  (Math.max(0, used - PRICES[kind].included) / PRICES[kind].per) * PRICES[kind].price;

export function totalOf(usage: Usage): number {
  return (Object.keys(usage) as (keyof Usage)[]).reduce((sum, kind) => sum + priceOf(kind, usage[kind]), SUBSCRIPTION);
}

const number = (value: number): string => value.toLocaleString("en-GB", { maximumFractionDigits: 1 });

export function costTable(workload: Workload): string {
  const usage = usageOf(workload);
  const rows = (Object.keys(PRICES) as (keyof Usage)[]).map((kind) => {
    const { title, unit, included, price, per } = PRICES[kind];
    const beyond = per === 1 ? `${price} a ${unit}` : `${price} a million`;
    return `| ${title} | ${number(usage[kind])} ${unit} | ${number(included)} | ${beyond} | ${priceOf(kind, usage[kind]).toFixed(2)} |`;
  });
  return [
    "| What | A month | Included | USD beyond | USD |",
    "| --- | --- | --- | --- | --- |",
    `| Workers Paid plan | | | | ${SUBSCRIPTION.toFixed(2)} |`,
    ...rows,
    `| **Together** | | | | **${totalOf(usage).toFixed(2)}** |`,
  ].join("\n");
}
