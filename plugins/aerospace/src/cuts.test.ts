import { randomFrom, Refusal } from "@eigentwin/core";
import { expect, test } from "vitest";
import { checkLives, heldOutCuts, trainingCuts } from "./cuts.ts";
import { learnCohort } from "./cohort.ts";
import type { ObservedEngine } from "./observed.ts";
import { enginesIn } from "./testing/observed.ts";
import { wornCohort } from "./worn-cohort.ts";

const lived = (id: number, cycles: number): ObservedEngine => ({ id, cycles, readings: new Map() });

test("training rows: every fifth cycle with a full window, none with a long life left", () => {
  const cuts = trainingCuts([lived(2, 300)], 5, 125);
  expect(cuts[0]?.cycles).toBe(142);
  expect(cuts.map(({ cycles }) => cycles % 5)).toEqual(cuts.map(() => 2));
  expect(cuts.every(({ cycles, lifeLeft }) => cycles + lifeLeft === 300 && lifeLeft <= 160)).toBe(true);
  expect(trainingCuts([lived(4, 60)], 5, 125).map(({ cycles }) => cycles)).toEqual([34, 39, 44, 49, 54, 59]);
});

test("held-out lives are uniform on 5 to 20 above the cap, or what the engine lived beyond a full window", () => {
  const cuts = heldOutCuts([lived(1, 250), lived(2, 60)], { count: 10, lifeCap: 125 }, randomFrom(3));
  const left = (id: number) => cuts.filter(({ engine }) => engine.id === id).map(({ lifeLeft }) => lifeLeft);
  left(1).forEach((life, part) => {
    expect(life).toBeGreaterThanOrEqual(Math.floor(5 + 14.1 * part));
    expect(life).toBeLessThanOrEqual(Math.floor(5 + 14.1 * (part + 1)));
  });
  expect(Math.min(...left(2))).toBeGreaterThanOrEqual(5);
  expect(Math.max(...left(2))).toBeLessThanOrEqual(30);
  expect(cuts.every(({ cycles }) => cycles >= 30)).toBe(true);
  expect(heldOutCuts([lived(1, 250)], { count: 4, lifeCap: 125 }, randomFrom(3))).toEqual(
    heldOutCuts([lived(1, 250)], { count: 4, lifeCap: 125 }, randomFrom(3)),
  );
});

test("the whole range is reached, from its first life to its last, also by the shortest engine that is allowed", () => {
  const extremes = (life: number) => {
    const left = heldOutCuts([lived(1, life)], { count: 4000, lifeCap: 125 }, randomFrom(4)).map((cut) => cut.lifeLeft);
    return [Math.min(...left), Math.max(...left)];
  };
  expect(extremes(250)).toEqual([5, 145]);
  expect(extremes(60)).toEqual([5, 30]);
  expect(extremes(35)).toEqual([5, 5]);
});

test("what a cohort learns does not depend on the engines that are held out of it", async () => {
  const all = await enginesIn(wornCohort({ engines: 6 }));
  const training = all.slice(0, 4);
  const alone = learnCohort(await enginesIn(wornCohort({ engines: 4 })), 125);
  expect(learnCohort(training, 125)).toEqual(alone);
});

test("too few engines and too short lives are refused", () => {
  expect(() => checkLives([lived(1, 100)], 4)).toThrow(/1 engines are too few: 4/);
  expect(() => checkLives([lived(1, 100), lived(2, 34)], 2)).toThrow(/engine 2 lived 34 cycles/);
  expect(() => checkLives([lived(1, 100), lived(2, 34)], 2)).toThrow(Refusal);
});
