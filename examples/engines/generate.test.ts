import { randomFrom, seedFor } from "@eigentwin/core";
import { expect, test } from "vitest";
import { CHANNELS } from "./channels.ts";
import { drawEngine, generateCohort, usedShare } from "./generate.ts";

const cohort = generateCohort({ seed: 7, trainEngines: 40, testEngines: 10 });
const rowsOf = (text: string): number[][] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.trim().split(" ").map(Number));
const train = Map.groupBy(rowsOf(cohort.train), ([unit]) => unit);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test("the same seed gives the same text, another seed another", () => {
  expect(generateCohort({ seed: 7, trainEngines: 40, testEngines: 10 })).toEqual(cohort);
  expect(generateCohort({ seed: 8, trainEngines: 40, testEngines: 10 }).train).not.toBe(cohort.train);
});

test("a larger cohort begins with the smaller one", () => {
  expect(cohort.train.startsWith(generateCohort({ seed: 7, trainEngines: 3, testEngines: 0 }).train)).toBe(true);
});

test("the form is that of a C-MAPSS set: 26 columns, cycles from 1 without a gap", () => {
  expect(train.size).toBe(40);
  for (const rows of train.values()) {
    expect(rows.every((row) => row.length === 26 && row.every(Number.isFinite))).toBe(true);
    expect(rows.map(([, cycle]) => cycle)).toEqual(rows.map((_, index) => index + 1));
  }
  expect(cohort.train).toMatch(/^1 1 -?0\.00\d\d -?0\.00\d\d 100\.0 518\.67 [\d. ]+ {2}\n/);
});

test("a life ends in the cycle in which a margin is used up", () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const { shape, efficiency, flow, lifeCycles } = drawEngine(randomFrom(seed));
    const worst = (cycle: number): number =>
      Math.max(usedShare(efficiency, shape, cycle), usedShare(flow, shape, cycle));
    expect(worst(lifeCycles)).toBeGreaterThanOrEqual(1);
    expect(worst(lifeCycles - 1)).toBeLessThan(1);
  }
  expect(train.get(1)?.length).toBe(drawEngine(randomFrom(seedFor(7, "train 1"))).lifeCycles);
});

test("lives spread as those of real engines do", () => {
  const lives = Array.from({ length: 400 }, (_, seed) => drawEngine(randomFrom(seedFor(1, `${seed}`))).lifeCycles).sort(
    (a, b) => a - b,
  );
  expect(lives[10]).toBeGreaterThan(115);
  expect(lives[200]).toBeGreaterThan(180);
  expect(lives[200]).toBeLessThan(220);
  expect(lives[390]).toBeLessThan(370);
});

test("a test engine is cut before its failure, and the remaining life is what was cut off", () => {
  const seen = [...Map.groupBy(rowsOf(cohort.test), ([unit]) => unit).values()].map((rows) => rows.length);
  const remaining = rowsOf(cohort.remainingLives).map(([cycles = 0]) => cycles);
  expect(Math.min(...remaining)).toBeGreaterThan(0);
  expect(seen.map((cycles, index) => cycles + (remaining[index] ?? 0))).toEqual(
    seen.map((_, index) => drawEngine(randomFrom(seedFor(7, `test ${index + 1}`))).lifeCycles),
  );
});

test("channels drift as their sensitivities say, and scatter as their noise says", () => {
  CHANNELS.forEach(({ name, byEfficiency, byFlow, noise, digits }, index) => {
    const ofLife = (from: number, to: number): number[] =>
      [...train.values()].flatMap((rows) =>
        rows
          .slice(Math.floor(from * rows.length), Math.ceil(to * rows.length))
          .map((row) => row[5 + index] ?? Number.NaN),
      );
    const early = ofLife(0, 0.1);
    const drift = mean(ofLife(0.95, 1)) - mean(early);
    if (byEfficiency * byFlow > 0) expect(Math.sign(drift), name).toBe(Math.sign(byEfficiency));
    if (byEfficiency === 0) expect(Math.abs(drift), name).toBeLessThan(0.01);
    // Rounding adds to the noise, and the different starts of the engines a little more.
    const floor = Math.hypot(noise, noise > 0 ? 10 ** -digits / Math.sqrt(12) : 0);
    const scatter = Math.sqrt(mean(early.map((value) => (value - mean(early)) ** 2)));
    expect(scatter, name).toBeGreaterThanOrEqual(0.8 * (noise > 0.01 ? floor : 0));
    expect(scatter, name).toBeLessThanOrEqual(1.2 * floor + 0.05 * (Math.abs(byEfficiency) + Math.abs(byFlow)) + 0.003);
  });
});
