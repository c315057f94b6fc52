import { afterAll, beforeAll, expect, test } from "vitest";
import { startIsolate, type Isolate } from "./isolate.ts";

let isolate: Isolate;

beforeAll(async () => {
  isolate = await startIsolate();
});
afterAll(() => isolate.stop());

// `npm run test:memory` does so for 10,000.
test("400 mixed programs in one isolate end with the memory of the first hundred", async () => {
  await isolate.run(0, 100);
  const first = await isolate.held();
  for (let from = 100; from < 400; from += 100) expect(await isolate.run(from, 100)).not.toBeNaN();
  const last = await isolate.held();
  expect(last.heap - first.heap).toBeLessThan(2 ** 20);
  expect(last.memory - first.memory).toBeLessThan(2 ** 20);
  // The largest of a hundred takes 8 MiB: that memory has been given back.
  expect(last.memory).toBeLessThan(4 * 2 ** 20);
});

test("what leaks would be seen", async () => {
  const before = await isolate.held();
  await isolate.get("/leak");
  const after = await isolate.held();
  expect(after.heap - before.heap).toBeGreaterThan(2 ** 20);
  expect(after.memory - before.memory).toBeGreaterThan(2 ** 20);
});

test("another request is answered while a long program runs", async () => {
  const ended: string[] = [];
  const ask = async (name: string, path: string) => {
    await isolate.get(path);
    ended.push(name);
  };
  await Promise.all([ask("long", "/long?layers=600"), ask("short", "/mixed?from=3&count=1")]);
  expect(ended).toEqual(["short", "long"]);
});
