import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./command.ts";
import { costTable, EXAMPLE, priceOf, totalOf, usageOf } from "./monthly-costs.ts";

const doc = readFileSync(join(root, "docs/deploying.md"), "utf8");

test("docs/deploying.md shows the table that the script makes", () => {
  expect(doc).toContain(costTable(EXAMPLE));
});

test.each([
  ["24 points a batch", { ...EXAMPLE, pointsPerBatch: 24 }],
  ["a batch of 50 points every ten minutes", { ...EXAMPLE, batchesPerMinute: 0.1, pointsPerBatch: 50 }],
  ["100 twins", { ...EXAMPLE, twins: 100 }],
])("and what %s would cost", (words, workload) => {
  expect(doc.replaceAll(/\s+/g, " ")).toContain(`${words}: ${Math.round(totalOf(usageOf(workload)))} USD`);
});

test("a batch writes 22 rows in objects and 23 in D1; the index of a twin that is written to all the time follows once a second", () => {
  const quiet = { ...EXAMPLE, runsPerDay: 0 };
  const rows = (batchesPerMinute: number) => usageOf({ ...quiet, batchesPerMinute });
  const batches = 1_000 * 60 * 24 * 30;
  expect(rows(1).indexRowsWritten / batches).toBe(23);
  expect(Math.floor(rows(1).objectRowsWritten / batches)).toBe(22);
  expect(rows(600).indexRowsWritten).toBe(rows(60).indexRowsWritten);
  expect(rows(600).objectRequests / batches).toBeCloseTo(600 + 60 + 600, 0);
  expect(rows(1_200).objectRequests / batches).toBeCloseTo(1_200 + 60 + 600, 0);
});

// The platform's own examples on its pricing pages.
test.each([
  ["workerRequests", 15e6, 1.5],
  ["workerRequests", 100e6, 27],
  ["cpuMs", 7 * 15e6, 1.5],
  ["cpuMs", 7 * 100e6, 13.4],
  ["bodyReads", 300e6, 104.4],
  ["indexRowsRead", 1e6, 0],
] as const)("%s: %d is %d USD", (kind, used, usd) => {
  expect(priceOf(kind, used)).toBeCloseTo(usd, 6);
});
