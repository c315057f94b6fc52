import { beforeEach, expect, test, vi } from "vitest";
import { flush } from "@eigentwin/metrics";
import { testStorage, type TestStorage } from "../testing/storage.ts";
import { createDue, plan, serveDue, settle } from "./due.ts";
import { prepareStorage } from "./schema-steps.ts";

const WORKS = ["late", "second", "first", "bad", "good", "heavy", "work", "erase", "other"];
let object: TestStorage;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ["Date"] });
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  object = testStorage();
  prepareStorage(object.storage, [createDue]);
  return () => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  };
});

const due = () =>
  object.storage.sql.exec<{ work: string; at_ms: number; tries: number }>("SELECT * FROM due ORDER BY work").toArray();

test("what is due is served in order of time, what is not waits, and the alarm is set for it", async () => {
  plan(object.storage, "late", 1_500_000);
  plan(object.storage, "second", 999_999);
  plan(object.storage, "first", 999_000);
  const served: string[] = [];
  await serveDue(object.storage, WORKS, async ({ work }) => {
    served.push(work);
    settle(object.storage, work);
  });
  expect(served).toEqual(["first", "second"]);
  expect(due()).toMatchObject([{ work: "late" }]);
  expect(object.alarms.at(-1)).toBe(1_500_000);
});

test("work that throws is tried again, later each time, and keeps nobody else from being served", async () => {
  plan(object.storage, "bad", 0);
  plan(object.storage, "good", 1);
  const good = vi.fn(async () => settle(object.storage, "good"));
  const serve = async ({ work }: { work: string }) => {
    if (work === "bad") throw new Error("not today");
    await good();
  };
  const pauses: number[] = [];
  for (let alarm = 0; alarm < 10; alarm++) {
    await serveDue(object.storage, WORKS, serve);
    const [{ at_ms = 0 } = {}] = due();
    pauses.push(at_ms - Date.now());
    vi.setSystemTime(at_ms);
  }
  expect(good).toHaveBeenCalledTimes(1);
  expect(pauses.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
  expect(pauses.at(-1)).toBe(600_000);
});

test("a crash in the middle counts as a try", async () => {
  plan(object.storage, "heavy", 0);
  void serveDue(object.storage, WORKS, () => new Promise(() => undefined));
  expect(due()).toMatchObject([{ work: "heavy", tries: 1 }]);
});

test("an alarm never throws, not even when storage does", async () => {
  plan(object.storage, "work", 0);
  object.storage.sql.exec("DROP TABLE due");
  await expect(serveDue(object.storage, WORKS, async () => undefined)).resolves.toBeUndefined();
  expect(object.alarms.at(-1)).toBe(1_005_000);
});

test("work that erases the object ends it: no other work is served, and no alarm is left", async () => {
  plan(object.storage, "erase", 0);
  plan(object.storage, "other", 1);
  const planned = object.alarms.length;
  const served: string[] = [];
  await serveDue(object.storage, WORKS, async ({ work }) => {
    served.push(work);
    object.storage.sql.exec("DROP TABLE due; DROP TABLE schema_step;");
    throw new Error("what it wanted afterwards is gone too");
  });
  expect(served).toEqual(["erase"]);
  expect(object.alarms).toHaveLength(planned);
});

test("work is counted under its name where that is known, and under no name that came from outside", async () => {
  plan(object.storage, "work", 0);
  plan(object.storage, "a name of their own", 0);
  await serveDue(object.storage, ["work"], async () => {
    throw new Error("not today");
  });
  const counted: string[] = [];
  await flush({
    add: async ({ deltas }) => void counted.push(...deltas.map(([series]) => series)),
    totals: async () => [],
  });
  expect(counted.join()).toContain("work");
  expect(counted.join()).not.toContain("their own");
});
