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
  runsPerDay: number;
}

export const EXAMPLE: Workload = { twins: 1_000, batchesPerMinute: 1, pointsPerBatch: 5, runsPerDay: 100 };

const DAYS = 30;
const OBJECT_GB = 0.128;

/** Counted from the statements: a point, its stream's state; the twin, its due work planned, tried and settled, its alarm. */
const rowsPerBatch = (points: number): number => 2 * points + 8;

/** Supposed, not measured on the platform; a run is taken as one that reads, sends a few programs and writes evidence. */
const SUPPOSED = {
  cpuMsPerRequest: 2,
  objectSecondsPerBatch: 0.05,
  bytesPerPoint: 60,
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

export function usageOf({ twins, batchesPerMinute, pointsPerBatch, runsPerDay }: Workload): Usage {
  const batches = twins * batchesPerMinute * 60 * 24 * DAYS;
  const runs = runsPerDay * DAYS;
  const flushes = SUPPOSED.isolates * 6 * 60 * 24 * DAYS;
  const { run } = SUPPOSED;
  return {
    workerRequests: batches + 2 * runs,
    cpuMs: batches * SUPPOSED.cpuMsPerRequest + runs * run.cpuMs,
    // Each batch is a call, and an alarm that brings the index up to date.
    objectRequests: 2 * batches + runs * run.objectCalls + flushes,
    objectGbS: (batches * SUPPOSED.objectSecondsPerBatch + runs * run.objectSeconds) * OBJECT_GB,
    objectRowsWritten:
      batches * rowsPerBatch(pointsPerBatch) + runs * run.rowsWritten + flushes * SUPPOSED.rowsPerFlush,
    objectGb: (batches * pointsPerBatch * SUPPOSED.bytesPerPoint) / 1e9,
    // The key of each request, and the twin's row.
    indexRowsRead: 2 * batches + runs * run.indexRows,
    indexRowsWritten: batches + runs * run.indexRows,
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
