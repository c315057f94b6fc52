// Branches where time, size and place matter: the same millisecond, limits, segments, retention, and what runs find.

import { expect, test } from "vitest";
import { unwrap, type Outcome } from "@eigentwin/core";
import { holdBodies, openTwinStorage } from "../../testing/sqlite.ts";
import { streamsOf } from "../streams/index.ts";
import { checkedPoints } from "../streams/received.ts";
import { insertTwin, readTwin } from "../twin-record.ts";
import { ALL_OR_NOTHING } from "../contract.ts";
import { branchOf } from "./branch.ts";
import { afterBranchesMs, dropBranch } from "./branch-record.ts";
import { forgetOnBranches } from "./branch-points.ts";
import { makeBranch } from "./make.ts";
import { promoteBranch, segmentsUnderBranch } from "./promote.ts";

const RULES = { type: "x.t@1", properties: { type: "object" }, links: {} };
const STREAMS = { level: { title: "Level", unit: "m" } };
const AUTHOR = { by: "key_1", reason: null };
const LATER = { asOf: "2100-01-01T00:00:00.000Z" };
const LIMITS = { mostHot: 1_000, keptHot: 100, mostInSegment: 5_000, coldAfterMs: 1e15, leastCold: 1 };
const DAY_MS = 86_400_000;

function open() {
  const storage = openTwinStorage();
  const { sql } = storage;
  const { bodies, held } = holdBodies();
  const streams = streamsOf(storage, bodies, LIMITS);
  const clock = { ms: 1_700_000_000_000 };
  const empty = { properties: {}, desired: {}, links: {} };
  const type = { id: RULES.type, streams: STREAMS };
  insertTwin(sql, { tenant: "own", id: "t", type, ...empty, synthetic: false, ...AUTHOR }, "2023-01-01T00:00:00.000Z");
  const branch = branchOf(storage, streams, "b", () => clock.ms);
  return {
    storage,
    streams,
    clock,
    held,
    branch,
    /** By an object that holds no body yet. */
    async viewOnce() {
      let bodiesRead = 0;
      const counting = { ...bodies, get: (key: string) => ((bodiesRead += 1), bodies.get(key)) } as typeof bodies;
      const view = unwrap(await branchOf(storage, streamsOf(storage, counting, LIMITS), "b").view());
      return { bodiesRead, level: view.streams["level"] };
    },
    make: () => makeBranch(storage, streams, { name: "b", ...AUTHOR }, () => clock.ms),
    append: (days: Record<number, number>) =>
      streams.receive(checkedPoints(points(days), STREAMS, 0), ALL_OR_NOTHING, (rows, loaded) =>
        streams.write(rows, loaded, STREAMS, afterBranchesMs(sql, clock.ms)),
      ),
    keepUp: () =>
      streams.keepUp(STREAMS, "streams/own/t/", (stream, keptFromMs) => forgetOnBranches(sql, stream, keptFromMs)),
    async promote() {
      const loaded = await segmentsUnderBranch(sql, streams, "b");
      const promoting = {
        branch: "b",
        condition: { match: "any" as const },
        author: AUTHOR,
        rules: RULES,
        targets: [],
      };
      const twin = readTwin(sql) ?? expect.unreachable();
      storage.transactionSync(() => promoteBranch(storage, streams, twin, { promoting, loaded, nowMs: clock.ms }));
    },
  };
}

const points = (days: Record<number, number>) =>
  Object.entries(days).map(([day, value]) => ({
    stream: "level",
    observedAt: new Date(Number(day) * DAY_MS).toISOString(),
    value,
  }));
const values = async (reading: Promise<Outcome<{ values: Float64Array }>>) => [...unwrap(await reading).values];
const codeOf = async (asked: Promise<Outcome<unknown>>) => {
  const answer = await asked;
  return answer.ok ? undefined : answer.failure.code;
};

test("what comes to the twin in the millisecond in which a branch was made is not the branch's, but the next one's", async () => {
  const { storage, streams, clock, make, append, branch } = open();
  await append({ 1: 1 });
  make();
  await append({ 1: 5, 2: 2 });
  expect(await values(branch.series("level", {}, LATER))).toEqual([1]);
  makeBranch(storage, streams, { name: "next", ...AUTHOR }, () => clock.ms);
  const next = branchOf(storage, streams, "next", () => clock.ms);
  expect(await values(next.series("level", {}, LATER))).toEqual([5, 2]);
});

test("points that have moved to segments since are read and corrected through a branch, and promoted", async () => {
  const one = open();
  for (const from of [0, 600, 1_200])
    await one.append(
      Object.fromEntries(Array.from({ length: Math.min(600, 1_500 - from) }, (_, day) => [from + day, from + day])),
    );
  one.make();
  one.clock.ms += 1000;
  await one.append({ 3: -3, 2000: 1 });
  await one.keepUp();
  expect(one.held.size).toBeGreaterThan(0);
  expect(unwrap(await one.branch.append(points({ 2: 2, 3: 33, 1500: 1500 })))).toMatchObject({
    accepted: 1,
    unchanged: 1,
    corrected: 1,
  });
  const wanted = Array.from({ length: 1_501 }, (_, day) => (day === 3 ? 33 : day));
  expect(await values(one.branch.series("level", {}, LATER))).toEqual(wanted);
  expect(unwrap(await one.branch.view()).streams["level"]).toMatchObject({ points: 1_501, lastValue: 1500 });
  const count = { asOf: LATER.asOf, everyMs: 10_000 * DAY_MS, limit: 9 };
  expect(unwrap(await one.branch.buckets("level", {}, count)).buckets).toMatchObject([{ count: 1_501, max: 1500 }]);
  await one.promote();
  const { values: promoted } = await one.streams.series("level", STREAMS, {}, LATER);
  expect([...promoted]).toEqual([...wanted, 1]);
});

test("what the twin's retention forgets is forgotten on its branches", async () => {
  const one = open();
  await one.append({ 1: 1, 10: 10 });
  one.make();
  unwrap(await one.branch.append(points({ 2: 2 })));
  unwrap(await one.branch.append(points({ 11: 11 })));
  const short = { level: { ...STREAMS.level, retention: `P${Math.floor(Date.now() / DAY_MS) - 5}D` } };
  const forget = (stream: string, keptFromMs: number) => forgetOnBranches(one.storage.sql, stream, keptFromMs);
  await one.streams.keepUp(short, "streams/own/t/", forget);
  expect(await values(one.branch.series("level", {}, LATER))).toEqual([10, 11]);
  expect(unwrap(await one.branch.view()).streams["level"]).toMatchObject({ points: 2, lastValue: 11 });
  await one.promote();
  expect([...(await one.streams.series("level", short, {}, LATER)).values]).toEqual([10, 11]);
});

test("what a branch's points come to is counted once, and again after its twin has forgotten some of them", async () => {
  const one = open();
  const days = (from: number) => Object.fromEntries(Array.from({ length: 600 }, (_, day) => [from + day, day]));
  for (const from of [100, 700, 1_300]) await one.append(days(from));
  await one.keepUp();
  expect(one.held.size).toBeGreaterThan(0);
  const draft = { name: "b", at: new Date(one.clock.ms + 1000).toISOString(), ...AUTHOR };
  makeBranch(one.storage, one.streams, draft, () => one.clock.ms + 2000);
  const keepFrom = (day: number) => {
    const level = { ...STREAMS.level, retention: `P${Math.floor(Date.now() / DAY_MS) - day}D` };
    const forget = (stream: string, keptFromMs: number) => forgetOnBranches(one.storage.sql, stream, keptFromMs);
    return one.streams.keepUp({ level }, "streams/own/t/", forget);
  };
  const counted = (points: number) => ({ bodiesRead: 0, level: expect.objectContaining({ points, lastValue: 599 }) });
  const first = await one.viewOnce();
  expect(first).toEqual({ ...counted(1_800), bodiesRead: expect.any(Number) });
  expect(first.bodiesRead).toBeGreaterThan(0);
  expect(await one.viewOnce()).toEqual(counted(1_800));

  await keepFrom(50);
  expect(await one.viewOnce()).toEqual(counted(1_800));
  // Older than what its twin keeps, so nobody's.
  unwrap(await one.branch.append(points({ 20: 1, 60: 1 })));
  expect(await one.viewOnce()).toEqual(counted(1_801));

  // The twin has nothing there, and the branch has.
  await keepFrom(70);
  expect((await one.viewOnce()).level).toMatchObject({ points: 1_800 });
  expect(await one.viewOnce()).toEqual(counted(1_800));

  await keepFrom(150);
  const left = await one.viewOnce();
  expect(left.bodiesRead).toBeGreaterThan(0);
  expect(await one.viewOnce()).toEqual({ ...left, bodiesRead: 0 });
  const { values: read } = unwrap(await one.branch.series("level", {}, LATER));
  expect(left.level).toMatchObject({ points: read.length });
  expect(read.length).toBeLessThan(1_752);
});

test("what is counted while points come or go is not kept", async () => {
  const one = open();
  await one.append({ 1: 1 });
  makeBranch(one.storage, one.streams, { name: "b", revision: 1, ...AUTHOR }, () => one.clock.ms + 1000);
  one.storage.sql.exec("UPDATE branch SET states = '{}'");
  const viewing = one.branch.view();
  const appending = one.branch.append(points({ 2: 2 }));
  await Promise.all([viewing, appending]);
  expect(unwrap(await one.branch.view()).streams["level"]).toMatchObject({ points: 2, lastValue: 2 });
});

test("a branch holds 100,000 points of its own, and changes of 4,000,000 characters", async () => {
  const one = open();
  one.make();
  unwrap(await one.branch.append(points({ 1: 1 })));
  one.storage.sql.exec("UPDATE branch SET points = 99999");
  expect(await codeOf(one.branch.append(points({ 2: 2, 3: 3 })))).toBe("branch.limit-reached");
  expect(unwrap(await one.branch.append(points({ 2: 2, 1: 1 })))).toMatchObject({ accepted: 1, unchanged: 1 });
  const long = (letter: string) => one.branch.write(writing(letter.repeat(900_000)));
  for (const letter of "abcd") expect(await codeOf(long(letter))).toBeUndefined();
  expect(await codeOf(long("e"))).toBe("branch.limit-reached");
  expect(unwrap(await one.branch.subject()).revision).toBe(5);
});

const writing = (value: unknown) => ({
  path: [],
  change: { kind: "merge" as const, patch: { properties: { text: value } } },
  condition: {},
  author: AUTHOR,
  rules: RULES,
  targets: [],
});

test("what runs find stays on the branch: the newest counts, each run once", async () => {
  const { clock, storage, make, branch } = open();
  make();
  const { branch: about } = unwrap(await branch.subject());
  const found = (run: string, madeAt: string, value: number) =>
    branch.noteRun({
      run,
      ...(about && { branch: about }),
      capability: "x.ask@1",
      asOf: madeAt,
      verdict: "better",
      madeAt,
      parameters: { rate: { value, standardDeviation: 1, unit: "1" } },
      prediction: {
        quantity: "life",
        value,
        unit: "d",
        interval: { lower: 0, upper: 9, coverage: 0.9 },
        expiresAt: "2030-01-01T00:00:00.000Z",
      },
    });
  unwrap(await found("newer", "2026-01-02T00:00:00.000Z", 2));
  unwrap(await found("older", "2026-01-01T00:00:00.000Z", 1));
  unwrap(await found("newer", "2026-01-02T00:00:00.000Z", 9));
  expect(unwrap(await branch.view())).toMatchObject({
    parameters: { rate: { value: 2 } },
    predictions: [
      { run: "newer", value: 2 },
      { run: "older", value: 1 },
    ],
  });

  storage.transactionSync(() => dropBranch(storage.sql, "b"));
  clock.ms += 1;
  make();
  expect(await codeOf(found("late", "2026-01-03T00:00:00.000Z", 3))).toBe("branch.not-found");
  expect(unwrap(await branch.view())).toMatchObject({ parameters: {}, predictions: [] });
});
