import { expect, test } from "vitest";
import { columnsOf, featureRows, rowAt, RUNGS, type Rung } from "./features.ts";
import { learnCohort, seenBy } from "./cohort.ts";
import { CYCLE, type Channel } from "./engine.ts";
import { engineOfStreams, enginesOf } from "./observed.ts";
import { datasetOf, enginesIn, readerOf, streamsOf } from "./testing/observed.ts";
import { wornCohort } from "./worn-cohort.ts";

const named = (rung: Rung, sensors: Channel[], values: readonly number[]) =>
  Object.fromEntries(columnsOf(rung, sensors).map(({ name }, index) => [name, values[index] ?? Number.NaN]));

/** Flat at 1 until cycle 40, then falling by 0.01 a cycle. */
const health = Float64Array.from({ length: 80 }, (_, t) => 1 - 0.01 * Math.max(0, t - 40));
/** Rising by 0.5 a cycle from 2. */
const rising = Float64Array.from({ length: 80 }, (_, t) => 2 + 0.5 * t);

test("a known path has the features of its closed form", () => {
  const row = named("own-history", ["T50"], rowAt("own-history", { sensors: [rising], health }, 80));
  expect(row["T50 mean of last 10"]).toBeCloseTo(2 + 0.5 * 74.5, 10);
  expect(row["T50 mean of last 30"]).toBeCloseTo(2 + 0.5 * 64.5, 10);
  expect(row["T50 slope of last 30"]).toBeCloseTo(0.5, 10);
  expect(row["T50 slope since new"]).toBeCloseTo(0.5, 10);
  expect(row["health mean of last 10"]).toBeCloseTo(1 - 0.01 * 34.5, 10);
  expect(row["health slope of last 30"]).toBeCloseTo(-0.01, 10);
  expect(row.age).toBe(80);
  expect(row["health mean of first 15"]).toBeCloseTo(1, 10);
  expect(row["health drop since new"]).toBeCloseTo(0.345, 10);
  expect(row["health drop in 100 cycles"]).toBeCloseTo(34.5 / 80, 10);
  expect(row["life by extrapolated drop"]).toBeCloseTo((0.655 * 80) / 0.345, 8);
  expect(row["cycles since onset"]).toBe(40);
  expect(row["health slope since onset"]).toBeCloseTo(-0.01, 10);
  expect(row["health before onset"]).toBeCloseTo(1, 10);
  expect(row["health now, by hinge"]).toBeCloseTo(0.6, 10);
});

test("an engine that has not worn is given a long life, but not any", () => {
  const row = named(
    "own-history",
    [],
    rowAt("own-history", { sensors: [], health: new Float64Array(60).fill(0.9) }, 60),
  );
  expect(row["life by extrapolated drop"]).toBe(300);
  expect(row["health slope since onset"]).toBeCloseTo(0, 12);
});

test("both lower rungs lie inside the own history, with the same values", async () => {
  const [engine] = await enginesIn(wornCohort({ engines: 1 }));
  if (!engine) throw new Error("no engine");
  const cohort = learnCohort([engine], 125);
  const { sensors } = cohort.standard;
  const [age, recent, own] = RUNGS.map((rung) => named(rung, sensors, rowAt(rung, seenBy(cohort, engine), 45)));
  expect(own).toMatchObject({ ...age, ...recent });
  expect(Object.keys(own ?? {})).toHaveLength(3 * 14 + 3 + 14 + 10);
  expect(new Set(RUNGS.flatMap((rung) => columnsOf(rung, sensors)).map(({ unit }) => unit))).toEqual(
    new Set(["{cycle}", "1", "/{cycle}"]),
  );
});

test("a row knows nothing of what comes after it", async () => {
  const cohort = learnCohort(await enginesIn(wornCohort({ engines: 4, regimes: 6 })), 125);
  const [whole] = await enginesIn(wornCohort({ engines: 1, regimes: 6 }));
  const [cut] = await enginesIn(wornCohort({ engines: 1, regimes: 6, until: 52 }));
  if (!whole || !cut) throw new Error("no engine");
  expect(cut.cycles).toBe(52);
  for (const rung of RUNGS)
    expect(rowAt(rung, seenBy(cohort, whole), 52)).toEqual(rowAt(rung, seenBy(cohort, cut), 52));
});

test("a dataset and the streams of twins give identical rows", async () => {
  const text = wornCohort({ engines: 3, regimes: 6 });
  const engines = await enginesIn(text);
  const cohort = learnCohort(engines, 125);
  streamsOf(text).forEach((streams, index) => {
    const names = [CYCLE, ...Object.keys(streams)] as (Channel | typeof CYCLE)[];
    const twin = engineOfStreams(
      new Map(names.flatMap((name) => (streams[name] ? [[name, streams[name]] as const] : []))),
    );
    const engine = engines[index];
    if (!engine) throw new Error("no engine");
    const rowOf = (one: typeof twin) => featureRows("own-history", [{ path: seenBy(cohort, one), cycles: one.cycles }]);
    expect(rowOf(twin)).toEqual(rowOf(engine));
  });
});

test("rows of a dataset may come in any order", async () => {
  const text = wornCohort({ engines: 2 });
  const dataset = datasetOf(text);
  const turned = Object.fromEntries(
    Object.entries(dataset.values).map(([name, values]) => [name, values.toReversed()]),
  );
  expect(await enginesOf(readerOf({ ...dataset, values: turned }))).toEqual(await enginesIn(text));
});
