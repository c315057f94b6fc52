// Tables of every earlier step open and hold what they held.

import { join } from "node:path";
import { openFixture, schemaFixtures } from "@eigentwin/objects/testing";
import { expect, test } from "vitest";
import { holdBodies, openTwinTables } from "../testing/sqlite.ts";
import { branchStateAt } from "./branches/branch-history.ts";
import { overlayOf } from "./branches/branch-points.ts";
import { readBranch } from "./branches/branch-record.ts";
import { noteOnBranch } from "./branches/findings.ts";
import { lastPredictions, latestPredictions, noteFinding, noteInput, personalParameters } from "./findings.ts";
import { readHistory, stateAt } from "./history.ts";
import { TWIN_STEPS } from "./steps.ts";
import { appendPoints } from "./streams/append.ts";
import { bringPointsForward } from "./streams/bring-forward.ts";
import { readPage } from "./streams/read.ts";
import { segmentReader } from "./streams/segments.ts";
import { streamStates } from "./streams/tail.ts";
import { readTwin } from "./twin-record.ts";

const fixtures = schemaFixtures(join(import.meta.dirname, "../testing/schemas"), "twin");

/** When the prediction that the fixtures of later steps hold is stale. */
const LATER = "2026-01-05T00:00:01.000Z";

test.each(fixtures)("a twin of step $step keeps its points, predictions and parameters", async (fixture) => {
  const { sql } = openFixture(fixture, TWIN_STEPS).storage;
  bringPointsForward(sql, 2);
  expect(readTwin(sql)).toMatchObject({
    tenant: "own",
    id: "gauge-1",
    type: "kind@1",
    revision: 2,
    sequence: 7,
    properties: { place: "A" },
    synthetic: true,
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-05T00:00:01.000Z",
  });
  const { changes } = readHistory(sql, { before: null, limit: 10 });
  expect(changes).toMatchObject([{ revision: 2, kind: "history-begun", by: null, patch: [] }]);
  expect(stateAt(sql, { revision: 2 })).toMatchObject({ type: "kind@1", properties: { place: "A" }, links: {} });
  expect(personalParameters(sql)).toEqual({ offset: { value: 1.5, standardDeviation: 0.1, unit: "K" } });
  expect(latestPredictions(sql)).toMatchObject([{ run: "run_1", value: 12.5, verdict: "worse" }]);
  expect(lastPredictions(sql)).toMatchObject(fixture.step < 7 ? [] : [{ capability: "kind.ask@1", staleAt: LATER }]);
  expect(Object.fromEntries(streamStates(sql))).toEqual({
    heat: { points: 1, lastObservedAt: "1969-12-31T23:59:55.000Z", lastValue: 1e300 },
    level: { points: 2, lastObservedAt: "1970-01-01T00:00:02.000Z", lastValue: 0.1 },
  });
  const places = { sql, readSegment: segmentReader(holdBodies().bodies) };
  const asOf = async (asOfMs: number) => [...(await readPage(places, { stream: "level", asOfMs }, 9)).series.values];
  expect([await asOf(9), await asOf(10), await asOf(20)]).toEqual([[], [1, 2], [1, 0.1]]);

  const branch = readBranch(sql, "what-if");
  if (fixture.step < 8) expect(branch).toBeUndefined();
  else {
    expect(branch).toMatchObject({
      base: 2,
      asOfMs: 30,
      revision: 3,
      properties: { place: "B" },
      by: "key_1",
      points: 1,
    });
    expect(branch && branchStateAt(sql, branch, { revision: 3 }).properties).toEqual({ place: "B" });
    const overlay = overlayOf(sql, { name: "what-if", asOfMs: 30 });
    const { series } = await readPage({ ...places, overlay }, { stream: "level", asOfMs: 40 }, 9);
    expect([...series.values]).toEqual([1, 7.5]);
    expect(
      noteOnBranch(sql, "what-if", { run: "run_9", capability: "kind.ask@1", asOf: "", verdict: "equal", madeAt: "" }),
    ).toBe(false);
  }

  appendPoints(sql, [{ stream: "level", observedAtMs: 3000, value: 3 }], 30);
  expect(streamStates(sql).get("level")).toMatchObject({ points: 3, lastValue: 3 });
  expect(
    noteFinding(sql, {
      run: "run_2",
      capability: "kind.ask@1",
      asOf: "",
      verdict: "better",
      madeAt: "2026-01-06T00:00:00.000Z",
    }),
  ).toBe(false);
});

test("an older run that is announced late does not overwrite what a newer one learned", () => {
  const sql = openTwinTables();
  const learn = (run: string, madeAt: string, values: Record<string, number>) =>
    noteFinding(sql, {
      run,
      capability: "kind.ask@1",
      asOf: madeAt,
      verdict: "better",
      madeAt,
      parameters: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, { value, standardDeviation: 1, unit: "1" }]),
      ),
    });
  expect(learn("newer", "2026-01-02T00:00:00.000Z", { offset: 2 })).toBe(true);
  expect(learn("older", "2026-01-01T00:00:00.000Z", { offset: 1, rate: 1 })).toBe(true);
  expect(learn("newer", "2026-01-02T00:00:00.000Z", { offset: 9 })).toBe(false);
  expect(personalParameters(sql)).toMatchObject({ offset: { value: 2 }, rate: { value: 1 } });
});

test("a prediction is stale from its expiry on, or from the first change that its run has not read", () => {
  const newest = fixtures.at(-1);
  if (!newest) throw new Error("there is no fixture");
  const { sql } = openFixture(newest, TWIN_STEPS).storage;
  const day = (of: number) => `2026-02-${String(of).padStart(2, "0")}T00:00:00.000Z`;
  const predict = (run: string, asOf: number, madeAt: number) =>
    noteFinding(sql, {
      run,
      capability: "kind.life@1",
      asOf: day(asOf),
      verdict: "better",
      madeAt: day(madeAt),
      prediction: {
        quantity: "life",
        value: Number(run),
        unit: "d",
        interval: { lower: 0, upper: 9, coverage: 0.9 },
        expiresAt: "2026-02-20T00:00:00Z",
      },
    });
  const last = () =>
    lastPredictions(sql).flatMap(({ capability, staleAt, prediction }) =>
      capability === "kind.life@1" ? [[staleAt, prediction.value]] : [],
    );
  noteInput(sql, day(2));
  predict("1", 2, 3);
  expect(last()).toEqual([[day(20), 1]]);
  noteInput(sql, day(5));
  noteInput(sql, day(6));
  expect(last()).toEqual([[day(5), 1]]);
  // Accepted before the change, and ended after it.
  predict("2", 5, 8);
  expect(last()).toEqual([[day(6), 2]]);
  predict("3", 6, 7);
  expect(last()).toEqual([[day(6), 2]]);
  predict("4", 8, 9);
  expect(last()).toEqual([[day(20), 4]]);
  noteInput(sql, day(25));
  expect(last()).toEqual([[day(20), 4]]);
});
