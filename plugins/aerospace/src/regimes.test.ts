import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "@eigentwin/core";
import { expect, test } from "vitest";
import { meanOf } from "./line.ts";
import { readingsOf } from "./observed.ts";
import { learnStandard, standardise } from "./regimes.ts";
import { enginesIn } from "./testing/observed.ts";
import { MOVED, wornCohort } from "./worn-cohort.ts";

const THE_FOURTEEN = [
  "T24",
  "T30",
  "T50",
  "P30",
  "Nf",
  "Nc",
  "Ps30",
  "phi",
  "NRf",
  "NRc",
  "BPR",
  "htBleed",
  "W31",
  "W32",
];

test("one regime: the sensors that vary are found, each standardised over all cycles", async () => {
  const engines = await enginesIn(wornCohort({ engines: 6 }));
  const standard = learnStandard(engines);
  expect(standard.sensors).toEqual(THE_FOURTEEN);
  expect(standard.sensors).toEqual(Object.keys(MOVED));
  expect(standard.regimes.map(({ settings }) => settings)).toEqual([[0, 0, 100]]);
  const all = engines.flatMap((engine) => [...(standardise(standard, engine)[2] ?? [])]);
  const values = Float64Array.from(all);
  expect(meanOf(values, 0, values.length)).toBeCloseTo(0, 10);
  expect(
    meanOf(
      values.map((value) => value ** 2),
      0,
      values.length,
    ),
  ).toBeCloseTo(1, 10);
});

test("six regimes: what the flight changes is taken out, what wear changes stays", async () => {
  const engines = await enginesIn(wornCohort({ engines: 8, regimes: 6 }));
  const standard = learnStandard(engines);
  expect(standard.sensors).toEqual(THE_FOURTEEN);
  const settings = standard.regimes.map((one) => one.settings.map((value) => Number(value.toFixed(2))).join(" "));
  expect(settings.toSorted()).toEqual([
    "0 0 100",
    "10 0.25 100",
    "20 0.7 100",
    "25 0.62 60",
    "35 0.84 100",
    "42 0.84 100",
  ]);
  for (const engine of engines) {
    const [, , T50 = new Float64Array()] = standardise(standard, engine);
    const change = meanOf(T50, engine.cycles - 20, engine.cycles) - meanOf(T50, 0, 20);
    expect(change).toBeGreaterThan(1.5);
    const raw = readingsOf(engine, "T50");
    expect(Math.max(...raw) - Math.min(...raw)).toBeGreaterThan(90);
    expect(Math.max(...T50) - Math.min(...T50)).toBeLessThan(7);
  }
});

test("settings between two regimes belong to the nearer one", async () => {
  const standard = learnStandard(await enginesIn(wornCohort({ engines: 8, regimes: 6 })));
  const [met] = await enginesIn(wornCohort({ engines: 1 }).replaceAll(/^1 (\d+) \S+/gm, "1 $1 1.2"));
  if (!met) throw new Error("no engine");
  const atSea = standard.regimes.find(({ settings }) => settings[0] === 0);
  const [T24 = 0] = readingsOf(met, "T24");
  expect(standardise(standard, met)[0]?.[0]).toBeCloseTo(
    (T24 - (atSea?.means[0] ?? 0)) / (atSea?.deviations[0] ?? 1),
    10,
  );
});

test("settings without regimes are refused", async () => {
  let row = 0;
  const climbing = wornCohort({ engines: 3 }).replaceAll(
    /^(\d+ \d+) \S+/gm,
    (_, start: string) => `${start} ${3 * row++}`,
  );
  const engines = await enginesIn(climbing);
  expect(() => learnStandard(engines)).toThrow(Refusal);
});

const folder = process.env.EIGENTWIN_CMAPSS;
const real = folder !== undefined && existsSync(folder);
test.skipIf(!real)(
  `FD001 has one regime and the 14 sensors (skipped unless EIGENTWIN_CMAPSS names the folder of C-MAPSS)`,
  async () => {
    const names = readdirSync(folder ?? "")
      .filter((name) => name.startsWith("train_FD001"))
      .toSorted();
    const text = names.map((name) => readFileSync(join(folder ?? "", name), "utf8")).join("");
    const standard = learnStandard(await enginesIn(text));
    expect(standard.sensors).toEqual(THE_FOURTEEN);
    expect(standard.regimes.map(({ settings }) => settings)).toEqual([[0, 0, 100]]);
  },
);
